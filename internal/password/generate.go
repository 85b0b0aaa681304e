package password

import (
	"crypto/rand"
	"math/big"
)

// Generate returns a random password of at least the given length. It has at least one upper-case
// letter, lower-case letter, digit and symbol, so that every password policy accepts it.
func Generate(length int) string {
	const (
		upper   = "ABCDEFGHJKLMNPQRSTUVWXYZ"
		lower   = "abcdefghijkmnopqrstuvwxyz"
		digits  = "23456789"
		symbols = "!#%&*+-=?@^_~"
	)
	out := []byte{pick(upper), pick(lower), pick(digits), pick(symbols)}
	for len(out) < max(length, 12) {
		out = append(out, pick(upper+lower+digits+symbols))
	}
	for i := len(out) - 1; i > 0; i-- { // so that no position has a known class
		j := below(i + 1)
		out[i], out[j] = out[j], out[i]
	}
	return string(out)
}

func pick(set string) byte { return set[below(len(set))] }

func below(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return int(v.Int64())
}
