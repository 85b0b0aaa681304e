package resultlog

import (
	"fmt"
	"slices"
	"strings"
)

// Pattern is a filter pattern for unstructured events (CloudWatch Logs User Guide, filter
// pattern syntax). An event must contain all plain terms, at least one of the terms written
// ?term, and none of those written -term. Optional terms count only if there are no others. A
// term with other characters than letters, digits and underscores is in double quotes. Case
// matters.
type Pattern struct {
	all, any, none []string
}

// ParsePattern parses a pattern. Every event matches the empty pattern.
func ParsePattern(text string) (p Pattern, err error) {
	rest := strings.TrimSpace(text)
	if rest != "" && strings.ContainsRune("{[%", rune(rest[0])) {
		return p, fmt.Errorf("the filter pattern %q is not one of terms: patterns for JSON, for fields and with regular expressions are not understood here", text)
	}
	for rest != "" {
		into := &p.all
		switch rest[0] {
		case '?':
			into, rest = &p.any, rest[1:]
		case '-':
			into, rest = &p.none, rest[1:]
		}
		var term string
		if term, rest, err = cutTerm(rest); err != nil {
			return Pattern{}, err
		}
		*into = append(*into, term)
		rest = strings.TrimLeft(rest, " \t\r\n")
	}
	return p, nil
}

// cutTerm cuts off the term at the beginning of the text.
func cutTerm(text string) (term, rest string, err error) {
	if quoted, ok := strings.CutPrefix(text, `"`); ok {
		term, rest, ok = strings.Cut(quoted, `"`)
		if !ok || term == "" {
			return "", "", fmt.Errorf("a quoted term of the filter pattern is empty or has no end: %s", text)
		}
		return term, rest, nil
	}
	end := strings.IndexAny(text, " \t\r\n")
	if end < 0 {
		end = len(text)
	}
	term = text[:end]
	if term == "" {
		return "", "", fmt.Errorf("a term is missing in the filter pattern behind ? or -")
	}
	if strings.ContainsFunc(term, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return "", "", fmt.Errorf("invalid character(s) in term %q of the filter pattern: put it in double quotes", term)
	}
	return term, text[end:], nil
}

// Match reports whether the event's text matches the pattern.
func (p Pattern) Match(text string) bool {
	contains := func(term string) bool { return strings.Contains(text, term) }
	if slices.ContainsFunc(p.none, contains) {
		return false
	}
	if len(p.any) > 0 && len(p.all)+len(p.none) == 0 {
		return slices.ContainsFunc(p.any, contains)
	}
	return !slices.ContainsFunc(p.all, func(term string) bool { return !contains(term) })
}
