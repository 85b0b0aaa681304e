package awsjson

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Check walks a decoded JSON value (as encoding/json decodes it into an any,
// with numbers as json.Number) by its shape. It returns a copy that holds
// only what the shape declares, so that nothing unchecked can be bound.
//
// A value of the wrong JSON type is a SerializationException. Broken
// constraints are one InvalidParameterException that lists all of them in the
// words of the real service.
func Check(shape *Shape, value any) (any, error) {
	c := checker{}
	clean := c.value("", shape, value)
	if c.mistyped != nil {
		return nil, c.mistyped
	}
	switch n := len(c.broken); {
	case n == 1:
		return nil, invalidParameter("1 validation error detected: " + c.broken[0])
	case n > 1:
		return nil, invalidParameter(fmt.Sprintf("%d validation errors detected: %s", n, strings.Join(c.broken, "; ")))
	}
	return clean, nil
}

func invalidParameter(message string) *Error {
	return &Error{Name: "InvalidParameterException", Message: message}
}

// maxBroken bounds the message: a request can break a rule once a list entry.
const maxBroken = 20

// maxShown bounds how much of a value a message repeats, in bytes.
const maxShown = 256

// checker collects what is wrong with one request.
type checker struct {
	broken   []string
	mistyped *Error
}

func (c *checker) fail(at, shown, constraint string) {
	if len(c.broken) >= maxBroken {
		return
	}
	if shown != "" {
		shown = " " + shown
	}
	c.broken = append(c.broken, fmt.Sprintf("Value%s at '%s' failed to satisfy constraint: %s", shown, at, constraint))
}

func (c *checker) wrongType(at string, s *Shape) any {
	if c.mistyped == nil {
		if at == "" {
			at = "the request"
		}
		c.mistyped = &Error{Name: "SerializationException", Message: fmt.Sprintf("%s must be %s.", at, typeNames[s.Type])}
	}
	return nil
}

func (c *checker) value(at string, s *Shape, v any) any {
	switch s.Type {
	case String:
		return c.text(at, s, v)
	case Blob:
		return c.blob(at, s, v)
	case Integer:
		return c.integer(at, s, v)
	case Timestamp:
		if _, ok := v.(json.Number); !ok {
			return c.wrongType(at, s)
		}
	case Boolean:
		if _, ok := v.(bool); !ok {
			return c.wrongType(at, s)
		}
	case List:
		return c.list(at, s, v)
	case Map:
		return c.entries(at, s, v)
	case Structure:
		return c.structure(at, s, v)
	}
	return v
}

func (c *checker) structure(at string, s *Shape, v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return c.wrongType(at, s)
	}
	clean := make(map[string]any, len(object))
	for i := range s.Members {
		m := &s.Members[i]
		path := join(at, lowerCamel(m.Name))
		switch member := object[m.Name]; {
		case member != nil:
			clean[m.Name] = c.value(path, m.Shape, member)
		case m.Required:
			c.fail(path, "", "Member must not be null")
		}
	}
	return clean
}

func (c *checker) list(at string, s *Shape, v any) any {
	list, ok := v.([]any)
	if !ok {
		return c.wrongType(at, s)
	}
	c.length(at, "", s, len(list))
	clean := make([]any, 0, len(list))
	for i, element := range list {
		path := fmt.Sprintf("%s.%d.member", at, i+1)
		if element == nil {
			c.fail(path, "", "Member must not be null")
			continue
		}
		clean = append(clean, c.value(path, s.Element, element))
	}
	return clean
}

func (c *checker) entries(at string, s *Shape, v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return c.wrongType(at, s)
	}
	c.length(at, "", s, len(object))
	clean := make(map[string]any, len(object))
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		c.text(join(at, "key"), s.Key, key)
		if object[key] == nil {
			c.fail(join(at, "value"), "", "Member must not be null")
			continue
		}
		clean[key] = c.value(join(at, "value"), s.Element, object[key])
	}
	return clean
}

func (c *checker) text(at string, s *Shape, v any) any {
	text, ok := v.(string)
	if !ok {
		return c.wrongType(at, s)
	}
	shown := ""
	if !s.Sensitive {
		shown = "'" + clip(text) + "'"
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, text) {
		c.fail(at, shown, "Member must satisfy enum value set: ["+strings.Join(s.Enum, ", ")+"]")
	}
	if s.Min != nil || s.Max != nil {
		c.length(at, shown, s, utf8.RuneCountInString(text))
	}
	if s.Pattern != nil && !s.Pattern.Match(text) {
		c.fail(at, shown, "Member must satisfy regular expression pattern: "+s.Pattern.Source)
	}
	return text
}

func (c *checker) blob(at string, s *Shape, v any) any {
	text, ok := v.(string)
	if !ok {
		return c.wrongType(at, s)
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return c.wrongType(at, s)
	}
	c.length(at, "", s, len(data))
	return text
}

func (c *checker) integer(at string, s *Shape, v any) any {
	number, ok := v.(json.Number)
	if !ok {
		return c.wrongType(at, s)
	}
	n, err := strconv.ParseInt(number.String(), 10, 64)
	if err != nil {
		f, err := number.Float64() // 5.0 and 5e0 are whole numbers too
		if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
			return c.wrongType(at, s)
		}
		n = int64(f)
	}
	shown := "'" + strconv.FormatInt(n, 10) + "'"
	if s.Min != nil && n < *s.Min {
		c.fail(at, shown, fmt.Sprintf("Member must have value greater than or equal to %d", *s.Min))
	}
	if s.Max != nil && n > *s.Max {
		c.fail(at, shown, fmt.Sprintf("Member must have value less than or equal to %d", *s.Max))
	}
	return json.Number(strconv.FormatInt(n, 10))
}

func (c *checker) length(at, shown string, s *Shape, n int) {
	if s.Min != nil && int64(n) < *s.Min {
		c.fail(at, shown, fmt.Sprintf("Member must have length greater than or equal to %d", *s.Min))
	}
	if s.Max != nil && int64(n) > *s.Max {
		c.fail(at, shown, fmt.Sprintf("Member must have length less than or equal to %d", *s.Max))
	}
}

func clip(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "…"
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// lowerCamel spells a member's name as the service's messages do.
func lowerCamel(name string) string {
	if name == "" {
		return name
	}
	return strings.ToLower(name[:1]) + name[1:]
}
