package awsquery

import "poolhouse/internal/awsjson"

// Names says which shapes have other names in forms and XML than they have by
// default: a list's elements are called member, a map's entries key and value,
// a structure's members by their own names.
type Names map[*awsjson.Shape]Wire

// Wire says how a shape is written, where that is not the default.
type Wire struct {
	Flattened bool              // a list or map without an element of its own around it
	Element   string            // of a list's elements, or a map's values
	Key       string            // of a map's keys
	Members   map[string]string // of a structure, by their names in the model
}

// member returns the name of a structure's member. A flattened list has no
// name besides that of its elements.
func (n Names) member(s *awsjson.Shape, m awsjson.Member) string {
	if wire := n[m.Shape]; wire.Flattened && m.Shape.Type == awsjson.List && wire.Element != "" {
		return wire.Element
	}
	return or(n[s].Members[m.Name], m.Name)
}

func (n Names) element(list *awsjson.Shape) string { return or(n[list].Element, "member") }
func (n Names) key(entries *awsjson.Shape) string  { return or(n[entries].Key, "key") }
func (n Names) value(entries *awsjson.Shape) string {
	return or(n[entries].Element, "value")
}

func or(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}
