package importjob

import (
	"crypto/rand"
	"crypto/sha256"
)

// Taken is the names that earlier rows of a file have taken, for a check of the rows
// after them. It keeps a hash of each, so that its memory is bounded by the number of
// rows and no name of a user is kept.
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

// Has reports whether a name of a kind, such as that of an alias's attribute, is in the
// set.
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
