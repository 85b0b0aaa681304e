package awsquery

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// The limits of a form. The largest request of the APIs has fewer than a hundred
// parameters, for its tags. The deepest name has six parts.
const (
	maxParameters = 1000
	maxDepth      = 32 // parts of a parameter's name, separated by points
)

// node is a place in a form: its value and the places below it. The names of parameters
// form a tree: A.member.1.B has four nodes.
type node struct {
	text   string
	given  bool // whether the form has a parameter with exactly this name
	fields map[string]*node
}

// textOf returns the value of a field, or "" if it has none.
func (n *node) textOf(name string) string {
	if field := n.fields[name]; field != nil {
		return field.text
	}
	return ""
}

// parse reads a form into a tree. The limits bound its size for any names: an index of
// a list is a name like any other.
func parse(body string) (*node, error) {
	if strings.Count(body, "&") >= maxParameters {
		return nil, malformed(fmt.Sprintf("The request has more than %d parameters.", maxParameters))
	}
	root := &node{}
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		if err := root.add(pair); err != nil {
			return nil, err
		}
	}
	return root, nil
}

// add adds a parameter. It refuses a repeated one, because it is not clear which value
// counts.
func (n *node) add(pair string) error {
	name, text, err := unescaped(pair)
	if err != nil {
		return err
	}
	path := strings.SplitN(name, ".", maxDepth+1)
	if len(path) > maxDepth {
		return malformed(fmt.Sprintf("The parameter %q is nested deeper than %d names.", clip(name), maxDepth))
	}
	for _, part := range path {
		n = n.field(part)
	}
	if n.given {
		return malformed(fmt.Sprintf("The parameter %q is given twice.", clip(name)))
	}
	n.text, n.given = text, true
	return nil
}

// field returns the field with this name, and adds it if it is missing.
func (n *node) field(name string) *node {
	if n.fields == nil {
		n.fields = map[string]*node{}
	}
	field := n.fields[name]
	if field == nil {
		field = &node{}
		n.fields[name] = field
	}
	return field
}

func unescaped(pair string) (name, text string, err error) {
	rawName, rawText, _ := strings.Cut(pair, "=")
	if name, err = url.QueryUnescape(rawName); err != nil || !utf8.ValidString(name) {
		return "", "", malformed("The name of a parameter is not percent-encoded UTF-8.")
	}
	if text, err = url.QueryUnescape(rawText); err != nil || !utf8.ValidString(text) {
		return "", "", malformed(fmt.Sprintf("The value of the parameter %q is not percent-encoded UTF-8.", clip(name)))
	}
	return name, text, nil
}
