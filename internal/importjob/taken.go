package importjob

import (
	"crypto/rand"
	"crypto/sha256"
)

// Taken has the names that earlier rows of a file take, for a check of later rows. It keeps
// only a hash of each name. So its memory is bounded by the number of rows, and it holds no
// name of a user.
type Taken struct {
	salt [16]byte
	keys map[[16]byte]struct{}
}

// NewTaken returns an empty set.
func NewTaken() *Taken {
	t := &Taken{keys: map[[16]byte]struct{}{}}
	rand.Read(t.salt[:]) // never fails
	return t
}

// Has reports whether a name is in the set. kind is what the name is, such as an alias's
// attribute.
func (t *Taken) Has(kind, name string) bool {
	_, has := t.keys[t.hash(kind, name)]
	return has
}

// Add puts a name into the set.
func (t *Taken) Add(kind, name string) { t.keys[t.hash(kind, name)] = struct{}{} }

func (t *Taken) hash(kind, name string) [16]byte {
	text := make([]byte, 0, len(t.salt)+len(kind)+1+len(name))
	text = append(append(append(append(text, t.salt[:]...), kind...), 0), name...)
	sum := sha256.Sum256(text)
	return [16]byte(sum[:16])
}
