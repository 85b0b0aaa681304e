package importrows_test

import (
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importrows"
	"poolhouse/internal/usercsv"
)

// TestResultFile: a result file was imported as it was returned. Its values are shown and
// corrected without neutralising, and written with it.
func TestResultFile(t *testing.T) {
	j := kept(t, "poolhouse:line,poolhouse:verdict,cognito:username,email,email_verified,name\n7,FAILED,a,a,true,'=x\n", "", 10)
	v := j.views(t, importrows.Query{})
	if !slices.Equal(v[0].Values, []string{"7", "FAILED", "a", "a", "true", "=x"}) {
		t.Fatalf("%+v", v)
	}
	v = j.correct(t, importrows.Edit{Line: 2, Values: []importrows.Value{{"email", "a@example.com"}, {"name", "'+y"}}})
	row, c := j.segments[0].Rejected[0], j.corrections[2]
	if !v[0].Passes() || v[0].Correction.Values[5] != "'+y" || c.Values["name"] != "'+y" || !strings.Contains(j.sheet.Text(row, c), `"''+y"`) {
		t.Errorf("%+v\n%+v\n%s", v, c, j.sheet.Text(row, c))
	}
	d, err := usercsv.NewDecoder(j.pool, j.sheet.Header(), "", usercsv.Limits{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if u, problem := d.Decode(j.sheet.Corrected(row, c)); problem != nil || u.Attributes.Get("name") != "'+y" {
		t.Errorf("%+v, %v", u, problem)
	}
	if j.correct(t, importrows.Edit{Line: 2, Values: []importrows.Value{{"email", "a"}, {"name", "=x"}}}); len(j.corrections) != 0 {
		t.Errorf("as in the file: %+v", j.corrections)
	}
}

// TestHeaderThatFitsNoMore: the pool was changed and no longer fits the file's header. Each
// row says so, its values are shown, and no correction passes.
func TestHeaderThatFitsNoMore(t *testing.T) {
	j := kept(t, header+"a,a,yes,\n", "", 10)
	j.pool.AutoVerified = []string{"phone_number"}
	var err error
	if j.sheet, err = importrows.NewSheet(j.Job, j.pool, usercsv.Limits{}); err != nil {
		t.Fatal(err)
	}
	v := j.correct(t, importrows.Edit{Line: 2, Values: []importrows.Value{{"email", "a@example.com"}}})
	if v[0].Passes() || v[0].Findings[0].Code != usercsv.CodeFileMissingColumn || !strings.Contains(v[0].Findings[0].Advice, "phone_number_verified") || j.corrections[2].Passes || v[0].Values == nil {
		t.Errorf("%+v, %+v", v, j.corrections)
	}
	if done := j.suggest(t, importjob.Cause{Column: "email_verified", Code: "InvalidBoolean"}, ""); done.Applied != 0 {
		t.Errorf("%+v", done)
	}
}

// TestHeaderUnreadable: a header that something else has changed is an error.
func TestHeaderUnreadable(t *testing.T) {
	j := kept(t, header+"a,a,yes,\n", "", 10)
	if _, err := importrows.NewSheet(&importjob.Job{ID: "import-1", Header: `"a`}, j.pool, usercsv.Limits{}); err == nil {
		t.Error("a header that cannot be split is taken")
	}
}
