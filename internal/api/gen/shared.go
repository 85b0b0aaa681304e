package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sharedFile lists structures with common members that handlers pass on as one value. It is
// indexed by service and by the Go type of these members.
//
//go:embed shared.json
var sharedFile []byte

// sharing is one such type.
type sharing struct {
	Shapes []string // the structures with common members
	// Apart are common members that stay with each structure, because not all structures have
	// them or they differ.
	Apart []string
}

// sharedOf returns the shared types of a service, by name.
func sharedOf(file []byte, service string) (map[string]sharing, error) {
	var all once[once[sharing]]
	if err := json.Unmarshal(file, &all); err != nil {
		return nil, fmt.Errorf("shared.json: %w", err)
	}
	return all[service], nil
}

// checkShared demands that shared.json decides about each member that several of its structures
// have, and that a shared member is the same in all. A newer model with one more common member
// fails here.
func (m *model) checkShared() error {
	var problems []error
	owner := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(m.Shared)) {
		s := m.Shared[name]
		found := m.checkSharers(name, s)
		for _, shape := range s.Shapes {
			if owner[shape] != "" {
				found = append(found, fmt.Errorf("%s shares its members in %s already", shape, owner[shape]))
			}
			owner[shape] = name
		}
		if len(found) == 0 {
			found = m.checkSharing(s)
		}
		for _, problem := range found {
			problems = append(problems, fmt.Errorf("shared.json: %s: %w", name, problem))
		}
	}
	return errors.Join(problems...)
}

// checkSharers checks the name of a shared type and its structures.
func (m *model) checkSharers(name string, s sharing) (problems []error) {
	if exported(name) != name || m.hasType(name) {
		problems = append(problems, errors.New("the name must begin with a capital letter and be that of no other type"))
	}
	if len(s.Shapes) < 2 {
		problems = append(problems, fmt.Errorf("shapes has %d structures; there must be two or more that share something", len(s.Shapes)))
	}
	for _, shape := range s.Shapes {
		if m.Shapes[shape].Type != "structure" || m.Shapes[shape].Document {
			problems = append(problems, fmt.Errorf("%s is no structure of the model", shape))
		}
	}
	return problems
}

// hasType reports whether a shape makes a Go type with that name.
func (m *model) hasType(name string) bool {
	for shape, s := range m.Shapes {
		if exported(shape) == name && (s.Type == "structure" || len(s.Enum) > 0) {
			return true
		}
	}
	return false
}

// checkSharing checks the common members of structures.
func (m *model) checkSharing(s sharing) (problems []error) {
	have := map[string][]string{} // the structures with a member, by its name
	for _, shape := range s.Shapes {
		for _, member := range m.Shapes[shape].Members {
			have[member.Name] = append(have[member.Name], shape)
		}
	}
	for _, member := range slices.Sorted(maps.Keys(have)) {
		if err := m.checkMember(s, member, have[member]); err != nil {
			problems = append(problems, err)
		}
	}
	for _, member := range s.Apart {
		if len(have[member]) < 2 {
			problems = append(problems, fmt.Errorf("apart has %s, which is no member of several of the structures: take it out", member))
		}
	}
	if len(m.sharedMembers(s)) == 0 {
		problems = append(problems, errors.New("the structures have no member in common"))
	}
	return problems
}

// checkMember checks a member of several of the structures.
func (m *model) checkMember(s sharing, member string, in []string) error {
	if len(in) == 1 || slices.Contains(s.Apart, member) {
		return nil
	}
	if len(in) < len(s.Shapes) {
		return fmt.Errorf("%s is a member of %s, but not of all: add it to apart", member, strings.Join(in, " and "))
	}
	first := m.field(in[0], member)
	for _, shape := range in[1:] {
		if other := m.field(shape, member); other != first {
			return fmt.Errorf("%s is %s in %s, but %s in %s: add it to apart", member, first, in[0], other, shape)
		}
	}
	return nil
}

// sharedMembers returns the members of the shared type, in the order of the first structure.
func (m *model) sharedMembers(s sharing) (shared members) {
	for _, member := range m.Shapes[s.Shapes[0]].Members {
		if !slices.Contains(s.Apart, member.Name) && !slices.ContainsFunc(s.Shapes, func(shape string) bool {
			return m.Shapes[shape].Members.of(member.Name) == ""
		}) {
			shared = append(shared, member)
		}
	}
	return shared
}

// sharingOf returns the name and members of the type that a structure shares with others; ""
// for none.
func (m *model) sharingOf(shape string) (name string, shared members) {
	for name, s := range m.Shared {
		if slices.Contains(s.Shapes, shape) {
			return name, m.sharedMembers(s)
		}
	}
	return "", nil
}

// sharedTypes writes the shared types. encoding/json treats the members of an embedded
// structure as members of the outer one.
func (g *generator) sharedTypes(b *bytes.Buffer) {
	for _, name := range slices.Sorted(maps.Keys(g.Shared)) {
		s := g.Shared[name]
		last := len(s.Shapes) - 1
		fmt.Fprintf(b, "// %s is what %s and %s have in common.\ntype %s struct {\n",
			name, strings.Join(s.Shapes[:last], ", "), s.Shapes[last], name)
		for _, member := range g.sharedMembers(s) {
			fmt.Fprintf(b, "\t%s %s\n", exported(member.Name), g.field(s.Shapes[0], member.Name))
		}
		b.WriteString("}\n\n")
	}
}
