package cli

import (
	"fmt"
	"strings"
	"testing"
)

// phone is a finding with one suggestion, birthdate one with two readings.
var (
	phone = finding{
		Column: "phone_number", ColumnNumber: 3, Code: "InvalidPhoneNumber", Flaw: "NoDigit", Message: "Invalid phone number format",
		Advice:      "phone_number: The number has a space. A number begins with +.",
		Suggestions: []suggestion{{Value: "+15550100199", Reason: "without spaces and brackets"}},
	}
	birthdate = finding{
		Column: "birthdate", ColumnNumber: 4, Code: "InvalidBirthdate", Message: "The birthdate must be a date.", Advice: "birthdate: A birthdate is written mm/dd/yyyy.",
		Suggestions: []suggestion{{"01/02/1985", "the day first", "DAY_FIRST"}, {"02/01/1985", "the month first", "MONTH_FIRST"}},
	}
	sheet = []string{"cognito:username", "email", "phone_number", "birthdate"}
)

// TestRowsArePrinted: each row is printed with its place, the errors of its cells, and what
// would be right.
func TestRowsArePrinted(t *testing.T) {
	long := strings.Repeat("x", valueChars+1)
	for name, test := range map[string]struct {
		row  rejectedRow
		want string
	}{
		"two findings": {rejectedRow{LineNumber: 1234, RecordNumber: 1233, Verdict: "FAILED", Values: []string{"bob", "b@x.com", "+1 (555) 010-0199", ""}, Findings: []finding{phone, birthdate}}, `
line 1,234, record 1,233, bob: failed
  phone_number, column 3, is "+1 (555) 010-0199"
    wrong      Invalid phone number format [InvalidPhoneNumber]
    instead    The number has a space. A number begins with +.
    suggested  "+15550100199": without spaces and brackets
  birthdate, column 4, is empty
    wrong      The birthdate must be a date. [InvalidBirthdate]
    instead    A birthdate is written mm/dd/yyyy.
    suggested  "01/02/1985": the day first [--reading DAY_FIRST]
    suggested  "02/01/1985": the month first [--reading MONTH_FIRST]
`},
		"cannot be split": {rejectedRow{LineNumber: 3, RecordNumber: 2, Verdict: "FAILED", Text: `"bob`, Findings: []finding{{Code: "QuoteNotClosed", Message: "A value begins with a quotation mark that is not closed.", Advice: "Close it."}}}, `
line 3, record 2: failed
  the row is: "bob
    wrong      A value begins with a quotation mark that is not closed. [QuoteNotClosed]
    instead    Close it.
`},
		"skipped": {rejectedRow{LineNumber: 3, RecordNumber: 2, Verdict: "SKIPPED", Values: []string{"bob", "", "", ""}, Message: "The user already exists.", Code: "UsernameExists"}, `
line 3, record 2, bob: was skipped
    wrong      The user already exists. [UsernameExists]
`},
		"not reached": {rejectedRow{LineNumber: 3, RecordNumber: 2, Verdict: "NOT_REACHED", Values: []string{"bob", "", "", ""}}, `
line 3, record 2, bob: was not reached
`},
		"a setting was changed": {rejectedRow{LineNumber: 3, RecordNumber: 2, Verdict: "FAILED", Values: []string{"bob", "", "", ""}, Message: "Required.", Code: "AttributeMissing", Column: "email"}, `
line 3, record 2, bob: failed
    wrong      email: Required. [AttributeMissing]
    now        The row passes the rules of the user pool as they are now.
`},
		"corrected": {rejectedRow{LineNumber: 3, RecordNumber: 2, Verdict: "FAILED", Values: []string{"bob", "", long, "x"}, IsCorrected: true, CorrectedValues: []string{"bob", "", "+15550100199", "x"},
			Findings: []finding{{Column: "birthdate", ColumnNumber: 4, Code: "InvalidBirthdate", Message: "No.", Setting: "none will do"}}}, `
line 3, record 2, bob: failed; corrected, and does not pass yet
  phone_number, column 3, was "` + long[:valueChars] + `… (201 characters)" and is corrected to "+15550100199"
  birthdate, column 4, is "x"
    wrong      No. [InvalidBirthdate]
    setting    none will do
`},
		"corrected to cells": {rejectedRow{LineNumber: 3, RecordNumber: 2, Verdict: "FAILED", Text: "x", IsCorrected: true, CorrectedValues: []string{"bob", "", "", "say \"x\""}}, `
line 3, record 2: failed; corrected, and passes now
  the row is: x
  corrected to: "bob","","","say ""x"""
`},
		"corrected as a whole": {rejectedRow{LineNumber: 3, RecordNumber: 2, Verdict: "FAILED", Text: "x", IsCorrected: true, CorrectedText: "bob,,,"}, `
line 3, record 2: failed; corrected, and passes now
  the row is: x
  corrected to: bob,,,
`},
	} {
		var out strings.Builder
		p := &rowPrinter{out: &out, columns: sheet, verdicts: became, readings: true}
		if p.print(&test.row); out.String() != strings.TrimPrefix(test.want, "\n") {
			t.Errorf("%s:\n%s\nwant%s", name, &out, test.want)
		}
	}
}

