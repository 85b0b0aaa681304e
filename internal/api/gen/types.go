package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// types writes a Go type for each structure and each enumeration.
func (g *generator) types() []byte {
	b := g.begin(g.typeImports()...)
	g.sharedTypes(b)
	for _, name := range g.names() {
		switch s := g.Shapes[name]; {
		case s.Exception || s.Document:
		case s.Type == "structure":
			g.structure(b, name, s)
		case len(s.Enum) > 0:
			g.enum(b, name, s)
		}
	}
	return b.Bytes()
}

// typeImports returns the imports of the types, in gofmt's order.
func (g *generator) typeImports() (paths []string) {
	for _, s := range g.Shapes {
		if s.Document && !slices.Contains(paths, "encoding/json") {
			paths = append(paths, "encoding/json")
		}
		if s.Type == "timestamp" && !slices.Contains(paths, "poolhouse/internal/apicore") {
			paths = append(paths, "poolhouse/internal/apicore")
		}
	}
	slices.Sort(paths)
	return paths
}

func (g *generator) structure(b *bytes.Buffer, name string, s shape) {
	fmt.Fprintf(b, "// %s is the structure %s of the model.\ntype %s struct {\n", exported(name), name, exported(name))
	common, shared := g.sharingOf(name)
	for _, m := range s.Members {
		switch {
		case shared.of(m.Name) == "":
			fmt.Fprintf(b, "\t%s %s\n", exported(m.Name), g.field(name, m.Name))
		case common != "": // at the place of the first shared member
			fmt.Fprintf(b, "\t%s\n", common)
			common = ""
		}
	}
	b.WriteString("}\n\n")
}

// field returns the type and the tag of a structure's member.
func (m *model) field(structure, member string) string {
	s := m.Shapes[structure]
	shape := s.Members.of(member)
	required := slices.Contains(s.Required, member)
	tag := member
	if !required || m.nullable(shape) {
		tag += ",omitzero"
	}
	return fmt.Sprintf("%s `json:%q`", m.goType(shape, required), tag)
}

// nullable reports whether the zero value of the shape's Go type would be written as null or as
// a time long ago. Such a member is left out even if the model requires it.
func (m *model) nullable(name string) bool {
	switch s := m.Shapes[name]; s.Type {
	case "list", "map", "blob", "timestamp":
		return true
	default:
		return s.Document
	}
}

func (g *generator) enum(b *bytes.Buffer, name string, s shape) {
	name = exported(name)
	fmt.Fprintf(b, "// %s is an enumeration of the model.\ntype %s string\n\n// The values of %s.\nconst (\n", name, name, name)
	for _, v := range s.Enum {
		fmt.Fprintf(b, "\t%s%s %s = %q\n", name, camel(v), name, v)
	}
	b.WriteString(")\n\n")
}

// goType returns the Go type of a member with that shape.
func (m *model) goType(name string, required bool) string {
	optional := "*"
	if required {
		optional = ""
	}
	switch s := m.Shapes[name]; s.Type {
	case "string":
		if len(s.Enum) > 0 {
			return exported(name)
		}
		return "string"
	case "integer":
		return optional + "int32"
	case "long":
		return optional + "int64"
	case "boolean":
		return optional + "bool"
	case "timestamp":
		return "apicore.Time"
	case "blob":
		return "[]byte"
	case "list":
		return "[]" + m.goType(s.Member.Shape, true)
	case "map":
		return "map[string]" + m.goType(s.Value.Shape, true)
	default:
		if s.Document {
			return "json.RawMessage"
		}
		return optional + exported(name)
	}
}

// exported makes an exported Go name: statusType becomes StatusType.
func exported(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// camel makes the Go name of an enumeration's value: USER_PASSWORD_AUTH becomes
// UserPasswordAuth, InProgress stays.
func camel(v string) string {
	parts := strings.FieldsFunc(v, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	for i, p := range parts {
		if p == strings.ToUpper(p) {
			p = strings.ToLower(p)
		}
		parts[i] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, "")
}
