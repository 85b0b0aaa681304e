package awsquery

import "poolhouse/internal/apicore"

// names are the names of shapes on the wire, with those that they have by
// default.
type names apicore.Names

// member returns the name of a structure's member. A flattened list has no
// name besides that of its elements.
func (n names) member(s *apicore.Shape, m apicore.Member) string {
	if wire := n[m.Shape]; wire.Flattened && m.Shape.Type == apicore.List && wire.Element != "" {
		return wire.Element
	}
	return or(n[s].Members[m.Name], m.Name)
}

func (n names) element(list *apicore.Shape) string  { return or(n[list].Element, "member") }
func (n names) key(entries *apicore.Shape) string   { return or(n[entries].Key, "key") }
func (n names) value(entries *apicore.Shape) string { return or(n[entries].Element, "value") }

func or(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}
