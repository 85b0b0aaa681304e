package policy

import "strings"

// maxExpanded bounds the characters of a value after its variables are filled in. Without
// it, a short policy and a long value of a request could make a very long pattern.
const maxExpanded = 1 << 16

// template is a value of a policy, with its policy variables.
type template struct {
	pieces []piece
}

// piece is text, or a variable.
type piece struct {
	text     glob
	key      string // of a variable, as foldCase returns it
	fallback []rune // the variable's default value; nil for none
}

// newTemplate reads the text s of n. wildcards says whether * and ? are wildcards,
// variables whether ${...} is a variable, as it is from version 2012-10-17 on (Variables
// and tags).
func newTemplate(n *node, s string, wildcards, variables bool) (*template, error) {
	t := &template{}
	for s != "" {
		before, rest, found := strings.Cut(s, "${")
		if !found || !variables {
			t.literal(s, wildcards)
			break
		}
		t.literal(before, wildcards)
		v, after, err := parseVariable(n, rest)
		if err != nil {
			return nil, err
		}
		t.pieces = append(t.pieces, v)
		s = after
	}
	return t, nil
}

func (t *template) literal(s string, wildcards bool) {
	g := glob(runes(s))
	if wildcards {
		g = newGlob(s)
	}
	t.pieces = append(t.pieces, piece{text: g})
}

// parseVariable reads a variable after its "${", and returns the text after it. A variable
// is ${*}, ${?} or ${$} for that character, ${key}, or ${key, 'default'}.
func parseVariable(n *node, s string) (v piece, after string, err error) {
	end := strings.IndexAny(s, "},")
	if end < 0 {
		return v, "", refuse(n, "The policy variable ${%.64s has no closing brace.", s)
	}
	name, after := s[:end], s[end+1:]
	if s[end] == '}' && (name == "*" || name == "?" || name == "$") {
		return piece{text: glob(name)}, after, nil
	}
	if !isKey(name) || strings.ContainsAny(name, " ${'*?") {
		return v, "", refuse(n, "${%.64s} is no policy variable. Write a condition key without spaces, like ${aws:username}, "+
			"or ${*}, ${?} or ${$} for that character.", name)
	}
	v.key = foldCase(name)
	if s[end] == '}' {
		return v, after, nil
	}
	quoted, found := strings.CutPrefix(after, " '")
	fallback, after, closed := strings.Cut(quoted, "'}")
	if !found || !closed || strings.Contains(fallback, "'") {
		return v, "", refuse(n, "The default value of the policy variable ${%.64s is not written "+
			"like ${%.64s, 'value'}, with a space behind the comma.", s, name)
	}
	v.fallback = append([]rune{}, runes(fallback)...)
	return v, after, nil
}

// fixed reports whether the template has no variables.
func (t *template) fixed() bool {
	for _, p := range t.pieces {
		if p.key != "" {
			return false
		}
	}
	return true
}

// expand fills in the variables. It reports false if one has no value. Wildcards in a
// value are plain characters, also in a default value. The guide does not say so, but
// otherwise a name or a tag could give more access.
func (t *template) expand(k keys) (glob, bool) {
	if len(t.pieces) == 1 && t.pieces[0].key == "" {
		return t.pieces[0].text, true
	}
	var g glob
	for _, p := range t.pieces {
		value := p.text
		if p.key != "" {
			var ok bool
			if value, ok = p.value(k); !ok {
				return nil, false
			}
		}
		if g = append(g, value...); len(g) > maxExpanded {
			return nil, false
		}
	}
	return g, true
}

// value returns the value of a variable. A key with several values has none
// (Single-valued vs. multivalued context keys). An empty value counts as none, as in
// conditions.
func (p piece) value(k keys) (glob, bool) {
	if values := k[p.key]; len(values) == 1 && values[0] != "" {
		return runes(values[0]), true
	}
	return p.fallback, p.fallback != nil
}
