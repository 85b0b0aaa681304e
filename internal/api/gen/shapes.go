package main

import (
	"fmt"
	"slices"
	"strings"
)

// shapes writes the constraints on everything in a request or an answer, with the members in
// the model's order.
func (g *generator) shapes() []byte {
	b := g.begin("poolhouse/internal/apicore")
	b.WriteString("var (\n")
	for _, name := range g.names() {
		if g.described[name] {
			fmt.Fprintf(b, "\t%s = apicore.Shape{%s}\n", shapeVar(name), g.shapeFields(name))
		}
	}
	b.WriteString(")\n" + g.wires())
	return b.Bytes()
}

func shapeVar(name string) string { return "shape" + name }

// kinds maps the model's types to constants of package apicore.
var kinds = map[string]string{
	"string": "String", "integer": "Integer", "long": "Long", "boolean": "Boolean",
	"timestamp": "Timestamp", "blob": "Blob", "list": "List", "map": "Map", "structure": "Structure",
}

func (g *generator) shapeFields(name string) string {
	s := g.Shapes[name]
	kind := kinds[s.Type]
	if s.Document {
		kind = "Document"
	}
	fields := []string{"Type: apicore." + kind}
	add := func(format string, args ...any) { fields = append(fields, fmt.Sprintf(format, args...)) }
	if s.Min != nil {
		add("Min: apicore.Bound(%d)", *s.Min)
	}
	if s.Max != nil {
		add("Max: apicore.Bound(%d)", *s.Max)
	}
	if s.Pattern != "" {
		add("Pattern: apicore.NewPattern(%q, %q)", s.Pattern, re2[s.Pattern])
	}
	if len(s.Enum) > 0 {
		add("Enum: %#v", s.Enum)
	}
	if s.Sensitive {
		add("Sensitive: true")
	}
	if s.Key.Shape != "" {
		add("Key: &%s", shapeVar(s.Key.Shape))
	}
	if element := s.Member.Shape + s.Value.Shape; element != "" {
		add("Element: &%s", shapeVar(element))
	}
	if len(s.Members) > 0 && !s.Document {
		add("Members: []apicore.Member{\n%s}", memberFields(s))
	}
	return strings.Join(fields, ", ")
}

func memberFields(s shape) string {
	var b strings.Builder
	for _, m := range s.Members {
		required := ""
		if slices.Contains(s.Required, m.Name) {
			required = ", Required: true"
		}
		fmt.Fprintf(&b, "{Name: %q, Shape: &%s%s},\n", m.Name, shapeVar(m.Shape), required)
	}
	return b.String()
}
