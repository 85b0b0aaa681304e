package userrow

import (
	"slices"
	"testing"

	"poolhouse/internal/userpool"
)

// TestEach: Each returns the same as reading with a schema.
func TestEach(t *testing.T) {
	s := schema(t)
	names := NewNames(s)
	byNumber := map[uint64]string{}
	for _, a := range s {
		if n, ok := a.StoredNumber(); ok {
			byNumber[uint64(n)] = a.Name
		}
	}
	for _, columns := range []*Columns{nil, {1: "zoe@example.com", 3: "+15550100", 5: "zoë müller"}} {
		var got userpool.Attributes
		err := Each(names.Append(nil, person(), columns), columns, func(number uint64, name, value string) {
			if number > 0 {
				name = byNumber[number]
			}
			got = append(got, userpool.Attribute{Name: name, Value: value})
		})
		if err != nil || !slices.Equal(got, person()) {
			t.Errorf("%q, %v", got, err)
		}
	}
	for _, data := range [][]byte{nil, {2}, {1, 8}, {1, 8, 5, 'a'}, {1, 15}} {
		if err := Each(data, nil, func(uint64, string, string) {}); err == nil {
			t.Errorf("%x is read", data)
		}
	}
}

// TestAre: a schema is recognized by its names and numbers.
func TestAre(t *testing.T) {
	s := schema(t)
	names := NewNames(s)
	other := slices.Clone(s)
	other[len(other)-1].Number++
	renamed := slices.Clone(s)
	renamed[0].Name = "other"
	for _, tt := range []struct {
		schema userpool.Schema
		want   bool
	}{{s, true}, {slices.Clone(s), true}, {s[:21], false}, {nil, false}, {other, false}, {renamed, false}} {
		if got := names.Match(tt.schema); got != tt.want {
			t.Errorf("%d attributes: %v", len(tt.schema), got)
		}
	}
}
