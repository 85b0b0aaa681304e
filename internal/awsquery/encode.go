package awsquery

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"poolhouse/internal/apicore"
)

// answerXML writes the answer of an operation by the shape of its output.
func answerXML(op apicore.OperationInfo, out any, id string) ([]byte, error) {
	e := &encoder{names: names(op.API.Names)}
	e.begin(op.Name+"Response", op.API)
	if op.Output != nil {
		value, err := apicore.Plain(out)
		if err != nil {
			return nil, err
		}
		if err := e.result(op, value); err != nil {
			return nil, fmt.Errorf("the answer of %s: %w", op.Name, err)
		}
	}
	e.WriteString("<ResponseMetadata>")
	e.text("RequestId", id)
	e.WriteString("</ResponseMetadata></" + op.Name + "Response>")
	return e.Bytes(), nil
}

func (e *encoder) result(op apicore.OperationInfo, value any) error {
	if op.Result == "" {
		return e.content(op.Output, value)
	}
	return e.element(op.Result, func() error { return e.content(op.Output, value) })
}

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

// escape writes a text. It replaces characters that XML 1.0 does not allow, such as
// NUL, by U+FFFD. An answer with one wrong character is better than none.
func (e *encoder) escape(text string) {
	_ = xml.EscapeText(&e.Buffer, []byte(text)) // a buffer returns no error
}

func (e *encoder) text(name, text string) {
	e.WriteString("<" + name + ">")
	e.escape(text)
	e.WriteString("</" + name + ">")
}

// element writes an element; content writes what is inside. An element without content
// is written as <name/>.
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

// content writes the inside of a value's element.
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
	return fmt.Errorf("a %T does not fit its shape", v)
}

// members writes the members of a structure in the order of the model.
func (e *encoder) members(s *apicore.Shape, object map[string]any) error {
	for _, m := range s.Members {
		v, ok := object[m.Name]
		if !ok {
			continue
		}
		if err := e.member(e.names.member(s, m), m.Shape, v); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	return nil
}

// member writes one member. The items of a flattened list or map have the member's
// name, without an element around them.
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

// entries writes a map in the order of its keys, so that equal answers have equal
// texts.
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

// scalar writes a value without parts.
func (e *encoder) scalar(s *apicore.Shape, v any) error {
	switch v := v.(type) {
	case string:
		e.escape(v) // a blob is already base64
		return nil
	case bool:
		e.WriteString(strconv.FormatBool(v))
		return nil
	case json.Number:
		if s.Type == apicore.Timestamp {
			return e.timestamp(v)
		}
		e.WriteString(v.String())
		return nil
	}
	return fmt.Errorf("a %T does not fit its shape", v)
}

// timestamp writes ISO 8601 in UTC, with milliseconds if they are not zero:
// 2015-06-26T23:08:46.035Z.
func (e *encoder) timestamp(seconds json.Number) error {
	var t apicore.Time
	if err := t.UnmarshalJSON([]byte(seconds)); err != nil {
		return err
	}
	e.WriteString(t.UTC().Format("2006-01-02T15:04:05.999Z"))
	return nil
}
