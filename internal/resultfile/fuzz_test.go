package resultfile

import (
	"strings"
	"testing"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// FuzzCorrected: any file is read as a corrected result file or refused as invalid. What was
// written is read again unchanged.
func FuzzCorrected(f *testing.F) {
	head := "cognito:username,email,email_verified,password_hash,name,poolhouse:line,poolhouse:text\n"
	for _, seed := range []string{
		head + "a,'=b,true,•••,n,2,\n", head + ",,,,,3,\"'=a,\"\"b\"\n", head + "a,b,,,,2,\nc,d,,,,1,\n", "\ufeff" + head + "\"\",\"a\nb\",,,,9,\r\n",
		"poolhouse:line\n1\n", "name;poolhouse:line\na;1\n", "", "PK\x03\x04", head + "a,b\n", head + "a,b,,,,2,\na,b,,,,2,\n",
	} {
		f.Add(seed, "=value")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		file := &opened{text: text}
		c, err := ReadCorrected(file.open, header, usercsv.Limits{RowChars: 1000})
		if err != nil {
			if userpool.KindOf(err) != userpool.InvalidParameter {
				t.Fatalf("%q: %v", text, err)
			}
		} else {
			for _, p := range c.index {
				if sent, ok, err := c.Of(p.line); err != nil || !ok || len(sent.Values) > len(header) {
					t.Fatalf("%q: line %d: %+v, %t, %v", text, p.line, sent, ok, err)
				}
			}
			if err := c.Rest(); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
		}
		if value != strings.ToValidUTF8(value, "?") || len(value) > 500 {
			return
		}
		w := NewNotImported(CSV, header)
		whole := w.Header() + w.Record(&Rejected{Line: 5, Number: 4, Verdict: "FAILED", Fields: []string{value, value, "", "", ""}}) + w.Record(&Rejected{Line: 7, Number: 5, Verdict: "FAILED", Text: value})
		file = &opened{text: whole}
		if c, err = ReadCorrected(file.open, header, usercsv.Limits{RowChars: 1000}); err != nil {
			t.Fatalf("%q: %v", whole, err)
		}
		cells, _, err := c.Of(5)
		if err != nil || cells.Values["email"] != Plain(value) || cells.Values["cognito:username"] != Plain(value) {
			t.Fatalf("%q comes back as %q, %v", value, cells.Values, err)
		}
		if row, _, err := c.Of(7); err != nil || row.Text != Plain(value) || row.Filled() {
			t.Fatalf("the text %q comes back as %+v, %v", value, row, err)
		}
	})
}
