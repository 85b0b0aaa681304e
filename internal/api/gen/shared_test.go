package main

import (
	"strings"
	"testing"
)

// TestSharingThatIsWrong: shared.json must decide about each member that several of its
// structures have. A member that is not the same in all cannot be shared.
func TestSharingThatIsWrong(t *testing.T) {
	set := func(name string, s sharing) func(*model) { return func(m *model) { m.Shared[name] = s } }
	two := []string{"SetRequest", "ThingType"}
	cases := []struct {
		name  string
		spoil func(*model)
		want  string
	}{
		{"another type", func(m *model) { m.setShape("ThingType", "Size", "Big") },
			"ThingSettings: Size is *int32 `json:\"Size,omitzero\"` in SetRequest, but *int64 `json:\"Size,omitzero\"` in ThingType: add it to apart"},
		{"required in one", func(m *model) { s := m.Shapes["ThingType"]; s.Required = nil; m.Shapes["ThingType"] = s },
			"Kind is KindType `json:\"Kind\"` in SetRequest, but KindType `json:\"Kind,omitzero\"` in ThingType"},
		{"in some", set("ThingSettings", sharing{Shapes: append(two, "GetResponse"), Apart: []string{"Zeta", "Kind", "Size", "Since"}}),
			"Alpha is a member of SetRequest and ThingType, but not of all: add it to apart"},
		{"apart in one alone", set("ThingSettings", sharing{Shapes: two, Apart: []string{"Zeta", "Only"}}), "apart has Only, which is no member of several"},
		{"apart in none", set("ThingSettings", sharing{Shapes: two, Apart: []string{"Zeta", "Gone"}}), "apart has Gone, which is no member of several"},
		{"nothing in common", set("ThingSettings", sharing{Shapes: two, Apart: []string{"Zeta", "Alpha", "Kind", "Size"}}), "the structures have no member in common"},
		{"no such structure", set("ThingSettings", sharing{Shapes: []string{"SetRequest", "Gone"}}), "Gone is no structure of the model"},
		{"a list", set("ThingSettings", sharing{Shapes: []string{"SetRequest", "TextList"}}), "TextList is no structure of the model"},
		{"one structure", set("ThingSettings", sharing{Shapes: []string{"SetRequest"}}), "shapes has 1 structures"},
		{"twice", set("More", sharing{Shapes: two, Apart: []string{"Zeta"}}), "ThingSettings: SetRequest shares its members in More already"},
		{"the name of a type", set("InnerType", sharing{Shapes: two}), "InnerType: the name must begin with a capital letter and be that of no other type"},
		{"a small name", set("settings", sharing{Shapes: two}), "settings: the name must begin with a capital letter"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := read(t, "testdata/model.json")
			c.spoil(m)
			if err := m.check(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("check: %v, want %s", err, c.want)
			}
		})
	}
}

// setShape gives a structure's member another shape.
func (m *model) setShape(structure, member, shape string) {
	for i, each := range m.Shapes[structure].Members {
		if each.Name == member {
			m.Shapes[structure].Members[i].Shape = shape
		}
	}
}

func TestSharedFilesThatCannotBeRead(t *testing.T) {
	for file, want := range map[string]string{
		`{"a":{"B":{"shape":["X"]}}}`:                 `unknown field "shape"`,
		`{"a":{"B":{"shapes":["X"]},"B":{}}}`:         "B is there twice",
		`{"a":[]}`:                                    "it is not an object",
		`{"a":{"B":{"shapes":["X"],"apart":"Zeta"}}}`: "cannot unmarshal string",
	} {
		if _, err := sharedOf([]byte(file), "a"); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "shared.json") {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}
