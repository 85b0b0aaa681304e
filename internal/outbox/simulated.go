package outbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"strconv"

	"poolhouse/internal/userpool"
)

// Simulated returns the address for a user who does not exist or cannot be reached, for clients
// that must not learn which users exist. Only its mask is shown. The address depends on the pool,
// the name and key, and is always the same. The key must be secret; otherwise a client could
// calculate the address. The medium follows from the form of the name and the pool's settings, as
// on the real service (Developer Guide, managing user existence error responses). The error is that
// of [Recipient] if only administrators reset passwords, because that holds for all users.
func Simulated(p *userpool.UserPool, name string, key []byte) (Address, error) {
	media, err := recovery(p)
	if err != nil {
		return Address{}, err
	}
	for medium, is := range map[Medium]func(string) bool{Email: userpool.ValidEmail, SMS: userpool.ValidPhone} {
		if is(name) && slices.Contains(media, medium) {
			return Address{medium, attributeOf(medium), name}, nil
		}
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(strconv.Itoa(len(p.ID)) + " " + p.ID + p.UsernameKey(name)))
	sum := mac.Sum(nil)
	if likely(p, media) == SMS {
		return Address{SMS, attributeOf(SMS), "+1" + digits(sum, 10)}, nil
	}
	return Address{Email, attributeOf(Email), pick(sum[0], firstLetters) + "@" + pick(sum[1], firstOfDomains)}, nil
}

// likely returns the medium that reaches most users of a pool: the first one that the pool verifies
// automatically, otherwise email if allowed.
func likely(p *userpool.UserPool, media []Medium) Medium {
	for _, medium := range media {
		if p.AutoVerifies(attributeOf(medium)) {
			return medium
		}
	}
	if slices.Contains(media, Email) {
		return Email
	}
	return SMS
}

// The first letters of made-up addresses, about as frequent as in real ones.
const (
	firstLetters   = "aaaabbccccddddeeffgghhiijjjjjkkkllllmmmmmmnnnooppprrrrssssttvw"
	firstOfDomains = "gggggggggggggggghhhhhyyyyyooooiiiaaccemmpst"
)

func pick(b byte, letters string) string {
	i := int(b) * len(letters) / 256
	return letters[i : i+1]
}

// digits returns n digits, from the last bytes of the sum.
func digits(sum []byte, n int) string {
	out := make([]byte, n)
	for i, b := range sum[len(sum)-n:] {
		out[i] = '0' + byte(int(b)*10/256)
	}
	return string(out)
}
