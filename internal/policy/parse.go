package policy

import (
	"slices"
	"strings"
)

// The versions of the policy language (IAM User Guide, Version element).
const (
	version2008 = "2008-10-17" // also of a document that names none; knows no variables
	version2012 = "2012-10-17"
)

// Document is a policy of a user, a group or a role. It does not change and
// may be used by many goroutines at once.
type Document struct {
	statements []*statement
}

// Parse reads an identity's policy of up to 131,072 bytes. It does not check the quotas of
// policies, which depend on the identity. Its errors are of type *Error.
//
// The guide says that such a policy has no Id, but IAM accepts one, and so does Parse.
// The case of elements' names counts.
func Parse(text []byte) (*Document, error) {
	statements, err := (&parser{}).parse(text)
	if err != nil {
		return nil, err
	}
	return &Document{statements: statements}, nil
}

// Error says why a document is malformed. IAM answers it with MalformedPolicyDocument.
type Error struct {
	At      string // the place, like Statement[1].Condition.StringLike; "" for the whole document
	Message string // what is wrong there and what would be right
}

// Error returns the place and the message.
func (e *Error) Error() string {
	if e.At == "" {
		return e.Message
	}
	return e.At + ": " + e.Message
}

// parser reads one document.
type parser struct {
	trust     bool // it is a trust policy
	variables bool // its version has policy variables
	sids      map[string]bool
}

func (p *parser) parse(data []byte) ([]*statement, error) {
	root, err := readJSON(data)
	if err != nil {
		return nil, err
	}
	if root.kind != kindObject {
		return nil, refuse(nil, "A policy is a JSON object, and this is %s.", root.kind)
	}
	elements, err := elementsOf(root, "Version", "Id", "Statement")
	if err != nil {
		return nil, err
	}
	if err := p.parseVersion(elements["Version"]); err != nil {
		return nil, err
	}
	if id := elements["Id"]; id != nil && id.kind != kindText {
		return nil, refuse(id, "An Id is a string, and this is %s.", id.kind)
	}
	return p.parseStatements(elements["Statement"])
}

// elementsOf returns the members of an object by name. It refuses other names than the
// known ones.
func elementsOf(n *node, known ...string) (map[string]*node, error) {
	elements := map[string]*node{}
	for _, m := range n.nodes {
		if slices.Contains(known, m.name) {
			elements[m.name] = m
			continue
		}
		for _, name := range known {
			if strings.EqualFold(name, m.name) {
				return nil, refuse(m, "There is no such element. Write %s: the case of names counts.", name)
			}
		}
		return nil, refuse(m, "There is no such element here. Possible are %s.", strings.Join(known, ", "))
	}
	return elements, nil
}

func (p *parser) parseVersion(n *node) error {
	switch {
	case n == nil:
		return nil
	case n.kind != kindText:
		return refuse(n, "A Version is a string, and this is %s. Write %q.", n.kind, version2012)
	case n.text != version2008 && n.text != version2012:
		return refuse(n, "There is no version %.64q of the policy language. Write %q, or %q for the old one.",
			n.text, version2012, version2008)
	}
	p.variables = n.text == version2012
	return nil
}

func (p *parser) parseStatements(n *node) ([]*statement, error) {
	if n == nil {
		return nil, refuse(nil, "The policy has no Statement. It needs one or a list of them.")
	}
	if len(n.items()) == 0 {
		return nil, refuse(n, "The list is empty. A policy needs at least one statement.")
	}
	p.sids = map[string]bool{}
	var statements []*statement
	for _, item := range n.items() {
		s, err := p.parseStatement(item)
		if err != nil {
			return nil, err
		}
		statements = append(statements, s)
	}
	return statements, nil
}
