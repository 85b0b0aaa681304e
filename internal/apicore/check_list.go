package apicore

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// list checks a list. Each structure in it fails by its own path (schema.1.member.name).
// Scalars in it fail once, together, as on the real service: Value '[a, b]' at
// 'explicitAuthFlows' failed to satisfy constraint: Member must satisfy constraint: […].
func (c *checker) list(at string, s *Shape, v any) any {
	list, ok := v.([]any)
	if !ok {
		return c.wrongType(at, s, v)
	}
	text := shown(s, list)
	for _, constraint := range s.brokenBounds(int64(len(list))) {
		c.fail(at, text, constraint)
	}
	elements := elements{of: s.Element}
	clean := make([]any, 0, len(list))
	for i, element := range list {
		clean = append(clean, elements.check(c, at+"."+strconv.Itoa(i+1)+".member", element))
	}
	elements.report(c, at, text, "Member must satisfy constraint: ")
	return clean
}

// entries checks a map in the order of its keys, so that messages are always the same. Messages
// never show its content: the model marks only some of the maps with secrets as sensitive.
func (c *checker) entries(at string, s *Shape, v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return c.wrongType(at, s, v)
	}
	for _, constraint := range s.brokenBounds(int64(len(object))) {
		c.fail(at, "", constraint)
	}
	keys, values := elements{of: s.Key}, elements{of: s.Element}
	clean := make(map[string]any, len(object))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		keys.check(c, at+".key", key)
		clean[key] = values.check(c, at+".value", object[key])
	}
	keys.report(c, at, "", "Map keys must satisfy constraint: ")
	values.report(c, at, "", "Map value must satisfy constraint: ")
	return clean
}

// elements checks the elements of a list or a map.
type elements struct {
	of           *Shape
	broken, null bool
}

func (e *elements) check(c *checker, at string, v any) any {
	if v == nil {
		e.null = true
		return nil
	}
	switch e.of.Type {
	case Structure, List, Map, Document:
		return c.value(at, e.of, v)
	}
	clean, broken := c.scalar(at, e.of, v)
	e.broken = e.broken || len(broken) > 0
	return clean
}

// report records a failure, if there is one, with every constraint on the elements.
func (e *elements) report(c *checker, at, text, intro string) {
	if !e.broken && !e.null {
		return
	}
	constraints := e.of.constraints()
	if e.null {
		constraints = append(constraints, notNull)
	}
	c.fail(at, text, intro+"["+strings.Join(constraints, ", ")+"]")
}
