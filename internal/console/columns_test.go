package console

import (
	"io"
	"strings"
	"testing"

	"poolhouse/internal/usercsv"
)

// TestTemplate: with all kinds of pool settings, the row of the template can be imported,
// and the page of columns describes each column.
func TestTemplate(t *testing.T) {
	for name, form := range map[string][]string{
		"email":     {"signin", "email", "verified", "email", "mfa", "OFF"},
		"phone":     {"signin", "phone_number", "verified", "phone_number", "mfa", "OFF"},
		"either":    {"signin", "phone_number", "signin", "email", "verified", "email", "verified", "phone_number", "mfa", "OPTIONAL"},
		"names":     {"signin", "username", "signin", "email", "signin", "phone_number", "verified", "email", "mfa", "OFF"},
		"sensitive": {"signin", "username", "case", "sensitive", "verified", "phone_number", "mfa", "OFF"},
		"custom": {"signin", "username", "verified", "email", "mfa", "OFF", "rows", "8",
			"attr-0-name", "text", "attr-0-type", "String", "attr-1-name", "short", "attr-1-type", "String", "attr-1-max", "3",
			"attr-2-name", "long", "attr-2-type", "String", "attr-2-min", "30", "attr-2-max", "31", "attr-3-name", "number", "attr-3-type", "Number",
			"attr-4-name", "small", "attr-4-type", "Number", "attr-4-max", "-5", "attr-5-name", "large", "attr-5-type", "Number", "attr-5-min", "100",
			"attr-6-name", "flag", "attr-6-type", "Boolean", "attr-7-name", "when", "attr-7-type", "DateTime"},
	} {
		f := newFixture(t)
		b := f.root()
		made := b.post("/console/pools/create", append(form, "name", "people", "do", "create")...)
		at := made.Header().Get("Location")
		wants(t, b.follow(made), 200, "template.csv", at+"/columns")
		id := at[strings.LastIndex(at, "/")+1:]
		a := b.get(at + "/template.csv")
		wants(t, a, 200)
		if h := a.Header(); h.Get("Content-Type") != "text/csv; charset=utf-8" || h.Get("Content-Disposition") != `attachment; filename="template.csv"` {
			t.Errorf("%s: %v", name, h)
		}
		pool, err := f.store.Pool(t.Context(), id)
		check(t, err)
		r := usercsv.NewReader(strings.NewReader(a.Body.String()), usercsv.Position{}, usercsv.Limits{})
		header, err := r.Header()
		check(t, err)
		d, err := usercsv.NewDecoder(pool, header, "", usercsv.Limits{}, nil)
		if err != nil {
			t.Errorf("%s: the header %q: %v", name, header, err)
			continue
		}
		row, err := r.Next()
		check(t, err)
		if u, wrong := d.Decode(row); wrong != nil || u == nil {
			t.Errorf("%s: the row %q: %+v", name, row.Fields, wrong)
		}
		if _, err := r.Next(); err != io.EOF {
			t.Errorf("%s: more than a row: %v", name, err)
		}
		page := b.get(at + "/columns")
		for _, column := range usercsv.Header(pool) {
			wants(t, page, 200, ">"+column+"</bdi></code>")
		}
	}
}
