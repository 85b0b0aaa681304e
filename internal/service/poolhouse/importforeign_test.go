package poolhouseservice_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// foreignMistakes is a file in a format of its own, with rows that fail. They have a bad
// address, an impossible date, unverified addresses, and a row that cannot be split.
const foreignMistakes = "Nr;cognito:username;email;email_verified;name;birthdate;Notiz\n" +
	"1;a;a@example.com;ja;Anna;31/12/1985;\n2;b;b;ja;\"Müller; Bea\";25/11/1986;\n3;c;c@example.com;ja;Cem;31/02/1987;\n" +
	"4;d;d@example.com;nein;Dora;13/01/1988;\n5;e;e@example.com;ja;\"Eva\"x;14/02/1989;\n6;f;f@example.com;nein;Finn;03/04/1990;\n" +
	"7;g;g@example.com;ja;Gül;28/03/1991;\n8;h;h@example.com;ja;Hans;29/03/1991;\n9;i;i@example.com;ja;Ida;05/06/1992;\n"

// savedAs writes cells like a spreadsheet, with semicolons and in windows-1252.
func savedAs(rows [][]string) string {
	var out strings.Builder
	for _, row := range rows {
		for i, value := range row {
			if i > 0 {
				out.WriteByte(';')
			}
			if strings.ContainsAny(value, ";\"\n") {
				value = `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
			}
			out.WriteString(value)
		}
		out.WriteString("\r\n")
	}
	return strings.NewReplacer("ü", "\xfc", "ö", "\xf6", "\ufeff", "").Replace(out.String())
}

// TestRetryOfForeignFile: rows of a file in a format of its own are shown with the values as
// read, and corrected. The corrected result file comes back from a spreadsheet, without a
// column that is not imported. The child reads dates and words like its parent.
func TestRetryOfForeignFile(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	f.RunReader()
	pool := f.Pool(verifying)
	job := f.jobOf(pool, foreignMistakes, nil)
	receipt := f.run(job)
	rows := rowsOf(f.Do("ListUserImportJobRows", job))
	if got := linesOf(rows); !slices.Equal(got, []int{3, 4, 5, 6, 7}) || receipt["SucceededRows"] != 4.0 {
		t.Fatalf("lines %v, %v", got, receipt)
	}
	if values := fmt.Sprint(rows[0]["Values"]); values != "[2 b b true Müller; Bea 1986-11-25 ]" {
		t.Errorf("%s", values)
	}
	split := rows[3]
	if split["Text"] != `5;e;e@example.com;ja;"Eva"x;14/02/1989;` || split["Values"] != nil || split["Code"] != "TextAfterQuote" || split["Findings"].([]any)[0].(object)["Code"] != "TextAfterQuote" {
		t.Errorf("%v", split)
	}
	if code := rows[1]["Code"]; code != "InvalidBirthdate" {
		t.Errorf("a day that no month has: %v", rows[1])
	}
	f.Refused("CorrectUserImportJobRows", with(job, "Corrections", []any{cell(3, usercsv.NotImported+"Notiz", "x")}), "InvalidParameterException", `the column "Notiz" of the file is not imported`)
	// The correction is in the file's format, in Cognito's format, and cell by cell.
	f.Do("CorrectUserImportJobRows", with(job, "Corrections", []any{object{"LineNumber": 6, "Text": `5;e;e@example.com;ja;Eva;14/02/1989;`}, cell(4, "birthdate", "31/12/1987")}))
	corrected := rowsOf(f.Do("ListUserImportJobRows", with(job, "OnlyCorrected", true)))
	for _, row := range corrected {
		if row["Findings"] != nil {
			t.Errorf("%v", row)
		}
	}
	if len(corrected) != 2 {
		t.Fatalf("%v", corrected)
	}
	first := f.runChild("RetryUserImportJob", pool, job["JobId"], object{"OnlyCorrected": true})
	if receiptRows(first) != "2 2 0 0 0" || fmt.Sprint(first["Format"].(object)["Booleans"]) != "[map[Column:email_verified Conversion:ja/nein]]" {
		t.Errorf("%v", first)
	}

	file, _ := f.results(pool, job["JobId"], nil)
	all := cells(t, file)
	notes := slices.Index(all[0], usercsv.NotImported+"Notiz")
	if notes < 0 || slices.Index(all[0], usercsv.NotImported+"Nr") < 0 {
		t.Fatalf("%q", all[0])
	}
	kept := [][]string{all[0]}
	for _, row := range all[1:] {
		switch row[1] {
		case "b":
			row[2], row[0] = "b@example.com", "zwei"
		case "d":
			row[4] = "Dora D."
		default:
			continue
		}
		kept = append(kept, row)
	}
	for i := range kept {
		kept[i] = slices.Delete(slices.Clone(kept[i]), notes, notes+1)
	}
	second := f.runChild("RetryUserImportJob", pool, job["JobId"], object{"UploadId": f.uploadNew(pool, savedAs(kept), nil)})
	if receiptRows(second) != "2 1 0 1 0" { // d has no verified address
		t.Errorf("%v", second)
	}
	// One row has line breaks other than the file's. Then there is a child of the child.
	grandchild := f.Do("ListUserImportJobRows", object{"UserPoolId": pool, "JobId": second["JobId"]})
	if got := rowsOf(grandchild); len(got) != 1 || got[0]["Code"] != "NoVerifiedAttribute" {
		t.Fatalf("%v", grandchild)
	}
	f.Do("CorrectUserImportJobRows", object{"UserPoolId": pool, "JobId": second["JobId"], "Corrections": []any{cell(int(rowsOf(grandchild)[0]["LineNumber"].(float64)), "email_verified", "ja")}})
	if third := f.runChild("RetryUserImportJob", pool, second["JobId"], nil); receiptRows(third) != "1 1 0 0 0" {
		t.Errorf("%v", third)
	}
	want := map[string]object{}
	for name, more := range map[string][2]string{
		"a": {"Anna", "1985-12-31"}, "b": {"Müller; Bea", "1986-11-25"}, "c": {"Cem", "1987-12-31"}, "d": {"Dora D.", "1988-01-13"}, "e": {"Eva", "1989-02-14"},
		"g": {"Gül", "1991-03-28"}, "h": {"Hans", "1991-03-29"}, "i": {"Ida", "1992-06-05"},
	} {
		want[name] = object{"email": name + "@example.com", "email_verified": "true", "name": more[0], "birthdate": more[1]}
	}
	if diff := cmp.Diff(want, f.exportUsers(pool)); diff != "" {
		t.Error(diff)
	}
}

// TestResumeOfForeignFile: the resuming job reads the rest of a file in a format of its own as
// the stopped job would have.
func TestResumeOfForeignFile(t *testing.T) {
	f := newFixture(t)
	f.RunReader()
	pool := f.Pool(verifying)
	job := f.jobOf(pool, foreignMistakes, nil)
	f.Do("StartUserImportJob", job)
	f.Do("StopUserImportJob", job)
	f.RunEngine()
	f.Changes.Await(t, "the rows that were not reached", func() bool { return f.Do("GetUserImportJobProgress", job)["NotReachedRows"] == 9.0 })
	rows := rowsOf(f.Do("ListUserImportJobRows", with(job, "Verdicts", []any{"NOT_REACHED"})))
	if len(rows) != 9 || fmt.Sprint(rows[0]["Values"]) != "[1 a a@example.com true Anna 1985-12-31 ]" || rows[4]["Text"] != `5;e;e@example.com;ja;"Eva"x;14/02/1989;` ||
		rows[4]["Findings"].([]any)[0].(object)["Code"] != "TextAfterQuote" {
		t.Fatalf("%v", rows)
	}
	child := f.makeChild("ResumeUserImportJob", pool, job["JobId"], nil)
	in := object{"UserPoolId": pool, "JobId": child["JobId"]}
	check := f.Do("CheckUserImport", in)["Check"].(object)
	f.Do("StartUserImportJob", in)
	ended := f.Ended(importjob.Key{PoolID: pool, JobID: child["JobId"].(string)})
	if check["PassingRows"] != 4.0 || ended["ImportedUsers"] != 4.0 || check["FailingRows"] != 5.0 || ended["FailedUsers"] != 5.0 || check["Format"].(object)["Booleans"] == nil {
		t.Errorf("the check %v, the run %v", check, ended)
	}
	users := f.exportUsers(pool)
	for name, date := range map[string]string{"a": "1985-12-31", "g": "1991-03-28", "h": "1991-03-29", "i": "1992-06-05"} {
		if users[name]["birthdate"] != date || users[name]["email_verified"] != "true" {
			t.Errorf("%s: %v", name, users[name])
		}
	}
}

// TestResumeOfJobThatNeverBegan: all rows of the file follow, in any number.
func TestResumeOfJobThatNeverBegan(t *testing.T) {
	f := newFixture(t)
	f.RunReader()
	pool := f.Pool(verifying)
	var csv strings.Builder
	csv.WriteString(columns)
	for i := range 200 {
		fmt.Fprintf(&csv, "u%d,u%d@example.com,true,\n", i, i)
	}
	job := f.jobOf(pool, csv.String(), nil)
	f.Do("StartUserImportJob", job)
	f.Do("StopUserImportJob", job)
	f.RunEngine()
	f.Changes.Await(t, "the rows that were not reached", func() bool { return f.Do("GetUserImportJobProgress", job)["NotReachedRows"] == 200.0 })
	if resumed := f.runChild("ResumeUserImportJob", pool, job["JobId"], nil); receiptRows(resumed) != "200 200 0 0 0" {
		t.Errorf("%v", resumed)
	}
}
