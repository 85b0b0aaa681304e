package usercsv

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// checkedFile has 3,500 rows. Of each ten rows, one has an invalid address, one is of an
// existing user, and one has the address of another user.
func checkedFile() string {
	var csv strings.Builder
	csv.WriteString("cognito:username,email,email_verified\n\n")
	for i := range 3500 {
		mail := fmt.Sprintf("u%d@example.com", i)
		if i%10 == 1 {
			mail = "none"
		}
		fmt.Fprintf(&csv, "user%d,%s,true\n", i, mail)
	}
	return csv.String()
}

// live answers as a pool with some users, and checks how it is asked.
func live(t *testing.T, sizes *[]int) func([]*userpool.User) ([]*userpool.Error, error) {
	last := -1
	return func(users []*userpool.User) ([]*userpool.Error, error) {
		*sizes = append(*sizes, len(users))
		out := make([]*userpool.Error, len(users))
		for i, u := range users {
			var n int
			if _, err := fmt.Sscanf(u.Username, "user%d", &n); err != nil || n <= last {
				t.Fatalf("after user%d comes %s", last, u.Username)
			}
			switch last = n; n % 10 {
			case 2:
				out[i] = &userpool.Error{Kind: userpool.UsernameExists, Code: userpool.CodeUsernameExists, Message: "User account already exists"}
			case 3:
				out[i] = userpool.AliasTaken("email")
			}
		}
		return out, nil
	}
}

// TestLookIsACheck: rows have the verdicts of an import. Rejected rows have all of their
// findings, and the pages together have all of these rows.
func TestLookIsACheck(t *testing.T) {
	file := checkedFile()
	var sizes []int
	want := Import{Pool: testPool(t, aliases("email")), Add: live(t, &sizes), MaxRejected: 2000}
	l, err := Check(opens(file), Limits{}, want)
	if err != nil || l.Problem != nil {
		t.Fatalf("%v, %v", err, l.Problem)
	}
	if l.Rows != 3500 || l.Passing != 2450 || l.Skipped != 350 || l.Failing != 700 || l.NextLine != 0 {
		t.Errorf("rows %d, passing %d, skipped %d, failing %d, next %d", l.Rows, l.Passing, l.Skipped, l.Failing, l.NextLine)
	}
	if sum := sha256.Sum256([]byte(file)); l.SHA256 != hex.EncodeToString(sum[:]) || l.Size != int64(len(file)) {
		t.Errorf("%d bytes with the digest %s", l.Size, l.SHA256)
	}
	if len(sizes) != 4 || slices.Max(sizes) > 1000 {
		t.Errorf("the pool was asked about %d users at a time", sizes)
	}
	causes := []string{}
	for _, c := range l.Causes {
		causes = append(causes, fmt.Sprintf("%s %s %s %d from %d", c.Verdict, c.Code, c.Column, c.Rows, c.Line))
	}
	if got := strings.Join(causes, "; "); got != "FAILED InvalidEmail email 350 from 4; SKIPPED UsernameExists  350 from 5; FAILED AliasExists email 350 from 6" {
		t.Errorf("the causes are %s", got)
	}
	first := RejectedRow{Line: 4, Number: 2, Offset: int64(strings.Index(file, "user1,")), Verdict: Failed, Column: "email", Code: userpool.CodeInvalidEmail,
		Message: "Invalid email address format.", Flaw: userpool.FlawNoAt, Values: f("user1", "none", "true"), Findings: l.Rejected[0].Findings}
	if diff := cmp.Diff(first, l.Rejected[0]); diff != "" || len(first.Findings) != 1 || first.Findings[0].Code != first.Code {
		t.Error(diff)
	}
	if skipped := l.Rejected[1]; skipped.Verdict != Skipped || skipped.Message != ReasonExists || skipped.Column != "" || skipped.Line != 5 ||
		len(skipped.Findings) != 1 || skipped.Findings[0].Advice == "" {
		t.Errorf("%+v", skipped)
	}
	if taken := l.Rejected[2]; taken.Verdict != Failed || taken.Code != userpool.CodeAliasExists || taken.Column != "email" ||
		len(taken.Findings) != 1 || taken.Findings[0].Number != 2 || !strings.Contains(taken.Findings[0].Setting, "AliasAttributes") {
		t.Errorf("%+v", taken)
	}
	if row := l.First[2]; row.Reason != ReasonExists {
		t.Errorf("%+v", row)
	}
	var paged []RejectedRow
	for from, pages := int64(0), 0; ; pages++ {
		want.FromLine, want.MaxRejected, want.Add = from, 400, live(t, &sizes)
		page, err := Check(opens(file), Limits{}, want)
		if err != nil || len(page.Rejected) > 400 || page.Failing != l.Failing || pages > 3 {
			t.Fatalf("%v, %d rows, %d failing", err, len(page.Rejected), page.Failing)
		}
		paged = append(paged, page.Rejected...)
		if from = page.NextLine; from == 0 {
			break
		}
	}
	if diff := cmp.Diff(l.Rejected, paged); diff != "" || len(paged) != 1050 {
		t.Errorf("%d rows in pages: %s", len(paged), diff)
	}
	for most, told := range map[int]int{0: DefaultRejected, -1: 0} {
		want.FromLine, want.MaxRejected, want.Add = 0, most, nil
		if l, err := Check(opens(file), Limits{}, want); err != nil || len(l.Rejected) != told || l.Skipped != 0 || l.Failing != 350 {
			t.Errorf("at most %d: %v, %d rows", most, err, len(l.Rejected))
		}
	}
}

