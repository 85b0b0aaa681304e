package userrow

import (
	"fmt"
	"strconv"
)

// UnknownNumber means that a row has an attribute with this number, but the schema does not.
type UnknownNumber uint64

func (e UnknownNumber) Error() string {
	return fmt.Sprintf("userrow: a stored attribute has number %d, which the schema does not have; the schema is to be read again", uint64(e))
}

// reader reads a stored value. After the first error it returns zero values.
type reader struct {
	what string // name of the stored value, for errors
	data string // texts are substrings of it
	at   int
	err  error
}

// newReader checks the version of a stored value.
func newReader(what string, data []byte, version byte) (*reader, error) { //nolint:unparam // each form has a version of its own; all are 1 so far
	r := &reader{what: what, data: string(data)}
	switch {
	case len(data) == 0:
		r.refuse("there is no version")
	case data[0] != version:
		r.refuse("the version is %d, and this program reads %d; it was written by a newer program, or is damaged", data[0], version)
	}
	r.at = 1
	return r, r.err
}

func (r *reader) empty() bool { return r.at >= len(r.data) }

// refuse stores the first error. The error says where, and never contains a value.
func (r *reader) refuse(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("userrow: the stored %s of a user cannot be read: %s (at byte %d of %d)", r.what, fmt.Sprintf(format, args...), r.at, len(r.data))
	}
}

func (r *reader) uvarint(what string) (v uint64) {
	if r.err != nil {
		return 0
	}
	for shift := 0; r.at < len(r.data); shift += 7 {
		b := r.data[r.at]
		r.at++
		if shift == 63 && b > 1 {
			r.refuse("%s has more than 64 bits", what)
			return 0
		}
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	r.refuse("%s is cut off", what)
	return 0
}

// digits reads a number and returns its decimal digits after a prefix.
func (r *reader) digits(prefix string) string {
	var text [24]byte
	return string(strconv.AppendUint(append(text[:0], prefix...), r.uvarint("a value"), 10))
}

func (r *reader) text(what string) string {
	size := r.uvarint(what)
	if r.err != nil {
		return ""
	}
	if size > uint64(len(r.data)-r.at) {
		r.refuse("%s has %d bytes, and %d are left", what, size, len(r.data)-r.at)
		return ""
	}
	text := r.data[r.at : r.at+int(size)]
	r.at += int(size)
	return text
}
