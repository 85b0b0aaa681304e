package apineeds

import (
	"errors"
	"reflect"
	"testing"
)

type input struct {
	Name, Identifier, Stream string
	Tags                     map[string]string
	Keys                     []string
}

func group() Resource {
	return Resource{
		Kind:       LogGroup,
		Name:       TextOf("name", func(in *input) string { return in.Name }),
		Identifier: TextOf("identifier", func(in *input) string { return in.Identifier }),
		Stream:     TextOf("stream", func(in *input) string { return in.Stream }),
	}
}

func TestResourceOf(t *testing.T) {
	plain := group()
	plain.Stream = Text{}
	of := func(r Resource, k Kind) Resource { r.Kind = k; return r }
	for _, c := range []struct {
		resource Resource
		in       input
		want     Named
		missing  string
	}{
		{group(), input{Name: "n", Stream: "s"}, Named{Kind: LogGroup, Name: "n", Stream: "s"}, ""},
		{group(), input{Identifier: "i", Stream: "s"}, Named{Kind: LogGroup, Identifier: "i", Stream: "s"}, ""},
		{group(), input{Stream: "s"}, Named{}, "Give name or identifier."},
		{group(), input{Name: "n"}, Named{}, "Give stream."},
		{plain, input{Name: "n"}, Named{Kind: LogGroup, Name: "n"}, ""},
		{plain, input{}, Named{}, "Give name or identifier."},
		{of(plain, UserPool), input{}, Named{}, "Give name or identifier."},
		{of(plain, ""), input{}, Named{}, "Give name or identifier."},
		{of(plain, UserOrCaller), input{}, Named{Kind: UserOrCaller}, ""},
		{Resource{Kind: Any}, input{Name: "n"}, Named{Kind: Any}, ""},
		{Resource{Kind: Nothing}, input{}, Named{Kind: Nothing}, ""},
		{Resource{Kind: LogGroups}, input{}, Named{Kind: LogGroups}, ""},
	} {
		got, err := c.resource.Of(&c.in)
		if e, ok := errors.AsType[*MissingError](err); ok != (c.missing != "") || ok && e.Error() != c.missing {
			t.Errorf("%s of %+v: %v, want %q", c.resource.Kind, c.in, err, c.missing)
		}
		if err == nil && got != c.want {
			t.Errorf("%s of %+v is %+v", c.resource.Kind, c.in, got)
		}
	}
}

// TestTablesThatNameNothing: a table that names no member for a resource allows nothing, and
// its error does not blame the call.
func TestTablesThatNameNothing(t *testing.T) {
	for _, kind := range []Kind{"", "unheard-of", User, UserPool, LogGroup} {
		if _, err := (Resource{Kind: kind}).Of(&input{Name: "n"}); !errors.Is(err, errNoMember) {
			t.Errorf("%q: %v", kind, err)
		}
	}
}

// TestInputOfAnotherOperation: an input of another operation's type is an error. It is not the
// same as an input without the members.
func TestInputOfAnotherOperation(t *testing.T) {
	tags := TagsOf("Tags", func(in *input) map[string]string { return in.Tags })
	keys := TagKeysOf("Keys", func(in *input) []string { return in.Keys })
	for _, other := range []any{nil, input{}, (*input)(nil), &struct{ Name string }{"n"}} {
		if _, err := group().Of(other); err == nil {
			t.Errorf("a resource is read from a %T", other)
		}
		if _, err := tags.Of(other); err == nil {
			t.Errorf("tags are read from a %T", other)
		}
		if _, err := keys.Of(other); err == nil {
			t.Errorf("keys of tags are read from a %T", other)
		}
	}
	in := &input{Tags: map[string]string{"a": "b"}, Keys: []string{"c"}}
	if got, err := tags.Of(in); err != nil || !reflect.DeepEqual(got, in.Tags) {
		t.Errorf("the tags are %v, %v", got, err)
	}
	if got, err := keys.Of(in); err != nil || !reflect.DeepEqual(got, in.Keys) {
		t.Errorf("the keys are %v, %v", got, err)
	}
	if got, err := (Tags{}).Of(in); err != nil || len(got) > 0 {
		t.Errorf("no member gives %v, %v", got, err)
	}
}