// TestRowsOfARetryArePrinted: the row of a retry has its line in the first file beside its
// own.
func TestRowsOfARetryArePrinted(t *testing.T) {
	var out strings.Builder
	p := &rowPrinter{out: &out, columns: append([]string{"poolhouse:line"}, sheet...), verdicts: became}
	p.print(&rejectedRow{LineNumber: 3, RecordNumber: 2, Verdict: "NOT_REACHED", Values: []string{"1707", "bob", "", "", ""}})
	if want := "line 3 (1707 in the first file), record 2, bob: was not reached\n"; out.String() != want {
		t.Errorf("%q, want %q", &out, want)
	}
}

// rowsServer has a job with two failed rows and a skipped one, on two pages.
func rowsServer(t *testing.T) (*ours, string) {
	rows := []rejectedRow{
		{LineNumber: 3, RecordNumber: 2, Verdict: "FAILED", Code: "InvalidPhoneNumber", Column: "phone_number", Values: []string{"bob", "b@x.com", "(555)", "1.2.85"}, Findings: []finding{phone, birthdate}},
		{LineNumber: 5, RecordNumber: 4, Verdict: "SKIPPED", Code: "UsernameExists", Message: "The user already exists.", Values: []string{"cyd", "", "", ""}},
		{LineNumber: 7, RecordNumber: 6, Verdict: "FAILED", Code: "InvalidPhoneNumber", Column: "phone_number", Values: []string{"dan", "", "1 2", ""}, Findings: []finding{phone}},
	}
	return answersOf(t, map[string]func(map[string]any) any{
		"ListUserImportJobRows": func(in map[string]any) any {
			page := map[string]any{"File": map[string]any{"ColumnNames": sheet}, "KeptUntil": 1.7e9, "Rows": rows[:2], "NextToken": "next", "CorrectedRows": 2, "PassingCorrectedRows": 1}
			if in["NextToken"] == "next" {
				page["Rows"] = rows[2:]
				delete(page, "NextToken")
			}
			return page
		},
		"ApplyUserImportSuggestions": func(in map[string]any) any {
			open := 0
			if in["Cause"].(map[string]any)["Column"] == "birthdate" && in["Reading"] == nil {
				open = 1
			}
			return map[string]any{"AppliedRows": 1 - open, "OpenRows": open, "CorrectedRows": 2, "PassingCorrectedRows": 2}
		},
		"CorrectUserImportJobRows": func(in map[string]any) any {
			row := rows[2]
			row.IsCorrected, row.CorrectedValues, row.Findings = true, []string{"dan", "", "+15550100199", ""}, nil
			if fmt.Sprint(in["Corrections"]) == "[map[LineNumber:7 Values:[map[Column:phone_number Value:1=2]]]]" {
				row.CorrectedValues, row.Findings = []string{"dan", "", "1=2", ""}, []finding{phone}
			}
			return map[string]any{"Rows": []rejectedRow{row}, "CorrectedRows": 1, "PassingCorrectedRows": 1}
		},
	})
}

