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

// Shape is a value's form and constraints, as data.
type Shape struct {
	Type      Type
	Min, Max  *int64 // of the length of strings, lists and maps, or of a number; nil means no bound
	Pattern   *Pattern
	Enum      []string
	Sensitive bool     // messages must not show the value
	Members   []Member // of a structure, in the model's order
	Key       *Shape   // of a map
	Element   *Shape   // of a list or a map
}

// Only returns a structure's shape with only the named members, all of them optional. The
// members keep their shapes.
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

// Pattern is a regular expression that must match a whole value. It is compiled at its first
// use, because an API has many and a run uses few.
type Pattern struct {
	// Source is the model's expression, which messages show.
	Source  string
	compile func() *regexp.Regexp
}

// NewPattern returns a pattern. Messages show source, and the RE2 expression does the matching;
// "" means that source itself is RE2. An invalid expression panics at its first use. Patterns
// are generated, and a test compiles all of them.
func NewPattern(source, re2 string) *Pattern {
	if re2 == "" {
		re2 = source
	}
	return &Pattern{Source: source, compile: sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\A(?:` + re2 + `)\z`)
	})}
}

// Match reports whether the pattern matches all of s.
func (p *Pattern) Match(s string) bool { return p.compile().MatchString(s) }

// Bound returns a bound for [Shape].
func Bound(n int64) *int64 { return &n }
