package usercsv

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"poolhouse/internal/userpool"
)

// flawsIn returns the flaws that a Go file declares.
func flawsIn(t *testing.T, path string) (flaws []userpool.Flaw) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 && strings.HasPrefix(v.Names[0].Name, "Flaw") {
			text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			flaws = append(flaws, userpool.Flaw(text))
		}
		return true
	})
	return flaws
}

// TestAdviceOfAll: every code of an outcome has advice, and every flaw changes the advice
// of some code.
func TestAdviceOfAll(t *testing.T) {
	codes := append(documentedCodes(t), userpool.CodeUsernameExists, userpool.CodeAliasExists, CodeInternal)
	for _, code := range codes {
		text := Advice("", code, "")
		if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, `\,`) || strings.Contains(text, "  ") || len(text) > 300 {
			t.Errorf("%s: %q", code, text)
		}
		if got, want := Advice("custom:x", code, ""), "custom:x: "+text; got != want {
			t.Errorf("%s in a column: %q, want %q", code, got, want)
		}
		if got := Advice("", code, "no such flaw"); got != text {
			t.Errorf("%s with an unknown flaw: %q", code, got)
		}
	}
	flaws := append(flawsIn(t, "codes.go"), flawsIn(t, "../userpool/contact.go")...)
	if len(flaws) < 20 {
		t.Fatalf("only %q are declared", flaws)
	}
	for _, flaw := range flaws {
		told := false
		for _, code := range codes {
			text := Advice("", code, flaw)
			told = told || text != Advice("", code, "")
			if strings.Contains(text, "  ") || len(text) > 300 {
				t.Errorf("%s, %s: %q", code, flaw, text)
			}
		}
		if !told {
			t.Errorf("no advice tells of %s", flaw)
		}
	}
	if got := Advice("email", "NoSuchCode", ""); got != "" {
		t.Errorf("an unknown code: %q", got)
	}
}

// TestAdviceOfRows has rows with Cognito's own reasons, which say too little.
func TestAdviceOfRows(t *testing.T) {
	const (
		phone = " A number begins with + and the country code, then digits only, for example +14325551212."
		email = " An address has a name, one @ and a domain, for example jane@example.com."
		date  = "A birthdate is written mm/dd/yyyy, for example 01/31/1980, or yyyy-mm-dd, for example 1980-01-31."
	)
	tests := []struct {
		columns, values string
		pool            []func(*userpool.UserPool)
		want            string
	}{
		{"phone_number", "14255550100", nil, "phone_number: The number does not begin with +." + phone},
		{"phone_number", "(425) 555-0100", nil, "phone_number: The number does not begin with +." + phone},
		{"phone_number", "'+14255550100", nil, "phone_number: The number does not begin with +." + phone},
		{"phone_number", "00441632960961", nil, "phone_number: The number begins with 00 in place of +." + phone},
		{"phone_number", "1.42556E+10", nil, "phone_number: A spreadsheet rounded the number, and its digits are lost. Format the column as text before you save the file." + phone},
		{"phone_number", "+1 425 555 0100", nil, "phone_number: The number has a space, a hyphen, a bracket or another character that is not a digit." + phone},
		{"phone_number", "+04255550100", nil, "phone_number: A zero follows the +, but no country code begins with one." + phone},
		{"phone_number", "+1", nil, "phone_number: The number has too few digits." + phone},
		{"phone_number", "+1425555010014255550100", nil, "phone_number: The number has more than 15 digits." + phone},
		{"nickname,email", "x,jane.example.com", nil, "email: The address has no @." + email},
		{"nickname,email", "x,jane@x.com; joe@x.com", nil, "email: The address has more than one @: only one address may be in the column." + email},
		{"nickname,email", "x,@example.com", nil, "email: Nothing is before the @." + email},
		{"nickname,email", "x,jane doe@example.com", nil, "email: The address has a space, a comma, a quotation mark, a bracket or another character that is not allowed." + email},
		{"nickname,email", "x,jane@example", nil, "email: The part after the @ has no dot." + email},
		{"nickname,email", "x,jane@example..com", nil, "email: The part after the @ is not a domain: letters, digits and hyphens, with single dots between them." + email},
		{"birthdate", "31/01/1980", nil, "birthdate: The day is before the month. " + date},
		{"birthdate", "31.1.1980", nil, "birthdate: The day is before the month. " + date},
		{"birthdate", "1/31/1980", nil, "birthdate: Month and day need two digits each, the year four. " + date},
		{"birthdate", "1980-1-31", nil, "birthdate: Month and day need two digits each, the year four. " + date},
		{"birthdate", "02/30/1980", nil, "birthdate: The calendar has no such day. " + date},
		{"birthdate", "1981-02-29", nil, "birthdate: The calendar has no such day. " + date},
		{"birthdate", "01.31.1980", nil, "birthdate: " + date},
		{"birthdate", "Jan 31 1980", nil, "birthdate: " + date},
		{"nickname", "Main St, Springfield", nil, `A comma inside a value is written \, or the value is put into quotation marks.`},
		{"nickname,locale", `x`, nil, "Each column needs a value, even if it is empty; a value with a line break is put into quotation marks."},
		{"nickname,locale", "a line\nbreak,x", nil, "Each column needs a value, even if it is empty; a value with a line break is put into quotation marks."},
		{"nickname,locale", `C:\,x`, nil, "Each column needs a value, even if it is empty; " +
			"a value that ends with a backslash is put into quotation marks, because a backslash before a comma makes the comma part of the value."},
		{"phone_number_verified", "false", opts(verifies("email", "phone_number")),
			"email_verified: The user pool accepts an imported user only if email_verified or phone_number_verified is true. " +
				"Write true into one of them, and fill the column of the attribute that is verified."},
		{"nickname", "x", opts(namedBy("email")), "cognito:username: This user pool names its users by email address. " +
			"Write the user's address into the column, for example jane@example.com."},
	}
	for _, tt := range tests {
		file := "cognito:username,email_verified," + tt.columns + "\njane,true," + tt.values
		if tt.columns == "phone_number_verified" {
			file = strings.Replace(file, "jane,true", "jane,false", 1)
		}
		p := testPool(t, tt.pool...)
		u, problem := decodeOne(t, p, "", file)
		if problem == nil {
			t.Errorf("%s: imported: %+v", tt.values, u)
			continue
		}
		got := Advice(problem.Column, problem.Code, problem.Flaw)
		if got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.values, got, tt.want)
		}
	}
}