// given are the flags that name the job.
const given = " --user-pool-id us-east-1_Pool --job-id import-1"

// TestRows: rows are printed page by page with the selected filter, and the suggested
// commands are complete.
func TestRows(t *testing.T) {
	_, url := rowsServer(t)
	code, out, notes := command(t, url, jobArgs("rows")...)
	if code != exitDone || notes != "" {
		t.Errorf("exit code %d, %s", code, notes)
	}
	wantTexts(t, out, "line 3, record 2, bob: failed\n", "line 5, record 4, cyd: was skipped\n", "line 7, record 6, dan: failed\n", `is "1 2"`,
		"\nThe rows of this job are kept until 2023-11-14T22:13:20Z.\n",
		"\nTo write what is suggested into every cell with one suggestion:\n  poolhouse correct"+given+" --suggestions\n",
		"\nTo read every birthdate as DAY_FIRST:\n  poolhouse correct"+given+" --suggestions --column birthdate --reading DAY_FIRST\n",
		"\n2 rows are corrected, and 1 passes with it. To import those that pass:\n  poolhouse retry"+given+" --corrected-only\n")
	if strings.Contains(out, "more rows") || strings.Count(out, "--suggestions") != 3 {
		t.Error(out)
	}
	for flags, lines := range map[string]string{
		"--rows 1": "3", "--rows 2": "3 5", "--rows 0": "", "--all": "3 5 7", "--code UsernameExists": "5", "--column birthdate": "3", "--flaw NoDigit": "3 7",
		"--column email": "", "--column phone_number --code InvalidPhoneNumber": "3 7", "--code InvalidPhoneNumber --rows 1": "3",
	} {
		_, out, _ := command(t, url, jobArgs(append([]string{"rows"}, strings.Fields(flags)...)...)...)
		var got []string
		for line := range strings.Lines(out) {
			if rest, is := strings.CutPrefix(line, "line "); is {
				number, _, _ := strings.Cut(rest, ",")
				got = append(got, number)
			}
		}
		if strings.Join(got, " ") != lines {
			t.Errorf("%s: the lines %v, want %s", flags, got, lines)
		}
		if more := strings.Contains(out, "more rows: --all"); more != (strings.Contains(flags, "--rows")) {
			t.Errorf("%s: more rows are told of: %v", flags, more)
		}
	}
	_, out, _ = command(t, url, jobArgs("rows", "--json", "--all")...)
	if strings.Count(out, "\n") != 3 || !strings.HasPrefix(out, `{"LineNumber":3,"RecordNumber":2,`) {
		t.Errorf("JSON: %s", out)
	}
	if _, out, _ = command(t, url, jobArgs("rows", "--column", "email")...); !strings.HasPrefix(out, "no such rows\n") {
		t.Error(out)
	}
}

