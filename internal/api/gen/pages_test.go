package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPagesThatAreWrong: a shortened list can be continued, in the same way as botocore does.
func TestPagesThatAreWrong(t *testing.T) {
	put := paginator{InputToken: names{"Marker"}, OutputToken: names{"Marker"}, LimitKey: "MaxItems", MoreResults: "IsTruncated", ResultKey: names{"Flat"}}
	with := func(change func(*paginator)) func(*model) {
		return func(m *model) {
			p := put
			change(&p)
			m.Paginators = map[string]paginator{"Put": p, "Gone": {}}
		}
	}
	without := func(shape, member string) func(*model) {
		return func(m *model) {
			s := m.Shapes[shape]
			var kept members
			for _, each := range s.Members {
				if each.Name != member {
					kept = append(kept, each)
				}
			}
			s.Members = kept
			m.Shapes[shape] = s
		}
	}
	cases := []struct {
		name  string
		spoil func(*model)
		want  string // "" for no error
	}{
		{"nothing", func(*model) {}, ""},
		{"as botocore's", with(func(*paginator) {}), ""},
		{"no token in the input", without("putRequest", "Marker"), "Put answers Marker, which its input does not take"},
		{"no list", without("putResponse", "Flat"), "Put has pages of no list"},
		{"another token", with(func(p *paginator) { p.OutputToken = names{"Next"} }), "but botocore's paginator says"},
		{"two tokens", with(func(p *paginator) { p.InputToken = names{"Marker", "Next"} }), "but botocore's paginator says"},
		{"another limit", with(func(p *paginator) { p.LimitKey = "" }), "but botocore's paginator says"},
		{"another flag", with(func(p *paginator) { p.MoreResults = "More" }), "but botocore's paginator says"},
		{"another list", with(func(p *paginator) { p.ResultKey = names{"Other"} }), "but botocore's paginator says"},
		{"no pages here", func(m *model) { m.Paginators = map[string]paginator{"Ping": put} }, "the pages of Ping are"},
	}
	for _, c := range cases {
		m := read(t, "testdata/query.json")
		c.spoil(m)
		err := m.check()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestReadPaginators(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "service-2.json.gz")
	if got, err := readPaginators(model); got != nil || err != nil {
		t.Errorf("without a file: %v, %v", got, err)
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "paginators-1.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"pagination":{"List":{"input_token":"Marker","output_token":["Marker"],"result_key":["A","B"]}}}`)
	got, err := readPaginators(model)
	want := &pages{Token: "Marker", Results: []string{"A", "B"}}
	if list := got["List"]; err != nil || !list.equal(want) {
		t.Errorf("read %+v, %v", got, err)
	}
	write(`{"pagination":[]}`)
	if _, err := readPaginators(model); err == nil || !strings.Contains(err.Error(), "paginators-1.json") {
		t.Errorf("another form: %v", err)
	}
}