// TestLookHidesHashes: no hash is shown, in any row.
func TestLookHidesHashes(t *testing.T) {
	secrets := []string{bcrypt, strings.ReplaceAll(argon, `\`, ""), "65536$8$1$00ff00ff00ff00ff$00ff00ff00ff00ff",
		"5f4dcc3b5aa765d61d8327deb882cf99", "X03MO1qnZdYdgyfeuILPmQ=="}
	var csv strings.Builder
	csv.WriteString("cognito:username,email_verified,password_hash,email\n")
	for _, secret := range secrets {
		for _, row := range f("jane,true,%s,j@x.org\n", "jane doe,true,%s,none\n", "jane,true,\"%s\",\n", "jane,true,x,%s,j@x.org\n", "jane,%s,j@x.org\n", "jane,true,\"%s,j@x.org\n", "\"jane\"x,true,%s,j\n", "jane\xff,true,%s,j\n") {
			fmt.Fprintf(&csv, row, secret)
		}
	}
	for _, strict := range []bool{true, false} {
		l, err := Check(opens(csv.String()), Limits{}, Import{Pool: testPool(t), Algorithm: password.PBKDF2SHA256, Asked: Asked{Strict: strict}})
		if err != nil || strict && (l.Failing != 40 || len(l.Rejected) != 40) || len(l.Rejected) < 10 && len(l.Readings) == 0 {
			t.Fatalf("%v, %+v", err, l)
		}
		hides(t, l, secrets)
	}
}

// hides demands that no part of a secret is shown.
func hides(t *testing.T, l *Report, secrets []string) {
	t.Helper()
	told := fmt.Sprintf("%+v", l)
	for _, secret := range secrets {
		parts := strings.FieldsFunc(secret, func(r rune) bool { return r == '$' || r == ',' })
		if last := parts[len(parts)-1]; strings.Contains(told, last) {
			t.Errorf("a part of %s is told", secret)
		}
	}
	for _, row := range l.Rejected {
		if (row.Values == nil) != (row.Text != "") {
			t.Errorf("%+v", row)
		}
	}
}

// TestLookEnds: an error of the pool or of reading ends a check. The file is closed once
// nothing reads it.
func TestLookEnds(t *testing.T) {
	broken := errors.New("broken")
	file := []byte(checkedFile())
	tests := map[string]struct {
		add  func([]*userpool.User) ([]*userpool.Error, error)
		read io.Reader
		want string
	}{
		"pool":       {func([]*userpool.User) ([]*userpool.Error, error) { return nil, broken }, bytes.NewReader(file), "broken"},
		"few":        {func([]*userpool.User) ([]*userpool.Error, error) { return make([]*userpool.Error, 3), nil }, bytes.NewReader(file), "3 answers for 900 users"},
		"unreadable": {nil, io.MultiReader(bytes.NewReader(file[:50_000]), failing{broken}), "broken"},
	}
	for name, tt := range tests {
		opened := 0
		var last *guarded
		open := func() (io.ReadCloser, error) {
			if opened++; opened == 1 {
				return io.NopCloser(bytes.NewReader(file)), nil
			}
			last = &guarded{t: t, src: tt.read}
			return last, nil
		}
		_, err := Check(open, Limits{}, Import{Pool: testPool(t), Add: tt.add})
		if err == nil || !strings.Contains(err.Error(), tt.want) || last == nil || !last.closed {
			t.Errorf("%s: %v, %+v", name, err, last)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// guarded is a file that must not be read after it was closed.
type guarded struct {
	t      *testing.T
	src    io.Reader
	closed bool
}

func (g *guarded) Read(p []byte) (int, error) {
	if g.closed {
		g.t.Error("the file is read after it was closed")
	}
	return g.src.Read(p[:min(len(p), 1000)])
}

func (g *guarded) Close() error { g.closed = true; return nil }

// TestLookTellsRowsOfAFileWithAProblem: rows are judged by the rules alone, because
// nothing would be imported.
func TestLookTellsRowsOfAFileWithAProblem(t *testing.T) {
	file := "cognito:username,email,email_verified,birthdate\n" + strings.Repeat("a,a@example.com,true,31/12/1985\n", 5)
	asked := func([]*userpool.User) ([]*userpool.Error, error) { t.Error("the pool was asked"); return nil, nil }
	l, err := Check(opens(file), Limits{}, Import{Pool: testPool(t), Add: asked, Asked: Asked{Strict: true}})
	if err != nil || l.Problem == nil || l.Rows != 5 || l.Failing != 5 || len(l.Rejected) != 5 || l.Rejected[0].Findings[0].Suggestions[0].Value != "12/31/1985" {
		t.Errorf("%v, %+v", err, l)
	}
}

// TestRefusals: what Cognito would refuse is reported with the number of rows and the
// first line. A file that follows Cognito's rules has no refusals.
func TestRefusals(t *testing.T) {
	const head = "cognito:username,email,email_verified,birthdate,password_hash"
	costly := strings.Replace(bcrypt, "$10$", "$14$", 1)
	tests := []struct {
		name, file string
		limits     Limits
		want       string
	}{
		{name: "none", file: head + "\njane,j@example.com,TRUE,02/01/1985," + bcrypt + "\njoe\\,x\"y,joe@example.com,true,,\n"},
		{name: "guide's", file: "cognito:username,email,email_verified,phone_number,phone_number_verified,password_hash\na,a@example.com,TRUE,,FALSE," + bcrypt + "\n"},
		{name: "mark", file: "\ufeff" + head + "\njane,j@example.com,true,,\n", want: "ByteOrderMark 0 1"},
		{name: "own", file: head + ",poolhouse:external_id\njane,j@example.com,true,,,7\n", want: "ColumnsOfPoolhouse 0 1"},
		{name: "result", file: "poolhouse:line," + head + ",poolhouse:verdict\n2,jane,j@example.com,true,,,FAILED\n", want: "ColumnsOfPoolhouse 0 1"},
		{name: "quotes", file: head + "\njane,j@example.com,true,,\n\"joe\",joe@example.com,true,,\na, \"b@example.com\",true,,\n", want: "QuotedValues 2 3"},
		{name: "quoted header", file: strings.Replace(head, "email", `"email"`, 1) + "\njane,j@example.com,true,,\n\"joe\",joe@example.com,true,,\n", want: "QuotedValues 1 1"},
		{name: "line breaks", file: head + "\n\"ja\nne\",j@example.com,true,,\n", want: "QuotedValues 1 2, LineBreaksInValues 1 2"},
		{name: "dates", file: head + "\njane,j@example.com,true,02/01/1985,\njoe,joe@example.com,true,1985-02-01,\n", want: "BirthdateYearFirst 1 3"},
		{name: "no date", file: head + "\njane,j@example.com,true,1985-31-01,\n"},
		{name: "ceilings", file: head + "\njane,j@example.com,true,," + bcrypt + "\njoe,joe@example.com,true,," + costly + "\n",
			limits: Limits{Hashes: password.Ceilings{BCryptCost: 14}}, want: "PasswordHashAboveCeiling 1 3"},
		{name: "long row", file: head + "\njane,j@example.com,true,," + strings.Repeat("x", 17_000) + "\n", limits: Limits{RowChars: 20_000}, want: "RowTooLong 1 2"},
		{name: "all that can be in a header", file: "\ufeff\"cognito:username\",email_verified,poolhouse:external_id,nonsense\na,true,,\n",
			want: "ByteOrderMark 0 1, ColumnsNotImported 0 1, ColumnsOfPoolhouse 0 1, QuotedValues 0 1"},
		{name: "another format", file: "\ufeff{\"a\": 1}\n"},
	}
	told := map[string]bool{}
	for _, r := range fileRefusals(DefaultBytes+1, DefaultRows+1) { // files with these would make the test slow
		told[r.Code] = r.Rows == 0 && r.Line == 1
	}
	for _, f := range toldFormats { // TestFormatRefusals has these
		for _, r := range f.format.Refusals() {
			told[r.Code] = true
		}
	}
	if r := fileRefusals(DefaultBytes, DefaultRows); len(r) > 0 {
		t.Errorf("a file as large as Cognito's may be: %+v", r)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := Check(opens(tt.file), tt.limits, Import{Pool: testPool(t), Algorithm: password.BCrypt, MaxRejected: -1})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range l.Refusals {
				told[r.Code] = true
				got = append(got, fmt.Sprintf("%s %d %d", r.Code, r.Rows, r.Line))
				if !strings.HasSuffix(r.Message, ".") {
					t.Errorf("%+v", r)
				}
			}
			if got := strings.Join(got, ", "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	for _, r := range refusals {
		if !told[r.Code] {
			t.Errorf("no file is refused for %s", r.Code)
		}
	}
}

// TestResultFile: a file that comes back has its original values, its own columns are
// ignored, and a hidden hash fails the row.
func TestResultFile(t *testing.T) {
	header := append(slices.Clone(ignoredColumns), ColumnUsername, "email_verified", "email", "name", ColumnExternalID, ColumnPasswordHash)
	values := [][]string{{"+1", "true", "a@example.com", "=cmd|' /C calc'!A0", "'-7", ""}, {"'=b", "true", "b@example.com", "'quoted'", "", Hidden}}
	var csv strings.Builder
	csv.WriteString(FormatRow(header) + "\n")
	for i, row := range values {
		cells := make([]string, len(ignoredColumns), len(header))
		cells[0], cells[2] = fmt.Sprint(i+2), "FAILED"
		for _, value := range row {
			cells = append(cells, Neutralise(value))
		}
		csv.WriteString(FormatRow(cells) + "\r\n")
	}
	var added []*userpool.User
	l, err := Check(opens(csv.String()), Limits{}, Import{Pool: testPool(t), Algorithm: password.BCrypt, Add: func(users []*userpool.User) ([]*userpool.Error, error) {
		added = append(added, users...)
		return make([]*userpool.Error, len(users)), nil
	}})
	if err != nil || l.Problem != nil || !l.Dialect.ResultFile || len(added) != 1 || len(l.Rejected) != 1 {
		t.Fatalf("%v, %+v", err, l)
	}
	if u := added[0]; u.Username != "+1" || u.Attributes.Get("name") != "=cmd|' /C calc'!A0" || u.ExternalID != "'-7" || u.Attributes.Has(ColumnLine) {
		t.Errorf("%+v", u)
	}
	if row := l.Rejected[0]; row.Code != CodeHashHidden || row.Column != ColumnPasswordHash || !slices.Equal(row.Values[len(ignoredColumns):], values[1]) ||
		!strings.Contains(row.Findings[0].Advice, "RetryUserImportJob") || len(row.Findings[0].Suggestions) > 0 {
		t.Errorf("%+v", row)
	}
	// A value of another file is not changed.
	u, problem := decodeOne(t, testPool(t), "", "cognito:username,email,email_verified,name,poolhouse:line\njane,j@example.com,true,'=1,5")
	if problem != nil || u.Attributes.Get("name") != "'=1" {
		t.Errorf("%+v, %v", u, problem)
	}
	for _, name := range append(slices.Clone(ignoredColumns), ColumnExternalID) {
		if slices.Contains(Header(testPool(t)), name) {
			t.Errorf("GetCSVHeader lists %s", name)
		}
	}
}
