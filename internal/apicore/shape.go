package apicore

import (
	"regexp"
	"slices"
	"sync"
)

// Type is the JSON form of a value.
type Type uint8

// The types of the model.
const (
	String  Type = iota
	Integer      // 32 bits
	Long         // 64 bits
	Boolean
	Timestamp // a number: seconds since the epoch
	Blob      // base64 text
	List
	Map
	Structure
	Document // any JSON
)

// Shape describes a value and its constraints, as data.
type Shape struct {
	Type      Type
	Min, Max  *int64 // of the length of strings, lists and maps, or of a number; nil is open
	Pattern   *Pattern
	Enum      []string
	Sensitive bool     // the value must not appear in messages
	Members   []Member // of a structure, in the model's order
	Key       *Shape   // of a map
	Element   *Shape   // of a list or a map
}

// Only returns a structure's shape with none but the members of some names, of which
// none is required. Those members keep their shapes.
func (s *Shape) Only(names []string) *Shape {
	only := &Shape{Type: s.Type}
	for _, m := range s.Members {
		if slices.Contains(names, m.Name) {
			m.Required = false
			only.Members = append(only.Members, m)
		}
	}
	return only
}

// Member is one member of a structure.
type Member struct {
	Name     string
	Shape    *Shape
	Required bool
}

// Pattern is a regular expression that a whole value must match. It is
// compiled when it is first needed, because an API has many and a run uses
// few.
type Pattern struct {
	// Source is the expression as the model has it and as messages show it.
	Source  string
	compile func() *regexp.Regexp
}

// NewPattern returns the pattern that messages call source and that matches
// what the RE2 expression matches; "" means that source is RE2 itself. It
// panics on first use if the expression is not valid: patterns are generated,
// and a test compiles all of them.
func NewPattern(source, re2 string) *Pattern {
	if re2 == "" {
		re2 = source
	}
	return &Pattern{Source: source, compile: sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\A(?:` + re2 + `)\z`)
	})}
}

// Match reports whether the pattern matches the whole of s.
func (p *Pattern) Match(s string) bool { return p.compile().MatchString(s) }

// Bound returns a limit for [Shape].
func Bound(n int64) *int64 { return &n }
