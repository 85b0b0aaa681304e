package awsquery

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"poolhouse/internal/apicore"
)

// read returns the input that a form is decoded to, as JSON.
func read(form string) (string, error) {
	root, err := parse(form)
	if err != nil {
		return "", err
	}
	clean, err := readInput(&opDo.OperationInfo, root, nil)
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(clean)
	return string(data), err
}

func TestRequests(t *testing.T) {
	cases := []struct{ name, form, want string }{
		{"a string", "Name=jane", `{"Name":"jane"}`},
		{"what is written with escapes", "Name=a%5Fb&Other=a+b%20%26%3D%c3%a9%0A", `{"Name":"a_b","Renamed":"a b \u0026=é\n"}`},
		{"the name in the model is not the one on the wire", "Name=a&Renamed=x", `{"Name":"a"}`},
		{"an empty string", "Name=a&Other=", `{"Name":"a","Renamed":""}`},
		{"no sign between", "Name=a&Other", `{"Name":"a","Renamed":""}`},
		{"empty parts", "&&Name=a&", `{"Name":"a"}`},
		{"what nobody knows", "Action=Do&Version=1&Name=a&X=1&X.Y.member.7=2&Name.x=3&=4&.=5&List.other.1=6&Inner.Y=7", `{"Inner":{},"Name":"a"}`},
		{"numbers", "Name=a&Number=7&Big=-9223372036854775808", `{"Big":-9223372036854775808,"Name":"a","Number":7}`},
		{"flags", "Name=a&Flag=false", `{"Flag":false,"Name":"a"}`},
		{"a time", "Name=a&When=2015-06-26T23:08:46.035Z", `{"Name":"a","When":1435360126.035}`},
		{"a time elsewhere", "Name=a&When=2015-06-27T01:08:46%2B02:00", `{"Name":"a","When":1435360126}`},
		{"a time in seconds", "Name=a&When=1435360126.5", `{"Name":"a","When":1435360126.5}`},
		{"bytes", "Name=a&Data=AAEC%2Bw%3D%3D", `{"Data":"AAEC+w==","Name":"a"}`},
		{"a structure", "Name=a&Inner.Text=x&Inner.When=0", `{"Inner":{"Text":"x","When":0},"Name":"a"}`},
		{"an empty structure", "Name=a&Inner=", `{"Inner":{},"Name":"a"}`},
		{"a list", "Name=a&List.member.2=y&List.member.1=x", `{"List":["x","y"],"Name":"a"}`},
		{"a list in the order of numbers", "Name=a&" + numbered("List.member", 11),
			`{"List":["v1","v2","v3","v4","v5","v6","v7","v8","v9","v10","v11"],"Name":"a"}`},
		{"an empty list", "Name=a&List=", `{"List":[],"Name":"a"}`},
		{"an empty list, by its element", "Name=a&List.member=", `{"List":[],"Name":"a"}`},
		{"a list that names its elements", "Name=a&Items.item.1=x", `{"Items":["x"],"Name":"a"}`},
		{"a flattened list", "Name=a&Flat.1=5&Flat.2=6", `{"Flat":[5,6],"Name":"a"}`},
		{"an empty flattened list", "Name=a&Flat=", `{"Flat":[],"Name":"a"}`},
		{"a flattened list that names its elements", "Name=a&Entry.1.Text=x&Entries.1.Text=y", `{"Entries":[{"Text":"x"}],"Name":"a"}`},
		{"structures in a list", "Name=a&Tags.member.1.Key=k&Tags.member.1.Value=", `{"Name":"a","Tags":[{"Key":"k","Value":""}]}`},
		{"a list of lists", "Name=a&Matrix.member.1.member.1=x&Matrix.member.2=", `{"Matrix":[["x"],[]],"Name":"a"}`},
		{"a map", "Name=a&Map.entry.1.key=k&Map.entry.1.value.Text=v", `{"Map":{"k":{"Text":"v"}},"Name":"a"}`},
		{"an empty map", "Name=a&Map=", `{"Map":{},"Name":"a"}`},
		{"a flattened map", "Name=a&FlatMap.1.Name=k&FlatMap.1.Text=v&FlatMap.2.Name=l&FlatMap.2.Text=w", `{"FlatMap":{"k":"v","l":"w"},"Name":"a"}`},
	}
	for _, c := range cases {
		if got, err := read(c.form); err != nil || got != c.want {
			t.Errorf("%s: %s\n got %s, %v\nwant %s", c.name, c.form, got, err, c.want)
		}
	}
}

func numbered(name string, n int) string {
	var pairs []string
	for i := range n {
		pairs = append(pairs, fmt.Sprintf("%s.%d=v%d", name, n-i, n-i))
	}
	return strings.Join(pairs, "&")
}

