package iam

import "strings"

// How many items a page has (IAM API Reference, MaxItems).
const (
	defaultPageSize = 100
	maxPageSize     = 1000
)

// Page selects a part of a list.
type Page struct {
	PathPrefix string // "" for all
	After      string // only names after this one, in NameKey order
	Limit      int
}

// NewPage returns the page after a name, "" for the first page. A limit of 0 means the default.
func NewPage(pathPrefix, after string, limit int) (Page, error) {
	p := Page{PathPrefix: pathPrefix, After: after, Limit: limit}
	if limit == 0 {
		p.Limit = defaultPageSize
	}
	switch {
	case len(pathPrefix) > maxPath:
		return Page{}, tooLong("pathPrefix", maxPath)
	case pathPrefix != "" && !isPathPrefix(pathPrefix):
		return Page{}, Errorf(ValidationError, "The specified value for pathPrefix is invalid. It must begin with / and contain only alphanumeric characters and/or / characters.")
	case after != "" && NameKey(after) == "":
		return Page{}, Errorf(ValidationError, "Invalid Marker.")
	case p.Limit < 1 || p.Limit > maxPageSize:
		return Page{}, Errorf(ValidationError, "1 validation error detected: Value at 'maxItems' failed to satisfy constraint: Member must be between 1 and %d", maxPageSize)
	}
	return p, nil
}

// isPathPrefix reports whether a path can begin like that (pathPrefixType).
func isPathPrefix(s string) bool {
	return strings.HasPrefix(s, "/") && !strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > 0x7f })
}
