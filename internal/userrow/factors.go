package userrow

import (
	"encoding/binary"

	"poolhouse/internal/userpool"
)

// factorsVersion is the first byte of stored factors.
const factorsVersion = 1

// The bits of a user's settings for an authenticator app.
const (
	totpEnabled = 1 << iota
	totpPreferred
	factorBits = iota
)

// AppendFactors appends the stored form of a user's second factors; it is empty for none. Stores
// seal these bytes.
func AppendFactors(to []byte, f userpool.Factors) []byte {
	if f == (userpool.Factors{}) {
		return to
	}
	bits := uint64(0)
	for bit, set := range map[uint64]bool{totpEnabled: f.TOTPEnabled, totpPreferred: f.TOTPPreferred} {
		if set {
			bits |= bit
		}
	}
	to = binary.AppendUvarint(append(to, factorsVersion), bits)
	to = binary.AppendUvarint(to, uint64(max(0, f.TOTPStep)))
	return appendText(appendText(appendText(to, f.TOTPSecret), f.TOTPDevice), f.TOTPPending)
}

// Factors reads what [AppendFactors] wrote.
func Factors(data []byte) (f userpool.Factors, err error) {
	if len(data) == 0 {
		return f, nil
	}
	r, err := newReader("factors", data, factorsVersion)
	if err != nil {
		return f, err
	}
	bits, step := r.uvarint("the choices"), r.uvarint("the step")
	f.TOTPSecret, f.TOTPDevice, f.TOTPPending = r.text("the secret"), r.text("the name of the device"), r.text("the pending secret")
	switch {
	case bits >= 1<<factorBits:
		r.refuse("it has a setting that this program does not know")
	case int64(step) < 0:
		r.refuse("the step has more than 63 bits")
	case !r.empty():
		r.refuse("bytes follow its end")
	}
	if r.err != nil {
		return userpool.Factors{}, r.err
	}
	f.TOTPStep = int64(step)
	f.TOTPEnabled, f.TOTPPreferred = bits&totpEnabled != 0, bits&totpPreferred != 0
	return f, nil
}
