package usercsv

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestAllProblemsOfAFile: everything that is wrong with a file as a whole is reported at
// once. What ends the import comes first. The reading is strict, so more is wrong.
func TestAllProblemsOfAFile(t *testing.T) {
	const head = "cognito:username,email,email_verified"
	days := "a,a@example.com,true,31/12/1985\nb,b@example.com,true,13/01/1990\nc,c@example.com,true,25/02/2001\n"
	tests := []struct {
		name, in string
		limits   Limits
		want     []string
	}{
		{name: "good", in: head + "\na,a@example.com,true\n"},
		{name: "header and dates", in: head + ",birthdate,shoe_size\n" + strings.ReplaceAll(days, "\n", ",44\n"), want: f(CodeFileHeader, CodeFileBirthdates)},
		{name: "header and dates by another name", in: strings.Replace(head, "email_verified", "Email Verified", 1) + ",dob\n" + days, want: f(CodeFileHeader, CodeFileBirthdates)},
		{name: "hashes, dates, rows", in: head + ",birthdate,password_hash\n" + strings.ReplaceAll(days, "\n", ",h\n"), limits: Limits{Rows: 2},
			want: f(CodeFileHashAlgorithm, CodeFileTooManyRows, CodeFileBirthdates)},
		{name: "rows, then a hash", in: head + ",password_hash\na,a@x.org,true,\nb,b@x.org,true,\nc,c@x.org,true,h\n", limits: Limits{Rows: 1},
			want: f(CodeFileTooManyRows, CodeFileHashAlgorithm)},
		{name: "rows and bytes", in: head + "\n" + strings.Repeat("a,a@example.com,true\n", 20), limits: Limits{Rows: 3, Bytes: 200}, want: f(CodeFileTooManyRows, CodeFileTooLarge)},
		{name: "encoding and header", in: "cognito:username,email,shoe_size\nJos\xe9,j@x.org,44\n", want: f(CodeFileHeader, CodeFileEncoding)},
		{name: "encoding and dates", in: head + ",birthdate\n" + strings.ReplaceAll(days, "a,", "Jos\xe9,") + "Ren\xe9,r@x.org,true,31/12/1985\nf,f@x.org,true,30/12/1985\n",
			want: f(CodeFileEncoding, CodeFileBirthdates)},
		{name: "header and no users", in: "cognito:username,email,mail\n", want: f(CodeFileHeader, CodeFileNoUsers)},
		{name: "no header at all", in: "jane,jane@example.com,true\n", want: f(CodeFileHeader)},
		{name: "another format", in: "{\"users\": []}\n", want: f(CodeFileForm)},
		{name: "semicolons", in: "cognito:username;email;birthdate\na;b;31/12/1985\n", want: f(CodeFileForm)},
		{name: "empty", in: "", want: f(CodeFileEmpty)},
		{name: "header that cannot be read", in: "\"cognito:username\na\n", want: f(CodeFileHeaderUnusable)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := Import{Pool: testPool(t), Asked: Asked{Strict: true}}
			_, _, err := surveySource(strings.NewReader(tt.in), tt.limits, want)
			var got []string
			for _, problem := range FileProblems(err) {
				got = append(got, problem.Code)
				fileCode(t, problem)
				if !strings.Contains(err.Error(), problem.Error()) {
					t.Errorf("%q does not say %q", err, problem)
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if len(tt.want) > 0 && fileCode(t, err) != tt.want[0] {
				t.Errorf("the first is %s", fileCode(t, err))
			}
			l, err := Check(opens(tt.in), tt.limits, want)
			if err != nil || len(l.Problems) != len(tt.want) || (l.Problem == nil) != (len(tt.want) == 0) || l.Problem != nil && l.Problem != l.Problems[0] {
				t.Errorf("the look says %v, %+v", err, l)
			}
		})
	}
	if FileProblems(errors.New("x")) != nil || FileProblems(nil) != nil {
		t.Error("an error of another kind is one of the file")
	}
}
