package userpool

import (
	"slices"
	"strings"
)

// Filter selects users by one attribute. The zero Filter selects all.
type Filter struct {
	// Attribute is one of [FilterAttributes], "" for no filter.
	Attribute string
	Value     string
	Prefix    bool // ^=, the value's beginning is enough
}

// FilterAttributes are the attributes that a filter may name (API Reference,
// ListUsers). Values are compared without regard to case, save those of
// username, status and sub.
var FilterAttributes = [...]string{
	"username", "email", "phone_number", "name", "given_name", "family_name",
	"preferred_username", "cognito:user_status", "status", "sub",
}

// String returns the filter in the form that [ParseFilter] reads.
func (f Filter) String() string {
	if f.Attribute == "" {
		return ""
	}
	operator := " = "
	if f.Prefix {
		operator = " ^= "
	}
	return f.Attribute + operator + `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(f.Value) + `"`
}

// ParseFilter reads a filter: AttributeName Filter-Type "AttributeValue",
// where the type is = for equal and ^= for begins with (API Reference,
// ListUsers). Spaces around the type may be left out, the name may be quoted,
// and quotation marks and backslashes in the value are escaped with a
// backslash. The empty string is the filter that selects all. It returns
// InvalidParameter for everything else.
func ParseFilter(s string) (Filter, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Filter{}, nil
	}
	var f Filter
	end := strings.IndexAny(s, "^=")
	if end < 0 {
		return f, filterError(`it has neither = nor ^=; write AttributeName = "value"`)
	}
	f.Attribute = strings.TrimSpace(s[:end])
	if n := len(f.Attribute); n >= 2 && f.Attribute[0] == '"' && f.Attribute[n-1] == '"' {
		f.Attribute = f.Attribute[1 : n-1]
	}
	if !slices.Contains(FilterAttributes[:], f.Attribute) {
		return Filter{}, Errorf(InvalidParameter, "Invalid search attribute: %s", f.Attribute)
	}
	rest := s[end:]
	if f.Prefix = strings.HasPrefix(rest, "^"); f.Prefix {
		rest = rest[1:]
	}
	rest, ok := strings.CutPrefix(rest, "=")
	if !ok {
		return Filter{}, filterError("after ^ must come =")
	}
	var err error
	if f.Value, err = quoted(strings.TrimSpace(rest)); err != nil {
		return Filter{}, err
	}
	if f.Attribute == "status" && (f.Prefix || f.Value != "Enabled" && f.Value != "Disabled") {
		return Filter{}, filterError(`status can only be = "Enabled" or = "Disabled"`)
	}
	return f, nil
}

func filterError(what string) error {
	return Errorf(InvalidParameter, "Error while parsing filter: %s.", what)
}

// quoted reads a value in quotation marks.
func quoted(s string) (string, error) {
	if len(s) < 2 || s[0] != '"' {
		return "", filterError("the value must be in quotation marks")
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case c == '"' && i == len(s)-1:
			return b.String(), nil
		case c == '"':
			return "", filterError(`something follows the value; a quotation mark inside it is written \"`)
		default:
			b.WriteByte(c)
		}
	}
	return "", filterError("the value's closing quotation mark is missing")
}
