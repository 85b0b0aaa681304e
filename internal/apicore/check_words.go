package apicore

import (
	"encoding/json"
	"fmt"
	"strings"
)

// maxShown bounds how many bytes of a value a message repeats. A longer value is cut and ends
// with an ellipsis.
const maxShown = 1024

// shown returns a value in quotes, as a message repeats it. It returns "" for structures,
// bytes, and lists with sensitive elements.
func shown(s *Shape, v any) string {
	switch v := v.(type) {
	case string:
		if s.Type == String {
			return "'" + clip(v) + "'"
		}
	case json.Number:
		return "'" + clip(v.String()) + "'"
	case []any:
		if s.Element.Type == String && !s.Element.Sensitive {
			return "'" + clip(bracketed(v)) + "'"
		}
	}
	return ""
}

// bracketed writes a list as Java does: [a, b].
func bracketed(list []any) string {
	parts := make([]string, len(list))
	for i, element := range list {
		switch element := element.(type) {
		case string:
			parts[i] = element
		case nil:
			parts[i] = "null"
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func clip(s string) string { return Clip(s, maxShown) }

// typeNames are the Java types in the messages of SerializationExceptions.
var typeNames = [...]string{
	String: "a String", Integer: "an Integer", Long: "a Long", Boolean: "a Boolean",
	Timestamp: "a Timestamp", Blob: "a Blob", List: "a List", Map: "a Map", Structure: "a Structure", Document: "a Document",
}

// wrongType records a value of another JSON type than its shape's. The words are the real
// service's, such as "NUMBER_VALUE can not be converted to a String", "Start of list found
// where not expected", "Expected map or null" and "Unexpected field type". The real service
// leaves out the place of the value; Poolhouse adds it.
func (c *checker) wrongType(at string, s *Shape, v any) any {
	if c.mistyped != nil {
		return nil
	}
	text := mistyped(s, v)
	if at != "" {
		text = fmt.Sprintf("%s at '%s'", strings.TrimSuffix(text, "."), at)
	}
	c.mistyped = malformed(text)
	return nil
}

func mistyped(s *Shape, v any) string {
	found := ""
	switch v := v.(type) {
	case map[string]any:
		return "Start of structure or map found where not expected."
	case []any:
		return "Start of list found where not expected"
	case string:
		found = "STRING_VALUE"
	case json.Number:
		found = "NUMBER_VALUE"
	case bool:
		found = strings.ToUpper(fmt.Sprint(v)) + "_VALUE"
	case nil:
		found = "NULL_VALUE"
	}
	switch s.Type {
	case Map:
		return "Expected map or null"
	case List, Structure:
		return "Unexpected field type"
	}
	return found + " can not be converted to " + typeNames[s.Type]
}

func malformed(message string) *Refusal { return &Refusal{Reason: Malformed, Message: message} }
