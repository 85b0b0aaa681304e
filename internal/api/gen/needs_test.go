package main

import (
	"strings"
	"testing"
)

// TestNeedsThatAreWrong: every operation must have an entry, and its members must exist in the
// input.
func TestNeedsThatAreWrong(t *testing.T) {
	of := func(kind, name string) need { return need{Resource: &resource{Kind: kind, Name: name}} }
	put := func(n need) func(*model) { return func(m *model) { m.Needs["Get"] = n } }
	cases := []struct {
		name  string
		spoil func(*model)
		want  string
	}{
		{"no entry", func(m *model) { delete(m.Needs, "Get") }, "Get has no entry in needs.json"},
		{"no entry of an unsigned operation", func(m *model) { delete(m.Needs, "Drop") }, "Drop has no entry in needs.json"},
		{"no entries at all", func(m *model) { m.Needs = nil }, "Get has no entry in needs.json"},
		{"no such operation", func(m *model) { m.Needs["Got"] = of("*", "") }, "an entry of Got, which is no operation here"},
		{"an empty entry", put(need{}), "the entry of Get in needs.json: it has no resource"},
		{"signed", put(need{Unsigned: true}), "unsigned is true, but the model says false"},
		{"unsigned", func(m *model) { m.Needs["Drop"] = of("*", "") }, "unsigned is false, but the model says true"},
		{"unsigned and more", func(m *model) { m.Needs["Drop"] = need{Unsigned: true, TagKeys: "Names"} }, "it is unsigned and needs something"},
		{"a kind", put(of("pool", "Zeta")), `the kind "pool" is none of *, access-key`},
		{"no kind", put(of("", "Zeta")), `the kind "" is none of`},
		{"no name", put(of("user-pool", "")), "the kind user-pool must have a Name"},
		{"a name too many", put(of("*", "Zeta")), "the kind * has no Name"},
		{"a part that the kind has not", put(need{Resource: &resource{Kind: "user-pool", Name: "Zeta", Stream: "Alpha"}}), "the kind user-pool has no Stream"},
		{"a member", put(of("user-pool", "Omega")), "the input has no Omega"},
		{"a member in another case", put(of("user-pool", "zeta")), "the input has no zeta"},
		{"a number", put(of("user-pool", "Limit")), "Limit of the input is no text"},
		{"an enumeration", put(of("user-pool", "Kind")), "Kind of the input is no text"},
		{"a part's member", put(need{Resource: &resource{Kind: "log-group", Name: "Zeta", Stream: "Names"}}), "Names of the input is no text"},
		{"a condition", func(m *model) { m.Needs["Get"].Conditions["x:C"] = "Flag" }, "x:C: Flag of the input is no text"},
		{"an action", func(m *model) { m.Needs["Get"].Further[0].Action = "PassRole" }, `the action "PassRole" is not like iam:PassRole`},
		{"another's resource", func(m *model) { m.Needs["Get"].Further[0].Resource.Name = "Count" }, "x:Pass: Count of the input is no text"},
		{"if tags, without", func(m *model) { n := m.Needs["Get"]; n.Tags = ""; m.Needs["Get"] = n }, "no member gives tags"},
		{"tags", func(m *model) { n := m.Needs["Get"]; n.Tags = "Inners"; m.Needs["Get"] = n }, "Inners of the input is neither a map of texts nor a list"},
		{"tags that are not there", func(m *model) { n := m.Needs["Get"]; n.Tags = "Gone"; m.Needs["Get"] = n }, "Gone of the input is neither"},
		{"keys of tags", func(m *model) { n := m.Needs["Get"]; n.TagKeys = "Inners"; m.Needs["Get"] = n }, "Inners of the input is no list of texts"},
		{"a name forgotten", func(m *model) {
			m.Needs["Get"] = of("*", "")
			m.another("Other", of("user-pool", "Zeta"))
		}, "Zeta names the resource of other operations"},
		{"tags forgotten", func(m *model) {
			m.another("Other", m.Needs["Get"])
			m.Needs["Get"] = of("user-pool", "Zeta")
		}, "Names gives tags in other operations, or takes them away"},
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

// another adds an operation with the input of Get.
func (m *model) another(name string, n need) {
	op := m.Operations["Get"]
	op.Name = name
	m.Operations[name], m.Needs[name] = op, n
}

func TestNeedsThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		`{"x":{"A":{"resource":{"kind":"*"}},"A":{"unsigned":true}}}`: "A is there twice",
		`{"x":{},"x":{}}`: "x is there twice",
		`{"x":{"A":{"conditions":{"k":"a","k":"b"}}}}`:    "k is there twice",
		`{"x":{"A":{"resource":{"kind":"*","nam":"N"}}}}`: `unknown field "nam"`,
		`{"x":{"A":{"tag":"Tags"}}}`:                      `unknown field "tag"`,
		`{"x":[]}`:                                        "it is not an object",
		`{"x":{"A":`:                                      "unexpected end",
	} {
		if _, err := needsOf([]byte(text), "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// TestNeedsAreOfTheServicesHere: an entry that no source reads is an error.
func TestNeedsAreOfTheServicesHere(t *testing.T) {
	read := map[string]bool{}
	for _, in := range sources {
		read[in.service] = true
		if n, err := needsOf(needsFile, in.service); err != nil || len(n) == 0 {
			t.Errorf("needs.json has nothing of %q: %v", in.service, err)
		}
	}
	read[ownService] = true
	var all once[once[need]]
	if err := all.UnmarshalJSON(needsFile); err != nil {
		t.Fatal(err)
	}
	for service := range all {
		if !read[service] {
			t.Errorf("needs.json has the service %s, which is not generated", service)
		}
	}
}
