package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep a document may be nested. A list of values in a
// condition, the deepest place of the grammar, has depth 6.
const maxDepth = 8

// maxText bounds the bytes of a document, including white space. It is the limit of
// IAM's API.
const maxText = 131072

// kind is the JSON type of a value.
type kind string

const (
	kindObject kind = "an object"
	kindList   kind = "a list"
	kindText   kind = "a string"
	kindNumber kind = "a number"
	kindBool   kind = "true or false"
	kindNull   kind = "null"
)

// node is a JSON value with its place in the document. With encoding/json alone, the last
// of two equal names would win, which could hide a Deny.
type node struct {
	parent *node
	name   string // of a member of an object
	index  int    // of an item of a list
	kind   kind
	text   string  // of a string, a number as it is written, true or false
	nodes  []*node // members or items, in order
}

// readJSON reads one JSON value.
func readJSON(data []byte) (*node, error) {
	if len(data) > maxText {
		return nil, refuse(nil, "The policy has %d bytes; it may have %d.", len(data), maxText)
	}
	if !utf8.Valid(data) {
		return nil, refuse(nil, "The policy is not valid UTF-8. Policies are JSON in UTF-8.")
	}
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil {
		return nil, refuse(nil, "The policy is not one valid JSON object: %v.", err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	root := &node{}
	if err := root.read(dec, 0); err != nil {
		return nil, err
	}
	return root, nil
}

// read reads the value at n, which is nested in depth objects and lists.
func (n *node) read(dec *json.Decoder, depth int) error {
	token, err := dec.Token()
	if err != nil {
		return refuse(n, "This is not valid JSON: %v.", err)
	}
	switch v := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return refuse(n, "This is nested too deep: no place of a policy has a depth of more than %d.", maxDepth)
		}
		return n.readMembers(dec, v, depth+1)
	case string:
		n.kind, n.text = kindText, v
	case json.Number:
		n.kind, n.text = kindNumber, v.String()
	case bool:
		n.kind, n.text = kindBool, strconv.FormatBool(v)
	default:
		n.kind = kindNull
	}
	return nil
}

func (n *node) readMembers(dec *json.Decoder, open json.Delim, depth int) error {
	n.kind = kindList
	if open == '{' {
		n.kind = kindObject
	}
	names := map[string]bool{}
	for dec.More() {
		m := &node{parent: n, index: len(n.nodes)}
		if n.kind == kindObject {
			token, err := dec.Token()
			if err != nil {
				return refuse(n, "This is not valid JSON: %v.", err)
			}
			m.name, _ = token.(string)
			if names[m.name] {
				return refuse(m, "This name is here twice. Keep one, and put several values into a list.")
			}
			names[m.name] = true
		}
		n.nodes = append(n.nodes, m)
		if err := m.read(dec, depth); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil { // the closing one
		return refuse(n, "This is not valid JSON: %v.", err)
	}
	return nil
}

// refuse returns an *Error about the value at n, or about the whole document if n is nil.
func refuse(n *node, format string, args ...any) error {
	return &Error{At: n.place(), Message: fmt.Sprintf(format, args...)}
}

// place returns where n stands in the document.
func (n *node) place() string {
	if n == nil || n.parent == nil {
		return ""
	}
	up := n.parent.place()
	if n.parent.kind == kindList {
		return fmt.Sprintf("%s[%d]", up, n.index)
	}
	name := n.name
	if name == "" || len(name) > 64 || strings.ContainsFunc(name, unusual) {
		name = fmt.Sprintf("%.64q", name)
	}
	if up == "" {
		return name
	}
	return up + "." + name
}

// unusual reports whether a character would make a place hard to read.
func unusual(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`."[]`, r)
}

// items returns the items of a list, or the value itself if it is not a list. Most
// elements may be written in both ways.
func (n *node) items() []*node {
	if n.kind == kindList {
		return n.nodes
	}
	return []*node{n}
}
