package cli

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"

	"poolhouse/internal/usercsv"
)

// FuzzInspectRow: any row that a database may print is shown in lines without control
// characters, or refused in a sentence.
func FuzzInspectRow(f *testing.F) {
	for _, row := range []string{
		`{"attributes":"\\x0100","status":1,"sub":"0199a1b2c3d47e5f8a9b0c1d2e3f4a5b"}`, `{"credential":"06aa"}`, `{"attributes":"01010161","email_key":"a\u001b[0m"}`,
		`{}`, `[]`, `{"sub":"-"}`, `{"status":99}`, `{"attributes":"0"}`, `{"Attributes":"01","ATTRIBUTES":null}`,
	} {
		f.Add(row)
	}
	f.Fuzz(func(t *testing.T, row string) {
		var out bytes.Buffer
		err := inspectRow(strings.NewReader(row), &out, "")
		if err == nil && out.Len() == 0 || err != nil && (err.Error() == "" || out.Len() > 0) {
			t.Fatalf("%q: %q, %v", row, &out, err)
		}
		for line := range strings.Lines(out.String()) {
			if strings.ContainsFunc(strings.TrimSuffix(line, "\n"), unicode.IsControl) || !strings.Contains(line, ": ") {
				t.Fatalf("%q shows the line %q", row, line)
			}
		}
	})
}

// FuzzPoolFile: any file with a pool's settings is read, or refused in a short sentence. A
// pool that was read can be used for a check.
func FuzzPoolFile(f *testing.F) {
	f.Add(goodPool)
	for _, text := range []string{"", "{}", `{"UserPool":null}`, `{"UserPool":{"SchemaAttributes":[{}]}}`, `{"version":1,"schema":[]}`, `{"SchemaAttributes":[{"Name":"sub","AttributeDataType":"Number"}],"UsernameConfiguration":{}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pool, err := parsePool([]byte(text))
		if (err == nil) == (pool == nil) || err != nil && err.Error() == "" {
			t.Fatalf("%q: %v, %v", text, pool, err)
		}
		if err != nil {
			return
		}
		open := func() (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("cognito:username,email\nada,x\n")), nil
		}
		if _, err := usercsv.Check(open, usercsv.Limits{}, usercsv.Import{Pool: pool}); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

// FuzzMapFile: any file with a map of columns is read, or refused in a short sentence. A
// map that was read has each column once, and survives writing and reading it again.
func FuzzMapFile(f *testing.F) {
	for _, text := range []string{
		`{"E-Mail":"email","Notes":""}`, `[{"Column":"E-Mail","Attribute":"email"},{"Column":""}]`, "\ufeff{\"a\":\n\"b\"}", "", "{", "[", "null", `{"a":{"b":[]}}`, `[{"Column":"a"},{"Column":"a"}]`, `{"a":"\ud800"}`, "{\"\xff\":\"\"}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		columns, err := parseMap([]byte(text))
		if (err == nil) == (columns == nil) || err != nil && (err.Error() == "" || len(err.Error()) > 2000) {
			t.Fatalf("%q: %v, %v", text, columns, err)
		}
		if err != nil {
			return
		}
		if again, err := parseMap(mapText(columns)); err != nil || !slices.Equal(again, columns) {
			t.Fatalf("%q: %q is written, and read as %q, %v", text, columns, again, err)
		}
	})
}
