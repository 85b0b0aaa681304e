package usercsv

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// opens returns a function that opens a text as a file.
func opens(text string) Open {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
}

func lookPool() *userpool.UserPool {
	return &userpool.UserPool{ID: "us-east-1_x", Schema: userpool.StandardSchema(), AutoVerified: []string{"email"}, FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOff}
}

// TestCheck: rows, columns, causes and the first rows of valid files.
func TestCheck(t *testing.T) {
	var csv strings.Builder
	csv.WriteString("\ufeffcognito:username,email,email_verified,birthdate,password_hash\n")
	for line := 2; line <= 31; line++ {
		mail, birth := fmt.Sprintf("u%d@example.com", line), "02/01/1985"
		if line%10 == 0 {
			mail = "none"
		}
		if line == 5 {
			birth = "yesterday"
		}
		fmt.Fprintf(&csv, "user%d,%s,true,%s,secret%d\n", line, mail, birth, line)
	}
	l, err := Check(opens(csv.String()), Limits{}, Import{Pool: lookPool(), Algorithm: "BCRYPT"})
	if err != nil || l.Problem != nil {
		t.Fatalf("%v, %+v", err, l)
	}
	if l.Rows != 30 || l.Failing != 30 || l.Count != 5 || !l.Dialect.ByteOrderMark || len(l.First) != rowsSeen || len(l.Missing) != 0 { // no hash is one of BCRYPT
		t.Errorf("%+v", l)
	}
	if c := l.Causes[0]; c.Column != ColumnPasswordHash || c.Rows != 26 || c.Line != 2 || c.Advice == "" {
		t.Errorf("the causes are %+v", l.Causes)
	}
	if c := l.Causes[1]; c.Column != "email" || c.Rows != 3 || c.Line != 10 {
		t.Errorf("the causes are %+v", l.Causes)
	}
	want := RowSeen{Line: 5, Values: []string{"user5", "u5@example.com", "true", "yesterday", Hidden}, Column: "birthdate", Reason: l.First[3].Reason}
	if diff := cmp.Diff(want, l.First[3]); diff != "" || want.Reason == "" {
		t.Error(diff)
	}
	if strings.Contains(fmt.Sprintf("%+v", l), "secret") {
		t.Error("a hash is told")
	}
	for _, c := range l.Columns {
		if !c.Known || c.Cure != "" {
			t.Errorf("the column %+v", c)
		}
	}
}

