package importrows

import (
	"strings"
	"testing"
	"unicode/utf8"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// FuzzApply: an edit of any row is refused with InvalidParameter, or gives a correction whose
// row is one row of a file. The same edit again changes nothing. What is shown of both is
// UTF-8 without a hash.
func FuzzApply(f *testing.F) {
	const hash = "$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
	for _, seed := range [][3]string{
		{"a,a@example.com,true," + hash, "", "b@example.com"}, {`a,"a"b,true,` + hash, `a,ab,true,•••`, ""}, {"a,\xff", "a,b,true,", ""}, {`"a`, "\"a\nb\",c,true,", ""},
		{"a", "a\nb", ""}, {`a,b,true,` + hash + `,•••`, "•••,•••", ""}, {"a,b,true,", "", "=1+1"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	pool := &userpool.UserPool{
		ID: "us-east-1_x", Schema: userpool.StandardSchema(), AutoVerified: []string{"email"}, FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOff,
	}
	job := &importjob.Job{ID: "import-1", Header: `"cognito:username","email","email_verified","password_hash"`, HashAlgorithm: "BCRYPT"}
	sheet, err := NewSheet(job, pool, usercsv.Limits{RowChars: 200})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, original, text, value string) {
		if usercsv.SingleOf(original, usercsv.Limits{}) == usercsv.NotSingle {
			return // such a row is not kept
		}
		row := Found{KeptRow: importjob.KeptRow{Line: 7, Text: original}}
		edit := Edit{Line: 7, Text: text}
		if value != "" {
			edit = Edit{Line: 7, Values: []Value{{"email", value}}}
		}
		check := func(r usercsv.Record) {
			shown := sheet.shown(r)
			all := shown.Text + strings.Join(shown.Values, ",")
			if !utf8.ValidString(all) || shown.Values == nil && strings.Contains(all, "$") {
				t.Fatalf("told: %q", all)
			}
		}
		check(sheet.Original(row.KeptRow))
		c, err := sheet.Apply(row, edit)
		if err != nil {
			if userpool.KindOf(err) != userpool.InvalidParameter {
				t.Fatal(err)
			}
			return
		}
		row.correct(c)
		if !row.Corrected {
			return
		}
		written := sheet.Text(row.KeptRow, c)
		if usercsv.SingleOf(written, sheet.limits) == usercsv.NotSingle {
			t.Fatalf("%q is not one row", written)
		}
		check(sheet.Corrected(row.KeptRow, c))
		again, err := sheet.Apply(row, edit)
		if err != nil || sheet.Text(row.KeptRow, again) != written {
			t.Fatalf("again: %v, %q, was %q", err, sheet.Text(row.KeptRow, again), written)
		}
	})
}
