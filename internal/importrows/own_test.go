package importrows_test

import (
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importrows"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/usercsv/dialect"
	"poolhouse/internal/userpool"
)

// semicolons returns the format of the files of these tests.
func semicolons() *usercsv.Format {
	return &usercsv.Format{Dialect: dialect.Dialect{Separator: ';', Quote: '"', Style: dialect.Doubled}}
}

// inForm returns a job whose file has the format, with rows as they are kept.
func inForm(t *testing.T, format *usercsv.Format, header []string, rows ...importjob.KeptRow) job {
	t.Helper()
	pool := &userpool.UserPool{
		ID: "us-east-1_x", Schema: userpool.StandardSchema(), AutoVerified: []string{"email"}, FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOff,
	}
	m := &memory{corrections: map[int64]importjob.Correction{}, users: map[string]bool{}, segments: []importjob.Kept{{Rejected: rows}}}
	j := &importjob.Job{PoolID: pool.ID, ID: "import-1", State: importjob.Succeeded, Header: usercsv.FormatRow(header), Format: format}
	sheet, err := importrows.NewSheet(j, pool, usercsv.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return job{m, j, pool, sheet}
}

var ownHeader = []string{"cognito:username", "email", "email_verified", "poolhouse:ignore:Notiz"}

func keptRow(line int64, code string, values ...string) importjob.KeptRow {
	row := importjob.KeptRow{Line: line, Offset: 100 * line, Number: line - 1, Verdict: importjob.RowFailed, Code: code, Reason: "said by the run", Text: usercsv.FormatRow(values)}
	if code == "" {
		row.Verdict, row.Reason = importjob.RowNotReached, ""
	}
	return row
}

// TestUnsplitRowOfAnotherForm: a row that cannot be split is kept as one value. It is shown
// as it stands in its file, with any finding of the import. A row that the import did not
// reach is judged by the format of its file.
func TestUnsplitRowOfAnotherForm(t *testing.T) {
	const text = `a;"a@example.com;true;x`
	for _, code := range []string{usercsv.CodeQuote, usercsv.CodeStrayQuote, usercsv.CodeEncoding, usercsv.CodeRowTooLong} {
		j := inForm(t, semicolons(), ownHeader, keptRow(2, code, text))
		v := j.views(t, importrows.Query{})[0]
		if v.Text != text || v.Values != nil || len(v.Findings) != 1 || v.Findings[0].Code != code || v.Findings[0].Reason != "said by the run" {
			t.Errorf("%s: %+v", code, v)
		}
	}
	j := inForm(t, semicolons(), ownHeader, keptRow(2, "", text), keptRow(3, usercsv.CodeFieldCount, "all in one"))
	v := j.views(t, importrows.Query{})
	if v[0].Text != text || v[0].Findings[0].Code != usercsv.CodeQuote {
		t.Errorf("not reached: %+v", v[0])
	}
	if v[1].Text != "all in one" || v[1].Findings[0].Code != usercsv.CodeFieldCount {
		t.Errorf("one value: %+v", v[1])
	}
	// With a single column, only the finding of the import distinguishes such a row from one
	// with a value.
	j = inForm(t, semicolons(), []string{"cognito:username"}, keptRow(2, usercsv.CodeQuote, `"a`), keptRow(3, userpool.CodeUsernameInvalid, "a b"))
	if v = j.views(t, importrows.Query{}); v[0].Text != `"a` || v[1].Values[0] != "a b" {
		t.Errorf("%+v", v)
	}
}

// TestTextOfAnotherForm: a person corrects such a row in the format in which it is shown, or
// in Cognito's. It is kept in Cognito's.
func TestTextOfAnotherForm(t *testing.T) {
	const text = `a;"a@example.com;true;x`
	for _, written := range []string{`a;"a@example.com";true;x`, `a,a@example.com,true,x`} {
		j := inForm(t, semicolons(), ownHeader, keptRow(2, usercsv.CodeQuote, text))
		v := j.correct(t, importrows.Edit{Line: 2, Text: written})[0]
		if !v.Passes() || !slices.Equal(v.Correction.Values, []string{"a", "a@example.com", "true", "x"}) || v.Text != text {
			t.Errorf("%s: %+v", written, v)
		}
		single, err := usercsv.ParseRow(j.sheet.Text(j.segments[0].Rejected[0], j.corrections[2]), usercsv.Limits{})
		if err != nil || single.Err != nil || len(single.Fields) != 4 || single.Fields[1] != "a@example.com" {
			t.Errorf("%s is kept as %+v, %v", written, single, err)
		}
		if j.correct(t, importrows.Edit{Line: 2, Text: text}); len(j.corrections) != 0 {
			t.Errorf("as in the file: %+v", j.corrections)
		}
	}
}

// TestNotImportedColumn: a column that is not imported is shown and cannot be corrected.
func TestNotImportedColumn(t *testing.T) {
	j := inForm(t, semicolons(), ownHeader, keptRow(2, userpool.CodeInvalidEmail, "a", "none", "true", "x"))
	v := j.views(t, importrows.Query{})[0]
	if !slices.Equal(v.Values, []string{"a", "none", "true", "x"}) {
		t.Errorf("%+v", v)
	}
	_, err := j.sheet.Correct(t.Context(), j.memory, j.Key(), []importrows.Edit{{Line: 2, Values: []importrows.Value{{"poolhouse:ignore:Notiz", "y"}}}})
	if userpool.KindOf(err) != userpool.InvalidParameter || !strings.Contains(err.Error(), `the column "Notiz" of the file is not imported`) {
		t.Error(err)
	}
	if v = j.correct(t, importrows.Edit{Line: 2, Values: []importrows.Value{{"email", "a@example.com"}}})[0]; !v.Passes() {
		t.Errorf("%+v", v)
	}
}