func TestRefusedRequests(t *testing.T) {
	cases := []struct{ form, code, want string }{
		{"", "ValidationError", "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must not be null"},
		{"Name=a/b", "ValidationError", `1 validation error detected: Value 'a/b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w]+`},
		{"Name=a&Number=1001&Secret=abcde", "ValidationError", "2 validation errors detected: " +
			"Value at 'secret' failed to satisfy constraint: Member must have length less than or equal to 4; " +
			"Value '1001' at 'number' failed to satisfy constraint: Member must have value less than or equal to 1000"},
		{"Name=a&Tags.member.1.Key=k", "ValidationError", "1 validation error detected: Value at 'tags.1.member.value' failed to satisfy constraint: Member must not be null"},
		{"Name=a&Data=AAAAAAAA", "ValidationError", "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to 4"},
		{"Name=a&List.member.1.x=1", "ValidationError", "Member must not be null"},
		{"Name=a&Map.entry.1.key=k", "ValidationError", "Member must not be null"},
		{"Name=a&Number=five", "MalformedInput", "The parameter Number must be a whole number of 32 bits."},
		{"Name=a&Number=", "MalformedInput", "The parameter Number must be a whole number of 32 bits."},
		{"Name=a&Number=4294967296", "MalformedInput", "The parameter Number must be a whole number of 32 bits."},
		{"Name=a&Big=1e3", "MalformedInput", "The parameter Big must be a whole number of 64 bits."},
		{"Name=a&Flag=True", "MalformedInput", "The parameter Flag must be true or false."},
		{"Name=a&When=yesterday", "MalformedInput", "The parameter When must be a time like"},
		{"Name=a&When=null", "MalformedInput", "The parameter When must be a time like"},
		{"Name=a&When=0x1p4", "MalformedInput", "The parameter When must be a time like"},
		{"Name=a&When=1e300", "MalformedInput", "The parameter When must be a time like"},
		{"Name=a&When=9999-12-31T23:59:59-23:59", "MalformedInput", "'when'"},
		{"Name=a&Data=AAE", "MalformedInput", "The parameter Data must be base64 with padding."},
		{"Name=a&Inner=x", "MalformedInput", "The parameter Inner is a structure: its members are parameters like Inner.Name."},
		{"Name=a&List=x", "MalformedInput", "The parameter List is a list or a map: its items are parameters like List.member.1."},
		{"Name=a&Flat=x", "MalformedInput", "its items are parameters like Flat.1."},
		{"Name=a&List.member.2=x", "MalformedInput", "The parameter List.member.1 is missing: List.member has 1 items, which are numbered from 1 without gaps."},
		{"Name=a&List.member.0=x", "MalformedInput", "The parameter List.member.1 is missing"},
		{"Name=a&List.member.01=x", "MalformedInput", "The parameter List.member.1 is missing"},
		{"Name=a&List.member.1=x&List.member.2000000000=x", "MalformedInput", "The parameter List.member.2 is missing"},
		{"Name=a&Tags.member.1.Key=k&Tags.member.x.Key=k", "MalformedInput", "The parameter Tags.member.2 is missing"},
		{"Name=a&Map.entry.1.value.Text=v", "MalformedInput", "The parameter Map.entry.1.key is missing"},
		{"Name=a&FlatMap.1.Name=k&FlatMap.2.Name=k", "MalformedInput", "The parameter FlatMap.2.Name repeats the key of another entry."},
		{"Name=a&Map.entry.1.key=k&Map.entry.1.value.When=x", "MalformedInput", "The parameter Map.entry.1.value.When must be a time"},
		{"Name=a&Name=b", "MalformedInput", `The parameter "Name" is given twice.`},
		{"Name=%zz", "MalformedInput", `The value of the parameter "Name" is not percent-encoded UTF-8.`},
		{"Name=%ff", "MalformedInput", `The value of the parameter "Name" is not percent-encoded UTF-8.`},
		{"%=1", "MalformedInput", "The name of a parameter is not percent-encoded UTF-8."},
		{"Name=a" + strings.Repeat("&", maxParameters), "MalformedInput", "The request has more than 1000 parameters."},
		{strings.Repeat("a.", maxDepth) + "b=1", "MalformedInput", "is nested deeper than 32 names."},
	}
	for _, c := range cases {
		_, err := read(c.form)
		if e, ok := errors.AsType[*apicore.Refusal](err); !ok || codes[e.Reason] != c.code || !strings.Contains(e.Message, c.want) {
			t.Errorf("%.80s\n got %v\nwant %s: %s", c.form, err, c.code, c.want)
		}
	}
}

// TestLargestRequest: a request with the largest number of parameters and the deepest
// name is accepted.
func TestLargestRequest(t *testing.T) {
	deep := strings.Repeat("a.", maxDepth-1) + "b=1&Name=a"
	if got, err := read(deep + strings.Repeat("&", maxParameters-2)); err != nil || got != `{"Name":"a"}` {
		t.Errorf("%s, %v", got, err)
	}
}

// FuzzRequest decodes any form. It must not panic. A refusal must be one of the
// protocol's. An accepted input must bind. The tree has no more nodes than the form has
// names.
func FuzzRequest(f *testing.F) {
	f.Add("Name=a&Tags.member.1.Key=k&Tags.member.1.Value=v&Flat.1=5&Entry.1.Text=x")
	f.Add("Name=a&Map.entry.1.key=k&Map.entry.1.value.When=2015-06-26T23:08:46.035Z&FlatMap.1.Name=k&FlatMap.1.Text=%20")
	f.Add("Name=a&Matrix.member.1.member.1=x&Data=AAEC&Flag=true&Big=-1&Number=3&When=1e9&Secret=s&Inner.Text=")
	f.Fuzz(func(t *testing.T, form string) {
		root, err := parse(form)
		if err == nil {
			if n, most := root.size(), 1+strings.Count(form, ".")+strings.Count(strings.ToLower(form), "%2e")+strings.Count(form, "&")+1; n > most {
				t.Fatalf("%q makes %d nodes, want %d at most", form, n, most)
			}
			var clean any
			if clean, err = readInput(&opDo.OperationInfo, root, nil); err == nil {
				if err := apicore.Bind(clean, new(thing)); err != nil {
					t.Fatalf("%q is accepted and does not bind: %v", form, err)
				}
				return
			}
		}
		if e, ok := errors.AsType[*apicore.Refusal](err); !ok || e.Reason != apicore.Malformed && e.Reason != apicore.Invalid {
			t.Fatalf("%q: %v", form, err)
		}
	})
}

func (n *node) size() int {
	size := 1
	for _, field := range n.fields {
		size += field.size()
	}
	return size
}
