package userrow

import (
	"encoding/binary"
	"errors"
	"time"

	"poolhouse/internal/userpool"
)

// credentialVersion is the first byte of a stored credential.
const credentialVersion = 1

// AppendCredential appends the stored form of a credential; it is empty for a user without a
// password. Stores that seal credentials seal these bytes.
func AppendCredential(to []byte, c userpool.Credential) []byte {
	if c == (userpool.Credential{}) {
		return to
	}
	to = appendText(append(to, credentialVersion), c.Scheme)
	expires := uint64(0)
	if !c.Expires.IsZero() {
		expires = uint64(max(1, c.Expires.UnixMilli()))
	}
	return append(binary.AppendUvarint(to, expires), c.Secret...)
}

// Credential reads what [AppendCredential] wrote.
func Credential(data []byte) (c userpool.Credential, err error) {
	if len(data) == 0 {
		return c, nil
	}
	r, err := newReader("credential", data, credentialVersion)
	if err != nil {
		return c, err
	}
	c.Scheme = r.text("the scheme")
	expires := r.uvarint("the end")
	if r.err != nil {
		return userpool.Credential{}, r.err
	}
	if int64(expires) < 0 {
		return userpool.Credential{}, errors.New("userrow: the stored credential of a user cannot be read: the expiry of its temporary password has more than 63 bits")
	}
	if expires > 0 {
		c.Expires = time.UnixMilli(int64(expires)).UTC()
	}
	c.Secret = r.data[r.at:]
	return c, nil
}
