package awsquery

import (
	"fmt"
	"strconv"

	"poolhouse/internal/apicore"
)

// list reads L.member.1 and so on, or L.1 of a flattened list. L alone,
// without a value, is the empty list.
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
		return malformedAt(at+"."+d.names.key(s), "is a key that another entry has")
	}
	object[key.text] = nil // the checker tells of a missing value
	value := n.fields[d.names.value(s)]
	if value == nil {
		return nil
	}
	v, err := d.value(at+"."+d.names.value(s), s.Element, value)
	object[key.text] = v
	return err
}

// items returns the node whose fields are the numbered items of a list or map,
// and its place; nil where the form says nothing of it.
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

// nth returns an item and its place. Items are numbered from 1 without gaps,
// so that there are as many steps as there are parameters, and no more.
func (n *node) nth(at string, i int) (*node, string, error) {
	name := strconv.Itoa(i)
	here := at + "." + name
	item := n.fields[name]
	if item == nil {
		return nil, "", malformedAt(here, fmt.Sprintf("is missing: %s has %d items, which are numbered from 1 without gaps", at, len(n.fields)))
	}
	return item, here, nil
}