// TestRowsAreAskedFor: the flags become the input of the operation.
func TestRowsAreAskedFor(t *testing.T) {
	o, url := rowsServer(t)
	command(t, url, jobArgs("rows", "--verdict", "failed,not-reached", "--open", "--from-line", "9", "--rows", "5")...)
	command(t, url, jobArgs("rows", "--corrected", "--all")...)
	calls := o.calls("ListUserImportJobRows")
	wantInput(t, calls[0], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","Verdicts":["FAILED","NOT_REACHED"],"OnlyOpen":true,"FromLine":9,"MaxResults":6}`)
	wantInput(t, calls[len(calls)-2], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","OnlyCorrected":true,"MaxResults":1000}`)
	wantInput(t, calls[len(calls)-1], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","OnlyCorrected":true,"MaxResults":1000,"NextToken":"next"}`)
}

// TestCorrect: a row is corrected and printed with its new findings. The exit code says
// whether it passes.
func TestCorrect(t *testing.T) {
	o, url := rowsServer(t)
	next := "1 row is corrected, and 1 passes with it. To import those that pass:\n  poolhouse retry" + given + " --corrected-only\n"
	wantSaid(t, url, exitDone, "line 7, record 6, dan: failed; corrected, and passes now\n  phone_number, column 3, was \"1 2\" and is corrected to \"+15550100199\"\n"+next, "",
		jobArgs("correct", "--line", "7", "phone_number=+15550100199", "custom:a=b=c", "email=")...)
	code, out, _ := command(t, url, jobArgs("correct", "--line", "7", "phone_number=1=2")...)
	if code != exitPartly || !strings.HasPrefix(out, "line 7, record 6, dan: failed; corrected, and does not pass yet\n") {
		t.Errorf("exit code %d, %s", code, out)
	}
	command(t, url, jobArgs("correct", "--line", "7", "--text", "a,b", "--reset")...)
	calls := o.calls("CorrectUserImportJobRows")
	wantInput(t, calls[0], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","Corrections":[{"LineNumber":7,"Values":[
		{"Column":"phone_number","Value":"+15550100199"},{"Column":"custom:a","Value":"b=c"},{"Column":"email","Value":""}]}]}`)
	wantInput(t, calls[2], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","Corrections":[{"LineNumber":7,"Text":"a,b","Reset":true}]}`)
	for args, want := range map[string]string{
		"--line 7": "there is nothing to write", "--line 7 email": `"email" must be COLUMN=VALUE`, "--line 7 =x": "must be COLUMN=VALUE", "--suggestions email=x": "beside --suggestions",
		"--line 7 --suggestions": "none of the others can be", "": "at least one of the flags", "--line 7 --reading X email=x": "none of the others can be", "--suggestions --reset": "none of the others can be",
	} {
		if code, _, notes := command(t, url, jobArgs(append([]string{"correct"}, strings.Fields(args)...)...)...); code != exitRefused || !strings.Contains(notes, want) {
			t.Errorf("%s: exit code %d, %s, want %s", args, code, notes, want)
		}
	}
}

// TestSuggestions: suggestions are written into all cells of each selected kind, and the
// cells left open are reported.
func TestSuggestions(t *testing.T) {
	o, url := rowsServer(t)
	next := "2 rows are corrected, and 2 pass with it. To import those that pass:\n  poolhouse retry" + given + " --corrected-only\n"
	wantSaid(t, url, exitPartly, "phone_number: 1 row corrected, 0 left open [InvalidPhoneNumber, NoDigit]\nbirthdate: 0 rows corrected, 1 left open [InvalidBirthdate]\n"+next+
		"To see those that are open:\n  poolhouse rows"+given+" --open --verdict FAILED\n", "", jobArgs("correct", "--suggestions")...)
	wantSaid(t, url, exitDone, "birthdate: 1 row corrected, 0 left open [InvalidBirthdate]\n"+next, "", jobArgs("correct", "--suggestions", "--column", "birthdate", "--reading", "DAY_FIRST")...)
	wantSaid(t, url, exitPartly, "no cell has a suggestion\n", "", jobArgs("correct", "--suggestions", "--code", "InvalidEmail")...)
	calls := o.calls("ApplyUserImportSuggestions")
	wantInput(t, calls[0], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","Cause":{"Column":"phone_number","Code":"InvalidPhoneNumber","Flaw":"NoDigit"}}`)
	wantInput(t, calls[2], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","Cause":{"Column":"birthdate","Code":"InvalidBirthdate"},"Reading":"DAY_FIRST"}`)
	if len(calls) != 3 {
		t.Errorf("%d calls", len(calls))
	}
}
