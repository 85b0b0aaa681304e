package userrow

import "poolhouse/internal/userpool"

// Each calls visit for each attribute that [Names.Append] wrote with the same columns. number is 0
// and name is set for an attribute without a number. Each needs no schema.
func Each(data []byte, columns *Columns, visit func(number uint64, name, value string)) error {
	r, err := newReader("attributes", data, attributesVersion)
	if err != nil {
		return err
	}
	for !r.empty() {
		tag := r.uvarint("a tag")
		number, name := tag>>kindBits, ""
		if number == 0 {
			name = r.text("a name")
		}
		value := r.value(tag, columns)
		if r.err != nil {
			return r.err
		}
		visit(number, name, value)
	}
	return nil
}

// Match reports whether these are the names and numbers of a schema.
func (n *Names) Match(s userpool.Schema) bool {
	if len(s) != len(n.names) {
		return false
	}
	for i := range s {
		if s[i].Name != n.names[i] || s[i].Number != n.numbers[i] {
			return false
		}
	}
	return true
}
