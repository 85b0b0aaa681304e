package awsquery

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// The limits of a form. The largest request of the APIs is under a hundred
// parameters for its tags, and six names deep.
const (
	maxParameters = 1000
	maxDepth      = 32 // names in a parameter's name, between points
)

// node is what a form says at a place: a value, and what is below. The names
// of parameters make a tree: A.member.1.B has four nodes.
type node struct {
	text   string
	given  bool // whether there is a parameter of just this name
	fields map[string]*node
}

// textOf returns the value of a field, "" where it has none.
func (n *node) textOf(name string) string {
	if field := n.fields[name]; field != nil {
		return field.text
	}
	return ""
}

// parse reads a form into a tree. Its size is bound by the limits, whatever
// the names are: an index in a list is a name like others.
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

// add adds a parameter. One that is there twice is refused: which of its
// values counts would be a guess.
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
		return malformed(fmt.Sprintf("The parameter %q is there twice.", clip(name)))
	}
	n.text, n.given = text, true
	return nil
}

// field returns the field of that name, a new one if there is none.
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
