package password

import (
	"strconv"
	"strings"
	"testing"
)

// FuzzHashCeilings: an accepted hash has no cost above the ceilings, in any notation of a number.
func FuzzHashCeilings(f *testing.F) {
	for algorithm, hash := range guide {
		f.Add(algorithm, hash, 8)
	}
	f.Add(BCrypt, "$2b$31$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6", 12)
	f.Add(PBKDF2SHA256, "$pbkdf2-sha256$+1$c2Fs.A$c2FsdHNhbHRzYWx0c2FsdA", 1)
	f.Add(Argon2id, "$argon2id$v=19$m=4294967296,t=1,p=1$c2FsdHNhbHQ$c2FsdHNhbHRzYWx0c2FsdA", 8)
	f.Fuzz(func(t *testing.T, algorithm, hash string, most int) {
		most = min(max(most, 1), 20)
		c := Ceilings{BCryptCost: max(most, 4), SCryptN: 1 << most, SCryptR: most, SCryptP: most, Argon2idMemory: 8 * most, Argon2idTime: most, Argon2idThreads: most, PBKDF2Iterations: most * 1000}
		if CheckHash(algorithm, hash, c) != nil {
			return
		}
		for _, n := range costs(algorithm, hash) {
			value, err := strconv.Atoi(n.text)
			if err != nil || value < 1 || value > n.most(c) {
				t.Fatalf("%s %q is taken with %+v, where %q is a cost", algorithm, hash, c, n.text)
			}
		}
	})
}

// cost is a cost parameter of a hash, with its ceiling.
type cost struct {
	text string
	most func(Ceilings) int
}

// costs returns the costs of an accepted hash, parsed in the simplest way.
func costs(algorithm, hash string) []cost {
	part := strings.Split(hash, "$")
	switch algorithm {
	case BCrypt:
		return []cost{{part[2], func(c Ceilings) int { return c.BCryptCost }}}
	case SCrypt:
		return []cost{{part[0], func(c Ceilings) int { return c.SCryptN }}, {part[1], func(c Ceilings) int { return c.SCryptR }}, {part[2], func(c Ceilings) int { return c.SCryptP }}}
	case Argon2id:
		var all []cost
		for _, pair := range strings.Split(part[3], ",") {
			name, value, _ := strings.Cut(pair, "=")
			all = append(all, cost{value, map[string]func(Ceilings) int{
				"m": func(c Ceilings) int { return c.Argon2idMemory }, "t": func(c Ceilings) int { return c.Argon2idTime }, "p": func(c Ceilings) int { return c.Argon2idThreads },
			}[name]})
		}
		return all
	}
	return []cost{{part[2], func(c Ceilings) int { return c.PBKDF2Iterations }}}
}
