package iam

import "strings"

// How many things a page has (IAM API Reference, MaxItems).
const (
	defaultPageSize = 100
	maxPageSize     = 1000
)

// Page says which part of a list is wanted.
type Page struct {
	PathPrefix string // only of what has a path that begins so; "" for all
	After      string // only names behind this one, in the order of NameKey
	Limit      int
}

// NewPage returns the page behind a name, "" for the first. A limit of 0 stands
// for the default.
func NewPage(pathPrefix, after string, limit int) (Page, error) {
	p := Page{PathPrefix: pathPrefix, After: after, Limit: limit}
	if limit == 0 {
		p.Limit = defaultPageSize
	}
	switch {
	case len(pathPrefix) > maxPath:
		return Page{}, tooLong("pathPrefix", maxPath)
	case pathPrefix != "" && !isPathPrefix(pathPrefix):
		return Page{}, Refusef(ValidationError, "The specified value for pathPrefix is invalid. It must begin with / and contain only alphanumeric characters and/or / characters.")
	case after != "" && NameKey(after) == "":
		return Page{}, Refusef(ValidationError, "Invalid Marker.")
	case p.Limit < 1 || p.Limit > maxPageSize:
		return Page{}, Refusef(ValidationError, "1 validation error detected: Value at 'maxItems' failed to satisfy constraint: Member must be between 1 and %d", maxPageSize)
	}
	return p, nil
}

// isPathPrefix reports whether paths can begin so (pathPrefixType).
func isPathPrefix(s string) bool {
	return strings.HasPrefix(s, "/") && !strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > 0x7f })
}
