package poolhouseservice_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
)

const mistakes = "cognito:username,email,email_verified,phone_number\n" +
	"a,a@example.com,true,\n" +
	"b,b,true,\n" +
	"c,c@example.com,true,\"+1 (555) 010-0199\"\n" +
	"a,a2@example.com,true,\n" +
	"d,d@example.com,true,1555\n" +
	"e,\"e\"e,true,\n"

// importNew runs a whole job in a new pool, and returns the ids of both.
func (f *fixture) importNew(csv string, more object) object {
	f.T.Helper()
	pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}})
	job := f.ImportFile(pool, csv, more)
	return object{"UserPoolId": pool, "JobId": job["JobId"]}
}

// with returns a request with more members.
func with(in object, pairs ...any) object {
	out := object{}
	for name, value := range in {
		out[name] = value
	}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

// rowsOf returns an answer's rows.
func rowsOf(answer object) (rows []object) {
	list, _ := answer["Rows"].([]any)
	for _, row := range list {
		rows = append(rows, row.(object))
	}
	return rows
}

func linesOf(rows []object) (lines []int) {
	for _, row := range rows {
		lines = append(lines, int(row["LineNumber"].(float64)))
	}
	return lines
}

// cell is a correction of one cell.
func cell(line int, column, value string) object {
	return object{"LineNumber": line, "Values": []any{object{"Column": column, "Value": value}}}
}

// TestListUserImportJobRows: rows that were not imported have their values, the run's verdict
// and their current faults.
func TestListUserImportJobRows(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	job := f.importNew(mistakes, nil)
	out := f.Do("ListUserImportJobRows", job)
	rows := rowsOf(out)
	if got := linesOf(rows); !slices.Equal(got, []int{3, 4, 5, 6, 7}) {
		t.Fatalf("lines %v", got)
	}
	if names := out["File"].(object)["ColumnNames"]; fmt.Sprint(names) != "[cognito:username email email_verified phone_number]" || out["KeptUntil"] == nil || out["NextToken"] != nil {
		t.Errorf("%v", out)
	}
	first := rows[0]
	finding := first["Findings"].([]any)[0].(object)
	if first["Verdict"] != "FAILED" || first["Code"] != "InvalidEmail" || first["Column"] != "email" || first["RecordNumber"] != 2.0 || first["ByteOffset"] != 73.0 ||
		fmt.Sprint(first["Values"]) != "[b b true ]" || finding["ColumnNumber"] != 2.0 || finding["Advice"] == nil || first["IsCorrected"] != false {
		t.Errorf("%v", first)
	}
	skipped := rows[2]
	if finding = skipped["Findings"].([]any)[0].(object); skipped["Verdict"] != "SKIPPED" || finding["Code"] != "UsernameExists" || !strings.Contains(finding["Advice"].(string), "A user with this name exists") {
		t.Errorf("%v", skipped)
	}
	if last := rows[4]; last["Text"] != `e,"e"e,true,` || last["Values"] != nil || last["Code"] != "TextAfterQuote" {
		t.Errorf("%v", last)
	}
	for name, tt := range map[string]struct {
		more []any
		want []int
	}{
		"failed": {[]any{"Verdicts", []any{"FAILED"}}, []int{3, 4, 6, 7}},
		"cause":  {[]any{"Cause", object{"Column": "email", "Code": "InvalidEmail", "Flaw": "NoAtSign"}}, []int{3}},
		"from":   {[]any{"FromLine", 5}, []int{5, 6, 7}},
		"rest":   {[]any{"Verdicts", []any{"NOT_REACHED"}}, nil},
	} {
		if got := linesOf(rowsOf(f.Do("ListUserImportJobRows", with(job, tt.more...)))); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
	f.Do("AdminDeleteUser", object{"UserPoolId": job["UserPoolId"], "Username": "a"})
	if row := rowsOf(f.Do("ListUserImportJobRows", with(job, "Verdicts", []any{"SKIPPED"})))[0]; row["Findings"] != nil || row["Code"] != "UsernameExists" {
		t.Errorf("the user is gone, and the row is %v", row)
	}
}

// TestListUserImportJobRowsPages: pages of every size together have all rows.
func TestListUserImportJobRowsPages(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	var csv strings.Builder
	csv.WriteString("cognito:username,email,email_verified\n")
	for i := range 40 {
		fmt.Fprintf(&csv, "u%d,%s,true\n", i, []string{"none", fmt.Sprintf("u%d@example.com", i)}[i%2])
	}
	job := f.importNew(csv.String(), nil)
	for _, size := range []int{1, 7, 20, 1000} {
		var got []int
		for token := any(nil); ; {
			in := with(job, "MaxResults", size)
			if token != nil {
				in["NextToken"] = token
			}
			out := f.Do("ListUserImportJobRows", in)
			got = append(got, linesOf(rowsOf(out))...)
			if token = out["NextToken"]; token == nil {
				break
			}
			f.Refused("ListUserImportJobRows", with(in, "NextToken", token, "FromLine", 3), "InvalidParameterException", "FromLine")
		}
		if len(got) != 20 || !slices.IsSorted(got) || got[0] != 2 || got[19] != 40 {
			t.Errorf("pages of %d: %v", size, got)
		}
	}
}

// TestCorrectUserImportJobRows: a cell is corrected, and the row is judged at once, also by the
// existing users.
func TestCorrectUserImportJobRows(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	job := f.importNew(mistakes, nil)
	correct := func(corrections ...any) object {
		return f.Do("CorrectUserImportJobRows", with(job, "Corrections", corrections))
	}
	out := correct(cell(3, "email", "b@example.com"), cell(5, "cognito:username", "f"))
	for i, row := range rowsOf(out) {
		if row["Findings"] != nil || row["IsCorrected"] != true || row["Code"] == nil {
			t.Errorf("row %d: %v", i, row)
		}
	}
	if out["CorrectedRows"] != 2.0 || out["PassingCorrectedRows"] != 2.0 || fmt.Sprint(rowsOf(out)[0]["CorrectedValues"]) != "[b b@example.com true ]" {
		t.Errorf("%v", out)
	}
	out = correct(cell(5, "cognito:username", "A")) // names are case-sensitive
	if row := rowsOf(out)[0]; row["Findings"] != nil {
		t.Errorf("%v", row)
	}
	out = correct(cell(5, "email", "x"), object{"LineNumber": 7, "Text": `a,e@example.com,true,`})
	if rows := rowsOf(out); rows[0]["Findings"].([]any)[0].(object)["Code"] != "InvalidEmail" || rows[1]["Findings"].([]any)[0].(object)["Code"] != "UsernameExists" {
		t.Errorf("%v", out)
	}
	if out["CorrectedRows"] != 3.0 || out["PassingCorrectedRows"] != 1.0 {
		t.Errorf("%v", out)
	}
	list := func(pairs ...any) []int { return linesOf(rowsOf(f.Do("ListUserImportJobRows", with(job, pairs...)))) }
	if got := list("OnlyCorrected", true); !slices.Equal(got, []int{3, 5, 7}) {
		t.Errorf("corrected: %v", got)
	}
	if got := list("OnlyOpen", true); !slices.Equal(got, []int{4, 5, 6, 7}) {
		t.Errorf("open: %v", got)
	}
	out = correct(object{"LineNumber": 7, "Reset": true}, cell(3, "email", "b"))
	if out["CorrectedRows"] != 1.0 || rowsOf(out)[0]["IsCorrected"] != false {
		t.Errorf("%v", out)
	}
	f.Refused("CorrectUserImportJobRows", with(job, "Corrections", []any{cell(2, "email", "x")}), "InvalidParameterException", "No row is kept that begins on line 2")
	f.Refused("CorrectUserImportJobRows", with(job, "Corrections", []any{cell(3, "mail", "x")}), "InvalidParameterException", `no column "mail"`)
}

// TestRowsAreNotThere: the error says why a job has no rows.
func TestRowsAreNotThere(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}})
	id := f.Do("CreateUserImportJob", object{"UserPoolId": pool, "JobName": "a", "CloudWatchLogsRoleArn": role})["UserImportJob"].(object)["JobId"]
	job := object{"UserPoolId": pool, "JobId": id}
	correct := with(job, "Corrections", []any{cell(3, "email", "x")})
	apply := with(job, "Cause", object{"Code": "InvalidEmail"})
	refused := func(text string) {
		t.Helper()
		f.Refused("ListUserImportJobRows", job, "PreconditionNotMetException", text)
		f.Refused("CorrectUserImportJobRows", correct, "PreconditionNotMetException", text)
		f.Refused("ApplyUserImportSuggestions", apply, "PreconditionNotMetException", text)
	}
	refused("has not begun")
	update := func(change func(*importjob.Job)) {
		t.Helper()
		if _, err := f.Store.UpdateJob(t.Context(), importjob.Key{PoolID: pool, JobID: id.(string)}, func(j *importjob.Job) error { change(j); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	update(func(j *importjob.Job) { j.State = importjob.Expired })
	refused("ended Expired before it came to a row")
	update(func(j *importjob.Job) { j.State, j.Counts.Imported = importjob.Succeeded, 3 })
	refused("earlier version of Poolhouse")
	update(func(j *importjob.Job) { j.State, j.Header = importjob.InProgress, `"cognito:username","email"` })
	f.Do("ListUserImportJobRows", job)
	f.Refused("CorrectUserImportJobRows", correct, "PreconditionNotMetException", "is InProgress. Wait until it has ended")
	f.Refused("ApplyUserImportSuggestions", apply, "PreconditionNotMetException", "is InProgress. Wait until it has ended")
	f.Refused("ListUserImportJobRows", object{"UserPoolId": pool, "JobId": "import-none"}, "ResourceNotFoundException", "import-none")
}

// TestApplyUserImportSuggestions: suggestions go into all rows with the cause, and a second
// call changes nothing more.
func TestApplyUserImportSuggestions(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	var csv strings.Builder
	csv.WriteString("cognito:username,email,email_verified,phone_number,birthdate\n")
	for i := range 10 {
		fmt.Fprintf(&csv, "u%d,u%d@example.com,true,%s,%s\n", i, i, []string{"+1 (555) 010-0199", ""}[i%2], []string{"", "1-2-1985"}[i%2])
	}
	job := f.importNew(csv.String(), nil)
	cause := func(row int) object {
		t.Helper()
		finding := rowsOf(f.Do("ListUserImportJobRows", job))[row]["Findings"].([]any)[0].(object)
		if len(finding["Suggestions"].([]any)) == 0 {
			t.Fatalf("%v", finding)
		}
		return object{"Column": finding["Column"], "Code": finding["Code"], "Flaw": finding["Flaw"]}
	}
	phone, birth := with(job, "Cause", cause(0)), with(job, "Cause", cause(1))
	done := f.Do("ApplyUserImportSuggestions", phone)
	if done["AppliedRows"] != 5.0 || done["OpenRows"] != 0.0 || done["CorrectedRows"] != 5.0 || done["PassingCorrectedRows"] != 5.0 {
		t.Errorf("%v", done)
	}
	if done = f.Do("ApplyUserImportSuggestions", phone); done["AppliedRows"] != 0.0 || done["CorrectedRows"] != 5.0 {
		t.Errorf("again: %v", done)
	}
	if row := rowsOf(f.Do("ListUserImportJobRows", job))[0]; row["CorrectedValues"].([]any)[3] != "+15550100199" || row["Findings"] != nil {
		t.Errorf("%v", row)
	}
	if done = f.Do("ApplyUserImportSuggestions", birth); done["AppliedRows"] != 0.0 || done["OpenRows"] != 5.0 {
		t.Errorf("without a reading: %v", done)
	}
	if done = f.Do("ApplyUserImportSuggestions", with(birth, "Reading", "DAY_FIRST")); done["AppliedRows"] != 5.0 || done["OpenRows"] != 0.0 || done["PassingCorrectedRows"] != 10.0 {
		t.Errorf("with one: %v", done)
	}
	if rows := rowsOf(f.Do("ListUserImportJobRows", with(job, "OnlyOpen", true))); len(rows) != 0 {
		t.Errorf("%v", rows)
	}
}
