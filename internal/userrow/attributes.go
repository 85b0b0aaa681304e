package userrow

import (
	"encoding/binary"

	"poolhouse/internal/userpool"
)

// attributesVersion is the first byte of stored attributes.
const attributesVersion = 1

// The kinds of values, in the last bits of a tag.
const (
	kindText = iota
	kindTrue
	kindFalse
	kindDigits
	kindPlusDigits
	kindColumn
	kindCapitals
	kindBits = 3
	kindMask = 1<<kindBits - 1
)

// Names translates between the attribute names of a schema and their numbers. It is safe for
// concurrent use.
type Names struct {
	names   []string // in the order of the schema
	tags    []uint64 // their numbers as tags of text; 0 for a name without a number
	numbers []int    // the numbers in the schema
	ordinal map[string]int
	named   map[uint64]string // by number
}

// NewNames returns the Names of a schema.
func NewNames(s userpool.Schema) *Names {
	n := &Names{ordinal: make(map[string]int, len(s)), named: make(map[uint64]string, len(s))}
	for i, a := range s {
		number, ok := a.StoredNumber()
		if !ok {
			number = 0
		} else {
			n.named[uint64(number)] = a.Name
		}
		n.names, n.tags = append(n.names, a.Name), append(n.tags, uint64(number)<<kindBits)
		n.numbers = append(n.numbers, a.Number)
		n.ordinal[a.Name] = i
	}
	return n
}

// tag returns the tag of a name, 0 for one without a number. Attributes come in the order of the
// schema, so the name is usually close after the last one. next is the index at which the search
// begins, and is updated.
func (n *Names) tag(name string, next *int) uint64 {
	for i := *next; i < len(n.names); i++ {
		if n.names[i] == name {
			*next = i + 1
			return n.tags[i]
		}
	}
	i, ok := n.ordinal[name]
	if !ok {
		return 0
	}
	*next = i + 1
	return n.tags[i]
}

// Append appends the stored form of attributes. An attribute without a number is stored by its
// name. columns is nil if the row has none.
func (n *Names) Append(to []byte, attributes userpool.Attributes, columns *Columns) []byte {
	to = append(to, attributesVersion)
	next := 0
	for _, a := range attributes {
		tag := n.tag(a.Name, &next)
		if kind := columns.kind(tag, a.Value); kind > 0 {
			to = binary.AppendUvarint(to, tag|kind)
			continue
		}
		kind, number := kindOf(a.Value)
		to = binary.AppendUvarint(to, tag|uint64(kind))
		if tag == 0 {
			to = appendText(to, a.Name)
		}
		switch kind {
		case kindText:
			to = appendText(to, a.Value)
		case kindDigits, kindPlusDigits:
			to = binary.AppendUvarint(to, number)
		}
	}
	return to
}

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// kindOf returns the shortest form of a value. A value is stored as a number only if that reads
// back exactly: without a leading zero.
func kindOf(value string) (kind int, number uint64) {
	switch value {
	case "":
		return kindText, 0
	case "true":
		return kindTrue, 0
	case "false":
		return kindFalse, 0
	}
	digits, kind := value, kindDigits
	if value[0] == '+' {
		digits, kind = value[1:], kindPlusDigits
	}
	const most = 18 // digits that always fit
	if digits == "" || len(digits) > most || digits[0] == '0' && digits != "0" {
		return kindText, 0
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return kindText, 0
		}
		number = 10*number + uint64(digits[i]-'0')
	}
	return kind, number
}

// Attributes reads what [Names.Append] wrote with the same columns. It returns an [UnknownNumber]
// for a number that the schema does not have. Then the schema is older than the row and must be
// read again. Any other error means that the data is damaged.
func (n *Names) Attributes(data []byte, columns *Columns) (userpool.Attributes, error) {
	r, err := newReader("attributes", data, attributesVersion)
	if err != nil || r.empty() {
		return nil, err
	}
	out := make(userpool.Attributes, 0, min(len(n.names), len(data)/2+1))
	for !r.empty() {
		tag := r.uvarint("a tag")
		number := tag >> kindBits
		a := userpool.Attribute{Name: n.named[number]}
		if number == 0 {
			if a.Name = r.text("a name"); a.Name == "" {
				r.refuse("an attribute has no name")
			}
		}
		a.Value = r.value(tag, columns)
		if r.err != nil {
			return nil, r.err
		}
		if a.Name == "" {
			return nil, UnknownNumber(number)
		}
		out = append(out, a)
	}
	return out, nil
}

// value reads the value after a tag.
func (r *reader) value(tag uint64, columns *Columns) string {
	switch kind := tag & kindMask; kind {
	case kindText:
		return r.text("a value")
	case kindTrue:
		return "true"
	case kindFalse:
		return "false"
	case kindDigits:
		return r.digits("")
	case kindPlusDigits:
		return r.digits("+")
	case kindColumn:
		return r.column(tag, columns)
	case kindCapitals:
		return capitalized(r.column(tag, columns))
	default:
		r.refuse("a value has kind %d; the greatest is %d", kind, kindCapitals)
		return ""
	}
}
