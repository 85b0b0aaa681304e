package awsquery

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/apicore"
)

// readInput reads an operation's input from the parameters, checks it, and returns the
// members that the model declares. only names the wanted members; nil means all.
func readInput(op *apicore.OperationInfo, parameters *node, only []string) (any, error) {
	d := decoder{names(op.API.Names)}
	shape := op.Input
	if only != nil {
		shape, parameters = shape.Only(only), d.selectMembers(op.Input, parameters, only)
	}
	input := map[string]any{}
	if err := d.members("", op.Input, parameters, input); err != nil {
		return nil, err
	}
	return apicore.Check(shape, input)
}

// selectMembers returns the parameters of some members of a structure.
func (d decoder) selectMembers(s *apicore.Shape, parameters *node, members []string) *node {
	selected := &node{fields: map[string]*node{}}
	for _, m := range s.Members {
		name := d.names.member(s, m)
		if field := parameters.fields[name]; field != nil && slices.Contains(members, m.Name) {
			selected.fields[name] = field
		}
	}
	return selected
}

// decoder turns a form into the values that encoding/json makes of a JSON body, so that
// one checker serves both. It follows the shape, not the form, so it ignores parameters
// that the model does not declare.
type decoder struct{ names names }

// value returns the value of a shape, or nil if the form has none.
func (d decoder) value(at string, s *apicore.Shape, n *node) (any, error) {
	switch s.Type {
	case apicore.Structure:
		if n.text != "" {
			return nil, malformedAt(at, "is a structure: its members are parameters like "+at+".Name")
		}
		object := map[string]any{}
		return object, d.members(at+".", s, n, object)
	case apicore.List:
		return d.list(at, s, n)
	case apicore.Map:
		return d.entries(at, s, n)
	}
	if !n.given {
		return nil, nil
	}
	return scalar(at, s, n.text)
}

// members fills an object with the members of a structure. Their parameters' names
// begin with prefix.
func (d decoder) members(prefix string, s *apicore.Shape, n *node, object map[string]any) error {
	for _, m := range s.Members {
		name := d.names.member(s, m)
		field := n.fields[name]
		if field == nil {
			continue
		}
		v, err := d.value(prefix+name, m.Shape, field)
		if err != nil {
			return err
		}
		if v != nil {
			object[m.Name] = v
		}
	}
	return nil
}

func malformedAt(at, what string) *apicore.Refusal {
	return malformed("The parameter " + at + " " + what + ".")
}

// list reads L.member.1 and so on, or L.1 of a flattened list. L without items and with
// an empty value is the empty list.
func (d decoder) list(at string, s *apicore.Shape, n *node) (any, error) {
	at, items, err := d.items(at, s, n, d.names.element(s))
	if items == nil || err != nil {
		return nil, err
	}
	list := make([]any, 0, len(items.fields))
	for i := range len(items.fields) {
		item, here, err := items.nth(at, i+1)
		if err != nil {
			return nil, err
		}
		v, err := d.value(here, s.Element, item)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// entries reads M.entry.1.key, M.entry.1.value and so on, or M.1.key of a
// flattened map.
func (d decoder) entries(at string, s *apicore.Shape, n *node) (any, error) {
	at, items, err := d.items(at, s, n, "entry")
	if items == nil || err != nil {
		return nil, err
	}
	object := map[string]any{}
	for i := range len(items.fields) {
		item, here, err := items.nth(at, i+1)
		if err != nil {
			return nil, err
		}
		if err := d.entry(here, s, item, object); err != nil {
			return nil, err
		}
	}
	return object, nil
}

func (d decoder) entry(at string, s *apicore.Shape, n *node, object map[string]any) error {
	key := n.fields[d.names.key(s)]
	if key == nil || !key.given {
		return malformedAt(at+"."+d.names.key(s), "is missing: every entry of a map has a key")
	}
	if _, twice := object[key.text]; twice {
		return malformedAt(at+"."+d.names.key(s), "repeats the key of another entry")
	}
	object[key.text] = nil // the checker reports a missing value
	value := n.fields[d.names.value(s)]
	if value == nil {
		return nil
	}
	v, err := d.value(at+"."+d.names.value(s), s.Element, value)
	object[key.text] = v
	return err
}

// items returns the node whose fields are the numbered items of a list or map, and its
// place. The node is nil if the form has neither the list nor the map.
func (d decoder) items(at string, s *apicore.Shape, n *node, element string) (string, *node, error) {
	items := n
	if !d.names[s].Flattened {
		items = n.fields[element]
		if items == nil && n.given {
			items = &node{}
		}
	}
	below := at
	if items != n {
		below += "." + element
	}
	if n.text != "" || items != nil && items.text != "" {
		return "", nil, malformedAt(at, "is a list or a map: its items are parameters like "+below+".1")
	}
	return below, items, nil
}

// nth returns item i and its place. Items are numbered from 1 without gaps. So the
// number of parameters bounds the number of steps.
func (n *node) nth(at string, i int) (*node, string, error) {
	name := strconv.Itoa(i)
	here := at + "." + name
	item := n.fields[name]
	if item == nil {
		return nil, "", malformedAt(here, fmt.Sprintf("is missing: %s has %d items, which are numbered from 1 without gaps", at, len(n.fields)))
	}
	return item, here, nil
}

// scalar reads a value without parts into the form that the checker takes. Messages
// name the parameter, not its value, which may be a secret.
func scalar(at string, s *apicore.Shape, text string) (any, error) {
	switch s.Type {
	case apicore.Integer:
		return integer(at, text, 32)
	case apicore.Long:
		return integer(at, text, 64)
	case apicore.Boolean:
		if text != "true" && text != "false" {
			return nil, malformedAt(at, "must be true or false")
		}
		return text == "true", nil
	case apicore.Timestamp:
		return timestamp(at, text)
	case apicore.Blob:
		if _, err := base64.StdEncoding.DecodeString(text); err != nil {
			return nil, malformedAt(at, "must be base64 with padding")
		}
	}
	return text, nil
}

func integer(at, text string, bits int) (any, error) {
	n, err := strconv.ParseInt(text, 10, bits)
	if err != nil {
		return nil, malformedAt(at, "must be a whole number of "+strconv.Itoa(bits)+" bits")
	}
	return json.Number(strconv.FormatInt(n, 10)), nil
}

// timestamp reads ISO 8601, which SDKs write, or seconds since the epoch, which the
// protocol also allows. The checker takes seconds.
func timestamp(at, text string) (any, error) {
	var t apicore.Time
	err := t.UnmarshalJSON([]byte(text))
	if err != nil || text == "null" || strings.ContainsAny(text, "xX") { // a form may not use null or 0x1p4
		t.Time, err = time.Parse(time.RFC3339, strings.ToUpper(text))
	}
	if err != nil {
		return nil, malformedAt(at, "must be a time like 2026-08-01T12:00:00Z, or seconds since 1970 like 1785585600")
	}
	seconds, err := t.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return json.Number(seconds), nil
}
