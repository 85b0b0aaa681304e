package iam

import (
	"strings"
	"testing"
)

func TestPages(t *testing.T) {
	for _, c := range []struct {
		prefix, after string
		limit         int
		want          Page
		kind          Kind
	}{
		{"", "", 0, Page{Limit: 100}, Internal},
		{"/a!~\x7f", "Ada", 1000, Page{"/a!~\x7f", "Ada", 1000}, Internal},
		{"a", "", 0, Page{}, ValidationError}, {"/a b", "", 0, Page{}, ValidationError}, {"/\x00", "", 0, Page{}, ValidationError},
		{"/ä", "", 0, Page{}, ValidationError}, {"/" + strings.Repeat("x", 512), "", 0, Page{}, ValidationError},
		{"", "a b", 0, Page{}, ValidationError}, {"", "", -1, Page{}, ValidationError}, {"", "", 1001, Page{}, ValidationError},
	} {
		p, err := NewPage(c.prefix, c.after, c.limit)
		refusedAs(t, c.prefix, err, c.kind, "")
		if p != c.want {
			t.Errorf("%+v: %+v", c, p)
		}
	}
}
