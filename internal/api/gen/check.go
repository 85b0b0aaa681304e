package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// re2 holds the patterns of the model that Go's regular expressions cannot
// say as they stand, in a form that matches the same strings.
var re2 = map[string]string{
	// A look-behind: the name must not end with a dot.
	`^[0-9A-Za-z\.\-_]*(?<!\.)$`: `(?:[0-9A-Za-z.\-_]*[0-9A-Za-z\-_])?`,
}

// check returns everything in the model that the generator cannot express, so
// that a newer model fails here and not in a running server.
func (m *model) check() error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(m.Shapes)) {
		problems = append(problems, m.checkShape(name))
	}
	for _, name := range slices.Sorted(maps.Keys(m.Operations)) {
		op := m.Operations[name]
		problems = append(problems, m.checkRef("the input of "+name, op.Input))
		if op.Output != nil {
			problems = append(problems, m.checkRef("the output of "+name, *op.Output))
		}
	}
	return errors.Join(problems...)
}

func (m *model) checkShape(name string) error {
	s := m.Shapes[name]
	if kinds[s.Type] == "" {
		return fmt.Errorf("%s has the type %q, which is not known here", name, s.Type)
	}
	if err := checkPattern(name, s.Pattern); err != nil {
		return err
	}
	if err := checkEnum(name, s.Enum); err != nil {
		return err
	}
	refs := map[string][]ref{"list": {s.Member}, "map": {s.Key, s.Value}}[s.Type]
	for _, member := range s.Members {
		refs = append(refs, ref{member.Shape})
	}
	for _, r := range refs {
		if err := m.checkRef(name, r); err != nil {
			return err
		}
	}
	for _, required := range s.Required {
		if !slices.ContainsFunc(s.Members, func(m member) bool { return m.Name == required }) {
			return fmt.Errorf("%s requires %s, which it does not have", name, required)
		}
	}
	return nil
}

func (m *model) checkRef(where string, r ref) error {
	if _, ok := m.Shapes[r.Shape]; !ok {
		return fmt.Errorf("%s names the shape %q, which the model does not have", where, r.Shape)
	}
	return nil
}

func checkPattern(name, pattern string) error {
	translated := pattern
	if t, ok := re2[pattern]; ok {
		translated = t
	}
	if _, err := regexp.Compile(translated); err != nil {
		return fmt.Errorf("the pattern of %s is no RE2; add a translation to the table re2: %w", name, err)
	}
	return nil
}

// checkEnum makes sure that every value has a Go name, and one of its own.
func checkEnum(name string, values []string) error {
	seen := map[string]string{}
	for _, v := range values {
		constant := camel(v)
		if other, twice := seen[constant]; twice || constant == "" {
			return fmt.Errorf("the values %q and %q of %s would make one Go name", other, v, name)
		}
		seen[constant] = v
	}
	return nil
}
