package apicore

import (
	"fmt"
	"strings"
)

// Check checks a decoded JSON value against its shape. The value comes from encoding/json,
// decoded into an any, with numbers as json.Number. Check returns a copy with only what the
// shape declares, so that nothing unchecked can be bound. Members outside the model are
// ignored, as on the real service.
//
// A value of the wrong JSON type is a [Refusal] with the reason Malformed. Broken constraints
// are a Refusal with the reason Invalid. It lists them in the words of the real service, in the
// model's order of members.
func Check(shape *Shape, value any) (any, error) {
	c := checker{}
	clean := c.value("", shape, value)
	if c.mistyped != nil {
		return nil, c.mistyped
	}
	switch n := len(c.broken); {
	case n == 1:
		return nil, invalid("1 validation error detected: " + c.broken[0])
	case n > 1:
		return nil, invalid(fmt.Sprintf("%d validation errors detected: %s", n, strings.Join(c.broken, "; ")))
	}
	return clean, nil
}

func invalid(message string) *Refusal {
	return &Refusal{Reason: Invalid, Message: message}
}

// maxBroken bounds the message: a request can break a rule with every entry of a list.
const maxBroken = 20

const notNull = "Member must not be null"

// checker collects the faults of one request.
type checker struct {
	broken   []string
	mistyped *Refusal
	hidden   bool // inside a sensitive value: messages show no value
}

// fail records a broken constraint. shown is the quoted value, "" if the message must not
// repeat it.
func (c *checker) fail(at, shown, constraint string) {
	if len(c.broken) >= maxBroken {
		return
	}
	switch {
	case c.hidden:
		shown = ""
	case shown != "":
		shown = " " + shown
	}
	c.broken = append(c.broken, fmt.Sprintf("Value%s at '%s' failed to satisfy constraint: %s", shown, at, constraint))
}

// value checks the value at a path and returns its checked copy.
func (c *checker) value(at string, s *Shape, v any) any {
	if s.Sensitive && !c.hidden {
		c.hidden = true
		defer func() { c.hidden = false }()
	}
	switch s.Type {
	case Structure:
		return c.structure(at, s, v)
	case List:
		return c.list(at, s, v)
	case Map:
		return c.entries(at, s, v)
	case Document:
		return v
	}
	clean, broken := c.scalar(at, s, v)
	for _, constraint := range broken {
		c.fail(at, shown(s, clean), constraint)
	}
	return clean
}

func (c *checker) structure(at string, s *Shape, v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return c.wrongType(at, s, v)
	}
	clean := make(map[string]any, min(len(object), len(s.Members)))
	for i := range s.Members {
		m := &s.Members[i]
		switch member := object[m.Name]; {
		case member != nil:
			clean[m.Name] = c.value(join(at, lowerCamel(m.Name)), m.Shape, member)
		case m.Required:
			c.fail(join(at, lowerCamel(m.Name)), "", notNull)
		}
	}
	return clean
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// lowerCamel writes a member's name as the service's messages do.
func lowerCamel(name string) string {
	if name == "" {
		return name
	}
	return strings.ToLower(name[:1]) + name[1:]
}
