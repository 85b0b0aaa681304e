package main

import (
	"fmt"
	"slices"
	"strings"
)

// shapes writes the constraints on everything that a request can hold, and the
// order of members in answers of the Query protocol.
func (g *generator) shapes() []byte {
	imports := []string{"poolhouse/internal/awsjson"}
	wires := g.wires()
	if wires != "" {
		imports = append(imports, "poolhouse/internal/awsquery")
	}
	b := g.begin(imports...)
	b.WriteString("var (\n")
	for _, name := range g.names() {
		if g.described[name] {
			fmt.Fprintf(b, "\t%s = awsjson.Shape{%s}\n", shapeVar(name), g.shapeFields(name))
		}
	}
	b.WriteString(")\n" + wires)
	return b.Bytes()
}

func shapeVar(name string) string { return "shape" + name }

// kinds are the constants of package awsjson by the types of the model.
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
	fields := []string{"Type: awsjson." + kind}
	add := func(format string, args ...any) { fields = append(fields, fmt.Sprintf(format, args...)) }
	if s.Min != nil {
		add("Min: awsjson.Bound(%d)", *s.Min)
	}
	if s.Max != nil {
		add("Max: awsjson.Bound(%d)", *s.Max)
	}
	if s.Pattern != "" {
		add("Pattern: awsjson.NewPattern(%q, %q)", s.Pattern, re2[s.Pattern])
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
		add("Members: []awsjson.Member{\n%s}", memberFields(s))
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
