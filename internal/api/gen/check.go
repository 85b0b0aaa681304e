package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// re2 maps the model's patterns that Go's regular expressions cannot express to equivalent
// ones.
var re2 = map[string]string{
	// A look-behind: the name must not end with a dot.
	`^[0-9A-Za-z\.\-_]*(?<!\.)$`: `(?:[0-9A-Za-z.\-_]*[0-9A-Za-z\-_])?`,

	// Characters by number, in RE2 written with \x.
	`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`: `(/)|(/[\x21-\x7E]+/)`,
	`\u002F[\u0021-\u007F]*`:                  `/[\x21-\x7F]*`,
	`[\u0020-\u00FF]+`:                        `[\x20-\x{FF}]+`,
	`[\u0009\u000A\u000D\u0020-\u00FF]+`:      `[\t\n\r\x20-\x{FF}]+`,

	`[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*`: `[\t\n\r\x20-\x7E\x{A1}-\x{FF}]*`,
	// The last range has five digits, more than its notation can hold. It means the characters
	// after U+FFFF.
	`[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`: `[\t\n\r\x20-\x7E\x{85}\x{A0}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]+`,
}

// check returns everything in the model that the generator cannot express. So an unsuitable
// newer model fails here and not in a running server.
func (m *model) check() error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(m.Shapes)) {
		problems = append(problems, m.checkShape(name))
	}
	for _, name := range slices.Sorted(maps.Keys(m.Operations)) {
		op := m.Operations[name]
		if op.Input.Shape != "" || !m.query() {
			problems = append(problems, m.checkRef("the input of "+name, op.Input))
		}
		if op.Output != nil {
			problems = append(problems, m.checkRef("the output of "+name, *op.Output))
		}
	}
	if m.query() {
		problems = append(problems, m.checkQuery())
	} else if m.Metadata.EndpointPrefix == "" || m.Metadata.TargetPrefix == "" {
		problems = append(problems, errors.New("the metadata lack the endpointPrefix or the targetPrefix"))
	}
	return errors.Join(append(problems, m.checkTypeNames(), m.checkNeeds(), m.checkPages(), m.checkShared())...)
}

func (m *model) checkShape(name string) error {
	s := m.Shapes[name]
	if kinds[s.Type] == "" {
		return fmt.Errorf("%s has the unknown type %q", name, s.Type)
	}
	if err := checkPattern(name, s.Pattern); err != nil {
		return err
	}
	if err := checkEnum(name, s.Enum); err != nil {
		return err
	}
	refs := map[string][]ref{"list": {s.Member}, "map": {s.Key, s.Value}}[s.Type]
	for _, member := range s.Members {
		refs = append(refs, ref{Shape: member.Shape})
	}
	for _, r := range refs {
		if err := m.checkRef(name, r); err != nil {
			return err
		}
	}
	for _, required := range s.Required {
		if !slices.ContainsFunc(s.Members, func(m member) bool { return m.Name == required }) {
			return fmt.Errorf("%s requires %s, but has no such member", name, required)
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
		return fmt.Errorf("the pattern of %s is not valid RE2; add a translation to the table re2: %w", name, err)
	}
	return nil
}

// checkTypeNames refuses two types with the same Go name.
func (m *model) checkTypeNames() error {
	seen := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(m.Shapes)) {
		if s := m.Shapes[name]; s.Type != "structure" && len(s.Enum) == 0 {
			continue
		}
		if other, twice := seen[exported(name)]; twice {
			return fmt.Errorf("%s and %s would be one Go type", other, name)
		}
		seen[exported(name)] = name
	}
	return nil
}

// checkEnum demands a unique Go name for every value.
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
