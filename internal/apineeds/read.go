package apineeds

import (
	"errors"
	"fmt"
	"strings"
)

// Text is a text member of an input. The zero Text is no member and never present.
type Text struct {
	Member string // the model's name
	get    func(input any) (string, bool)
}

// TextOf returns the member that get reads.
func TextOf[In any](member string, get func(*In) string) Text {
	return Text{Member: member, get: reader(get)}
}

// Of returns the text in an input, "" if it is absent. The input must be of the operation's
// type.
func (t Text) Of(input any) (string, error) {
	return read(t.Member, t.get, input)
}

// Tags is a member of an input that sets tags. The zero Tags is no member and sets none.
type Tags struct {
	Member string
	get    func(input any) (map[string]string, bool)
}

// TagsOf returns the member that get reads.
func TagsOf[In any](member string, get func(*In) map[string]string) Tags {
	return Tags{Member: member, get: reader(get)}
}

// Of returns the tags in an input. The input must be of the operation's type.
func (t Tags) Of(input any) (map[string]string, error) {
	return read(t.Member, t.get, input)
}

// TagKeys is a member of an input with the keys of tags. The zero TagKeys is no member and has
// none.
type TagKeys struct {
	Member string
	get    func(input any) ([]string, bool)
}

// TagKeysOf returns the member that get reads.
func TagKeysOf[In any](member string, get func(*In) []string) TagKeys {
	return TagKeys{Member: member, get: reader(get)}
}

// Of returns the keys in an input. The input must be of the operation's type.
func (t TagKeys) Of(input any) ([]string, error) {
	return read(t.Member, t.get, input)
}

func reader[In, T any](get func(*In) T) func(any) (T, bool) {
	return func(input any) (value T, ok bool) {
		in, ok := input.(*In)
		if !ok || in == nil {
			return value, false
		}
		return get(in), true
	}
}

func read[T any](member string, get func(any) (T, bool), input any) (value T, err error) {
	if get == nil {
		return value, nil
	}
	value, ok := get(input)
	if !ok {
		return value, fmt.Errorf("apineeds: the input has the type %T, which is not that of the operation with the member %s", input, member)
	}
	return value, nil
}

// Named is a resource as a call names it, with the texts of a [Resource]'s members.
type Named struct {
	Kind                                    Kind
	Name, Identifier, Stream, NewName, Path string
}

// Of returns the resource that an input names. It returns a [*MissingError] if the input names
// none.
func (r Resource) Of(input any) (Named, error) {
	var err error
	n := Named{
		Kind:       r.Kind,
		Name:       r.Name.or(&err, input),
		Identifier: r.Identifier.or(&err, input),
		Stream:     r.Stream.or(&err, input),
		NewName:    r.NewName.or(&err, input),
		Path:       r.Path.or(&err, input),
	}
	if err != nil {
		return Named{}, err
	}
	return n, r.complete(n)
}

// or returns the text in an input. On an error it sets err instead.
func (t Text) or(err *error, input any) string {
	if t.get == nil || *err != nil {
		return ""
	}
	var text string
	text, *err = t.Of(input)
	return text
}

// complete returns a [*MissingError] if the resource has no name.
func (r Resource) complete(n Named) error {
	switch {
	case n.Kind == Nothing, n.Kind == Any, n.Kind == LogGroups, n.Kind == UserOrCaller,
		n.Kind == Users, n.Kind == Roles, n.Kind == Policies, n.Kind == MFADevices:
		return nil
	case n.Name == "" && n.Identifier == "":
		return missing(r.Name, r.Identifier)
	case n.Stream == "" && r.Stream.get != nil:
		return missing(r.Stream)
	}
	return nil
}

// MissingError means that a call does not name its resource.
type MissingError struct {
	Members []string // give one of them
}

func missing(members ...Text) error {
	e := &MissingError{}
	for _, m := range members {
		if m.Member != "" {
			e.Members = append(e.Members, m.Member)
		}
	}
	if len(e.Members) == 0 {
		return errNoMember
	}
	return e
}

// errNoMember means that a table is wrong, not a call.
var errNoMember = errors.New("apineeds: the table of operations names no member for the resource of the operation")

// Error says what the call must give.
func (e *MissingError) Error() string { return "Give " + strings.Join(e.Members, " or ") + "." }
