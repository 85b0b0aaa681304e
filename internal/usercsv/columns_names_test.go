package usercsv

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/userpool"
)

// surveyed returns the result of a survey, with its problems.
func surveyed(t *testing.T, text string, want Import) Surveyed {
	t.Helper()
	s, err := surveyText(strings.NewReader(text), nil, Limits{}, want)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// problemCodes returns the codes of problems.
func problemCodes(problems []*FileError) string {
	var codes []string
	for _, p := range problems {
		codes = append(codes, p.Code)
	}
	return strings.Join(codes, " ")
}

// TestColumnNames: names are recognised in every spelling that programs write, and no
// other names are.
func TestColumnNames(t *testing.T) {
	const rows = "\nann,true,x\nbob,true,y\ncem,true,y\n"
	tests := []struct {
		name, header string
		pool         []func(*userpool.UserPool)
		want         string // as it is read, "" if it is refused
		code, says   string
		strict       string // the code in a strict reading
	}{
		{name: "as they are", header: "cognito:username,email_verified,name", want: "cognito:username,email_verified,name"},
		{name: "capitals", header: "COGNITO:USERNAME,EMAIL_VERIFIED,NAME", want: "cognito:username,email_verified,name", strict: CodeFileHeader},
		{name: "spaces", header: "Cognito Username,Email Verified,Custom Team", want: "cognito:username,email_verified,custom:team", strict: CodeFileHeader},
		{name: "hyphens", header: "cognito-username,email-verified,Given-Name", want: "cognito:username,email_verified,given_name", strict: CodeFileHeader},
		{name: "camel case", header: "cognitoUsername,emailVerified,familyName", want: "cognito:username,email_verified,family_name", strict: CodeFileHeader},
		{name: "dots, as R writes them", header: "cognito.username,email_verified,custom.team", want: "cognito:username,email_verified,custom:team", strict: CodeFileHeader},
		{name: "underscores, as databases do", header: "cognito_username,email_verified,custom_team", want: "cognito:username,email_verified,custom:team", strict: CodeFileHeader},
		{name: "a mark of order in quotation marks", header: "\"\ufeffcognito:username\",email_verified,name", want: "cognito:username,email_verified,name", strict: CodeFileHeader},
		{name: "blanks in quotation marks", header: "\" cognito:username \",\"Email\u00a0Verified\",\"name\t\"", want: "cognito:username,email_verified,name", strict: CodeFileHeader},
		{name: "a # before a header", header: "# cognito:username,email_verified,name", want: "cognito:username,email_verified,name", strict: CodeFileHeader},
		{name: "a number of another system", header: "cognito:username,email_verified,Poolhouse External ID", want: "cognito:username,email_verified,poolhouse:external_id", strict: CodeFileHeader},
		{name: "of ours, ignored", header: "cognito:username,email_verified,poolhouse:ignore:Shoe size", want: "cognito:username,email_verified,poolhouse:ignore:Shoe size"},

		{name: "without the prefix", header: "username,email_verified,name", code: CodeFileHeader, says: "username (write cognito:username)", strict: CodeFileHeader},
		{name: "a custom one without it", header: "cognito:username,email_verified,team", code: CodeFileHeader, says: "team (write custom:team)", strict: CodeFileHeader},
		{name: "another word", header: "cognito:username,email_verified,First Name", code: CodeFileHeader, says: "First Name (write given_name)", strict: CodeFileHeader},
		{name: "unknown", header: "cognito:username,email_verified,shoe_size", code: CodeFileHeader, says: "or map it to nothing", strict: CodeFileHeader},
		{name: "without a name", header: "cognito:username,email_verified,", code: CodeFileHeader, says: `map "column 3" to nothing`, strict: CodeFileHeader},
		{name: "two as one", header: "cognito:username,email_verified,Email Verified", code: CodeFileHeader, says: "columns email_verified and Email Verified are both read as email_verified", strict: CodeFileHeader},
		{name: "two others as one", header: "cognito:username,EMAIL_VERIFIED,Email-Verified", code: CodeFileHeader, says: "columns EMAIL_VERIFIED and Email-Verified are both", strict: CodeFileHeader},
		{name: "twice the same", header: "cognito:username,email_verified,email_verified", code: CodeFileHeader, says: "email_verified twice", strict: CodeFileHeader},
		{name: "apostrophes, as values then have them", header: "'cognito:username','email_verified','name'", code: CodeFileForm, strict: CodeFileForm},
		{name: "one of two that differ in case", header: "cognito:username,email_verified,custom:TEAM", pool: opts(another("custom:Team")), code: CodeFileHeader, strict: CodeFileHeader},
		{name: "exactly one of two that differ in case", header: "cognito:username,email_verified,custom:Team", pool: opts(another("custom:Team")), want: "cognito:username,email_verified,custom:Team"},
		{name: "a prefix alone", header: "cognito:username,email_verified,Custom", pool: opts(another("custom:@")), code: CodeFileHeader, strict: CodeFileHeader},
		{name: "signs that are a part of the name", header: "cognito:username,email_verified,custom:ab", pool: opts(another("custom:a;b")), code: CodeFileHeader, strict: CodeFileHeader},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := Import{Pool: testPool(t, tt.pool...)}
			s := surveyed(t, tt.header+rows, want)
			if tt.want != "" && (len(s.Problems) > 0 || strings.Join(s.Header, ",") != tt.want) {
				t.Errorf("%q, %v", s.Header, s.Problems)
			}
			if problemCodes(s.Problems) != tt.code || tt.code != "" && !strings.Contains(s.Problems[0].Error(), tt.says) {
				t.Errorf("the problems are %s", FileErrors(s.Problems))
			}
			if names := strings.ReplaceAll(tt.header, `"`, ""); tt.want == names && s.Format != nil {
				t.Errorf("the format is %+v", s.Format)
			} else if tt.want != "" && tt.want != names && (s.Format == nil || !slices.Equal(s.Format.Columns, s.Header) || slices.Equal(s.Format.Names, s.Header)) {
				t.Errorf("the format is %+v", s.Format)
			}
			if len(s.Problems) == 0 {
				if _, err := NewDecoder(want.Pool, s.Header, "", Limits{}, s.Format); err != nil {
					t.Error(err)
				}
			}
			want.Asked.Strict = true
			if s := surveyed(t, tt.header+rows, want); problemCodes(s.Problems) != tt.strict || s.Format != nil {
				t.Errorf("strictly, the problems are %v", s.Problems)
			}
			want.Asked.Strict, want.Again = false, true
			if s := surveyed(t, tt.header+rows, want); problemCodes(s.Problems) != tt.strict || s.Format != nil {
				t.Errorf("again, the problems are %v", s.Problems)
			}
		})
	}
}

