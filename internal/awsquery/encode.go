package awsquery

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"

	"poolhouse/internal/apicore"
)

// encoder writes values by their shapes.
type encoder struct {
	bytes.Buffer
	names names
}

func (e *encoder) begin(name string, api *apicore.API) {
	e.WriteString("<" + name + ` xmlns="`)
	e.escape(api.Namespace)
	e.WriteString(`">`)
}

// escape writes a text. What XML 1.0 cannot hold, such as NUL, is replaced by
// U+FFFD: an answer that is all but one character is worth more than none.
func (e *encoder) escape(text string) {
	_ = xml.EscapeText(&e.Buffer, []byte(text)) // a buffer takes everything
}

func (e *encoder) text(name, text string) {
	e.WriteString("<" + name + ">")
	e.escape(text)
	e.WriteString("</" + name + ">")
}

// element writes an element around what content writes.
func (e *encoder) element(name string, content func() error) error {
	before := e.Len()
	e.WriteString("<" + name + ">")
	inside := e.Len()
	err := content()
	if e.Len() > inside {
		e.WriteString("</" + name + ">")
		return err
	}
	e.Truncate(before)
	e.WriteString("<" + name + "/>")
	return err
}

// content writes what is inside of a value's element.
func (e *encoder) content(s *apicore.Shape, v any) error {
	switch v := v.(type) {
	case map[string]any:
		switch s.Type {
		case apicore.Structure:
			return e.members(s, v)
		case apicore.Map:
			return e.entries(s, v, "entry")
		}
	case []any:
		if s.Type == apicore.List {
			return e.list(s, v, e.names.element(s))
		}
	default:
		switch s.Type {
		case apicore.Structure, apicore.Map, apicore.List:
		default:
			return e.scalar(s, v)
		}
	}
	return fmt.Errorf("a %T is no value of its shape", v)
}

// members writes a structure's members in the order of the model.
func (e *encoder) members(s *apicore.Shape, object map[string]any) error {
	for _, m := range s.Members {
		v, there := object[m.Name]
		if !there {
			continue
		}
		if err := e.member(e.names.member(s, m), m.Shape, v); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	return nil
}

// member writes one member. The items of what is flattened have its name, and
// nothing is around them.
func (e *encoder) member(name string, s *apicore.Shape, v any) error {
	if e.names[s].Flattened {
		switch v := v.(type) {
		case []any:
			return e.list(s, v, name)
		case map[string]any:
			return e.entries(s, v, name)
		}
	}
	return e.element(name, func() error { return e.content(s, v) })
}

func (e *encoder) list(s *apicore.Shape, list []any, name string) error {
	for _, v := range list {
		if err := e.element(name, func() error { return e.content(s.Element, v) }); err != nil {
			return err
		}
	}
	return nil
}

// entries writes a map in the order of its keys, so that the same answer is
// always the same text.
func (e *encoder) entries(s *apicore.Shape, object map[string]any, name string) error {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		err := e.element(name, func() error {
			e.text(e.names.key(s), key)
			return e.element(e.names.value(s), func() error { return e.content(s.Element, object[key]) })
		})
		if err != nil {
			return err
		}
	}
	return nil
}