// TestCheckColumns: each column has how it is read, how many rows fill it, and some
// values.
func TestCheckColumns(t *testing.T) {
	const file = "cognito:username;Email Verified;E-Mail;;department;name\na;yes;a@example.com;;x;y\nb;no;b@example.com;;;y\n"
	l, err := Check(opens(file), Limits{}, Import{Pool: lookPool(), Asked: Asked{Map: []Mapped{{Column: "department"}}}})
	if err != nil || l.Problem != nil || l.Count != 6 || len(l.Columns) != 6 || l.Header[1] != "email_verified" {
		t.Fatalf("%v, %+v", err, l)
	}
	want := []ColumnSeen{
		{Name: "cognito:username", Known: true, ReadAs: "cognito:username", Filled: 2, Samples: f("a", "b")},
		{Name: "Email Verified", Known: true, ReadAs: "email_verified", Filled: 2, Samples: f("yes", "no")},
		{Name: "E-Mail", Known: true, ReadAs: "email", Filled: 2, Samples: f("a@example.com", "b@example.com")},
		{Unread: WhyEmpty, Samples: f()}, {Name: "department", Unread: WhyMapped, Filled: 1, Samples: f("x")},
		{Name: "name", Known: true, ReadAs: "name", Filled: 2, Samples: f("y")},
	}
	if diff := cmp.Diff(want, l.Columns, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if l.Format == nil || l.Passing != 1 || len(l.First) != 2 || l.First[0].Values[1] != "yes" && l.First[0].Values[1] != "true" {
		t.Errorf("%+v", l)
	}
}

// TestCheckTwoReadings: a file that can be read in two ways has only its readings.
func TestCheckTwoReadings(t *testing.T) {
	const file = "cognito:username,email_verified,password_hash,name\na,true,$2y$10$abcdefghijklmnopqrstuv,\x8emile\nb,true,,b\n"
	l, err := Check(opens(file), Limits{}, Import{Pool: lookPool(), Algorithm: password.BCrypt})
	if err != nil || l.Problem == nil || l.Problem.Code != CodeFileTwoReadings || len(l.Problems) != 1 || len(l.Readings) < 2 || len(l.First) > 0 || l.Passing+l.Failing > 0 {
		t.Fatalf("%v, %+v", err, l)
	}
	fileCode(t, l.Problem)
	for _, r := range l.Readings {
		if len(r.First) != 1 || r.First[0].Line != 2 || r.First[0].Values[2] != Hidden || r.Choice.Encoding == "" || r.Description == "" || len(r.Header) != 4 ||
			!strings.Contains(l.Problem.Detail, string(r.Choice.Encoding)) || !strings.Contains(l.Problem.Detail, "Poolhouse.CreateUserImportJob") {
			t.Errorf("%+v, %s", r, l.Problem.Detail)
		}
		again, err := Check(opens(file), Limits{}, Import{Pool: lookPool(), Algorithm: password.BCrypt, Asked: Asked{Choice: r.Choice}})
		if err != nil || again.Problem != nil || again.First[0].Values[3] != r.First[0].Values[3] {
			t.Errorf("%s is chosen: %v, %+v", r.Choice.Encoding, err, again)
		}
	}
}

// TestCheckHeader: an invalid header is described column by column, with what to do.
func TestCheckHeader(t *testing.T) {
	l, err := Check(opens("cognito:username,Email Verified,email,email,department,name\na,true,a@example.com,a@example.com,x,y\n"), Limits{}, Import{Pool: lookPool(), Asked: Asked{Strict: true}})
	if err != nil || l.Problem == nil || l.Problem.Code != CodeFileHeader {
		t.Fatalf("%v, %+v", err, l)
	}
	if c := l.Columns[1]; c.Known || c.Meant != "email_verified" || c.Cure != "write email_verified" {
		t.Errorf("the column %+v", c)
	}
	if c := l.Columns[3]; !c.Known || !c.Twice {
		t.Errorf("the column %+v", c)
	}
	if c := l.Columns[4]; c.Known || c.Meant != "" || c.Name != "department" || !strings.Contains(c.Cure, "AddCustomAttributes") {
		t.Errorf("the column %+v", c)
	}
	if len(l.First) != 0 || l.Count != 6 || len(l.Missing) != 1 || l.Missing[0].Name != "email_verified" {
		t.Errorf("%+v", l)
	}
}

// TestCheckNoFile: another kind of file has only its problem.
func TestCheckNoFile(t *testing.T) {
	for text, code := range map[string]string{
		"": CodeFileEmpty, "PK\x03\x04rest of an archive": CodeFileForm, "jane,jane@example.com,true\n": CodeFileHeader,
		"cognito:username,email,email_verified\n": CodeFileNoUsers,
	} {
		l, err := Check(opens(text), Limits{}, Import{Pool: lookPool()})
		if err != nil || l.Problem == nil || l.Problem.Code != code || len(l.First) > 0 {
			t.Errorf("%q: %v, %+v", text, err, l)
		}
		if told := fmt.Sprintf("%+v", l); strings.Contains(told, "jane") {
			t.Errorf("%q: a value is told: %s", text, told)
		}
	}
	many := "cognito:username,email,email_verified\n" + strings.Repeat("a,a@example.com,true\n", 9)
	l, err := Check(opens(many), Limits{Rows: 5}, Import{Pool: lookPool()})
	if err != nil || l.Problem == nil || l.Problem.Code != CodeFileTooManyRows || len(l.First) != 5 {
		t.Errorf("%v, %+v", err, l)
	}
	broken := errors.New("broken")
	if _, err := Check(func() (io.ReadCloser, error) { return nil, broken }, Limits{}, Import{Pool: lookPool()}); !errors.Is(err, broken) {
		t.Errorf("a file that cannot be opened: %v", err)
	}
}

// FuzzCheck: every file can be checked, the counts add up, and verdicts and rows are
// those of the survey and of the decoder.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		"", "cognito:username,email,email_verified\na,a@example.com,true\nb,b,true\n", "a;b\n", "\xef\xbb\xbfcognito:username\n\"x",
		"poolhouse:line,poolhouse:verdict,cognito:username,email,email_verified\n2,FAILED,'=a,a@example.com,true\n\"3\",SKIPPED,\"b\nc\",d,\n",
	} {
		f.Add(seed, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, from uint8) {
		limits, want := Limits{Rows: 100}, Import{Pool: lookPool(), FromLine: int64(from), MaxRejected: 3}
		l, err := Check(opens(text), limits, want)
		if err != nil {
			t.Fatal(err)
		}
		rows, _, err := surveySource(strings.NewReader(text), limits, want)
		if (err != nil) != (l.Problem != nil) || len(FileProblems(err)) != len(l.Problems) || l.Size != int64(len(text)) {
			t.Errorf("%+v; the survey says %d, %v", l, rows, err)
		}
		if l.Problem != nil {
			return
		}
		if rows != l.Rows || l.Passing+l.Failing != rows || l.Skipped != 0 || l.Failing < int64(len(l.Rejected)) {
			t.Errorf("%+v; the survey says %d", l, rows)
		}
		src, err := l.Format.OpenText(func(int64) (io.ReadCloser, error) { return opens(text)() }, 0, limits.LinedBytes())
		if err != nil {
			t.Fatal(err)
		}
		r := l.Format.NewReader(src, Position{}, limits)
		header, err := r.Header()
		if err != nil {
			t.Fatal(err)
		}
		d, err := NewDecoder(want.Pool, l.Format.ReadAs(header), "", limits, l.Format)
		if err != nil {
			t.Fatal(err)
		}
		records, err := readAll(r)
		if err != nil {
			t.Fatal(err)
		}
		next := 0
		for _, record := range records {
			_, problem := d.Decode(record)
			if problem == nil || record.Line < want.FromLine {
				continue
			}
			if next == 3 {
				if l.NextLine != record.Line {
					t.Errorf("it goes on from line %d, want %d", l.NextLine, record.Line)
				}
				return
			}
			got := l.Rejected[next]
			if next++; got.Line != record.Line || got.Code != problem.Code || got.Column != problem.Column || len(got.Findings) == 0 || got.Number != record.End.Rows {
				t.Errorf("%+v, want %+v", got, problem)
			}
		}
		if next != len(l.Rejected) || l.NextLine != 0 {
			t.Errorf("%d rows are told, want %d", len(l.Rejected), next)
		}
	})
}