// another adds a custom attribute.
func another(name string) func(*userpool.UserPool) {
	return func(p *userpool.UserPool) {
		p.Schema = append(slices.Clone(p.Schema), userpool.SchemaAttribute{Name: name, Type: userpool.String, Mutable: true})
	}
}

// TestColumnsNotImported: an unknown column is left out of the import if nothing is lost.
// It is empty, or has the numbers of the rows.
func TestColumnsNotImported(t *testing.T) {
	const least = "cognito:username,email_verified"
	file := func(header string, values ...string) string {
		var b strings.Builder
		b.WriteString(header + "\n")
		for _, v := range values {
			b.WriteString("ann,true," + v + "\n")
		}
		return b.String()
	}
	tests := []struct {
		name, in string
		want     string // the last columns as they are read, "" for a refusal
		why      []Why
	}{
		{"empty", file(least+",shoe_size", "", "", ""), "poolhouse:ignore:shoe_size", []Why{WhyEmpty}},
		{"blank", file(least+",shoe_size", " ", `""`, `"  "`), "poolhouse:ignore:shoe_size", []Why{WhyEmpty}},
		{"without a name", file(least+",", "", ""), "poolhouse:ignore:column 3", []Why{WhyEmpty}},
		{"several", file(least+",,shoe_size,shoe_size,", ",,,", ",,,"),
			"poolhouse:ignore:column 3,poolhouse:ignore:shoe_size,poolhouse:ignore:shoe_size (column 5),poolhouse:ignore:column 6", []Why{WhyEmpty, WhyEmpty, WhyEmpty, WhyEmpty}},
		{"of attributes that are not imported", file(least+",sub,UserStatus", ",", ","), "poolhouse:ignore:sub,poolhouse:ignore:UserStatus", []Why{WhyEmpty, WhyEmpty}},
		{"of another name for a column", file(least+",mail", "", ""), "poolhouse:ignore:mail", []Why{WhyEmpty}},
		{"numbers from 1", file(least+",id", "1", "2", "3"), "poolhouse:ignore:id", []Why{WhyRowNumbers}},
		{"numbers from 0, quoted", file(least+",", `"0"`, `"1"`, `"2"`), "poolhouse:ignore:column 3", []Why{WhyRowNumbers}},
		{"one number without a name", file(least+",", "1"), "poolhouse:ignore:column 3", []Why{WhyRowNumbers}},
		{"a program's row is two of ours", file(least+",id", "1") + "x\ny,1\nann,true,3\n", "poolhouse:ignore:id", []Why{WhyRowNumbers}},
		{"a row of too few values between", file(least+",id", "1", "2") + "x\n" + "ann,true,4\n", "poolhouse:ignore:id", []Why{WhyRowNumbers}},

		{"one value", file(least+",shoe_size", "", "44", ""), "", nil},
		{"a value in the last row", file(least+",", "", "", "x"), "", nil},
		{"one number with a name", file(least+",shoe_size", "1"), "", nil},
		{"numbers from 2", file(least+",id", "2", "3", "4"), "", nil},
		{"a number twice", file(least+",id", "1", "2", "2", "3"), "", nil},
		{"a number left out", file(least+",id", "1", "", "3"), "", nil},
		{"none in the first row", file(least+",id", "", "1", "2"), "", nil},
		{"with zeros", file(least+",id", "01", "02", "03"), "", nil},
		{"no rows", file(least + ",shoe_size"), "", nil},
		{"no row that has it", least + ",shoe_size\nann,true\n", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := Import{Pool: testPool(t)}
			s := surveyed(t, tt.in, want)
			if tt.want == "" {
				if len(s.Problems) == 0 || s.Problems[0].Code != CodeFileHeader {
					t.Errorf("%q, %v", s.Header, s.Problems)
				}
				return
			}
			if len(s.Problems) > 0 || strings.Join(s.Header[2:], ",") != tt.want {
				t.Fatalf("%q, %v", s.Header, s.Problems)
			}
			var why []Why
			for _, i := range slices.Sorted(maps.Keys(s.Format.Unread)) {
				why = append(why, s.Format.Unread[i])
			}
			if !slices.Equal(why, tt.why) {
				t.Errorf("the reasons are %s", why)
			}
			// A file made of the rows is read in the same way, also in a strict reading.
			header, _, _ := strings.Cut(tt.in, "\n")
			again := strings.Replace(tt.in, header, FormatRow(s.Header), 1)
			want.Asked.Strict = true
			if s := surveyed(t, again, want); len(s.Problems) > 0 {
				t.Errorf("a file of these columns is refused: %v", s.Problems)
			}
			if s := surveyed(t, tt.in, want); problemCodes(s.Problems) != CodeFileHeader {
				t.Errorf("strictly, the problems are %v", s.Problems)
			}
		})
	}
}
