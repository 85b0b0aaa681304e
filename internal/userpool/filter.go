package userpool

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Filter selects users by one attribute. The zero Filter selects all users.
type Filter struct {
	// Attribute is one of [FilterAttributes], "" for no filter.
	Attribute string
	Value     string
	Prefix    bool // ^=: the value's beginning is enough
}

// FilterAttributes are the attributes that a filter may name (API Reference, ListUsers).
// Values are compared without regard to case, except those of username, status and sub.
var FilterAttributes = [...]string{
	"username", "email", "phone_number", "name", "given_name", "family_name",
	"preferred_username", "cognito:user_status", "status", "sub",
}

// String returns the filter in the form that [ParseFilter] parses, "" for the filter that
// selects all users.
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

// ParseFilter parses a filter: AttributeName Filter-Type "AttributeValue". The type is =
// for equal and ^= for begins with (API Reference, ListUsers). Spaces around the type are
// optional, and the name may be quoted. In the value, a backslash precedes quotation
// marks and backslashes; any other backslash is plain text. The empty string is the
// filter that selects all users.
//
// It returns InvalidParameter for an attribute that is not in [FilterAttributes], for a
// status other than Enabled and Disabled, and for a text of another form. The API's rules
// bound the length of a filter.
func ParseFilter(s string) (Filter, error) {
	p := filterParser{text: s}
	if p.spaces(); p.atEnd() {
		return Filter{}, nil
	}
	f, err := p.filter()
	if err != nil {
		return Filter{}, err
	}
	return f, nil
}

// filterParser is the state of parsing a filter.
type filterParser struct {
	text string
	at   int
}

func (p *filterParser) filter() (f Filter, err error) {
	if f.Attribute, err = p.name(); err != nil {
		return f, err
	}
	if f.Prefix = p.take("^="); !f.Prefix && !p.take("=") {
		return f, p.refuse(`= or ^= is missing; write AttributeName = "value"`)
	}
	p.spaces()
	if f.Value, err = p.value(); err != nil {
		return f, err
	}
	if p.spaces(); !p.atEnd() {
		return f, p.refuse(`something follows the value; a quotation mark inside it is written \"`)
	}
	return f, p.check(f)
}

// name parses the attribute's name and the spaces after it.
func (p *filterParser) name() (string, error) {
	var name string
	if p.take(`"`) {
		end := strings.IndexByte(p.text[p.at:], '"')
		if end < 0 {
			return "", p.refuse("the attribute's closing quotation mark is missing")
		}
		name = p.text[p.at : p.at+end]
		p.at += end + 1
	} else {
		rest := p.text[p.at:]
		if end := strings.IndexAny(rest, `^="`); end >= 0 {
			rest = rest[:end]
		}
		name = strings.TrimRight(rest, " ")
		p.at += len(name)
	}
	if name == "" {
		return "", p.refuse("the attribute is missing")
	}
	p.spaces()
	return name, nil
}

// value parses a quoted value.
func (p *filterParser) value() (string, error) {
	if !p.take(`"`) {
		return "", p.refuse("the value must be in quotation marks")
	}
	var b strings.Builder
	for !p.atEnd() {
		switch {
		case p.take(`\"`):
			b.WriteByte('"')
		case p.take(`\\`):
			b.WriteByte('\\')
		case p.take(`"`):
			return b.String(), nil
		default:
			b.WriteByte(p.text[p.at])
			p.at++
		}
	}
	return "", p.refuse("the value's closing quotation mark is missing")
}

// check applies the rules for attributes and values to a parsed filter. No user has a NUL
// character in an attribute, and not every database accepts one in a query.
func (p *filterParser) check(f Filter) error {
	if !slices.Contains(FilterAttributes[:], f.Attribute) {
		return Errorf(InvalidParameter, "Invalid search attribute: %s", f.Attribute)
	}
	if strings.IndexByte(f.Value, 0) >= 0 {
		return p.refuse("the value holds a NUL character")
	}
	if f.Attribute == "status" && (f.Prefix || f.Value != "Enabled" && f.Value != "Disabled") {
		return p.refuse(`status can only be = "Enabled" or = "Disabled"`)
	}
	return nil
}

func (p *filterParser) atEnd() bool { return p.at == len(p.text) }

func (p *filterParser) spaces() {
	for !p.atEnd() && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// take consumes the word if the text continues with it.
func (p *filterParser) take(word string) bool {
	if !strings.HasPrefix(p.text[p.at:], word) {
		return false
	}
	p.at += len(word)
	return true
}

// refuse returns the real service's text for every mistake. The detail says what is wrong
// and where.
func (p *filterParser) refuse(what string) error {
	return Errorf(InvalidParameter, "Error while parsing filter.").
		Detailed("%s (at character %d of the filter)", what, utf8.RuneCountInString(p.text[:p.at])+1)
}
