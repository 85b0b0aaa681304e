package usercsv

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// dated is a file with these birthdates, and many rows without one.
func dated(values ...string) string {
	var b strings.Builder
	b.WriteString("cognito:username,birthdate,email_verified\n")
	for i, v := range values {
		fmt.Fprintf(&b, "u%d,%s,true\n", i, v)
	}
	b.WriteString(strings.Repeat("u,,true\n", 1000))
	return b.String()
}

func repeat(value string, n int) (out []string) {
	for range n {
		out = append(out, value)
	}
	return out
}

// TestDayFirst: a strict reading refuses a file if days would become months.
// TestBirthdateForms has the other readings.
func TestDayFirst(t *testing.T) {
	tests := []struct {
		name   string
		values []string
		refuse bool
	}{
		{"three days", f("31/12/1985", "13/01/1990", "25/02/2001", "01/02/1980"), true},
		{"two days", f("31/12/1985", "13/01/1990", "01/02/1980"), false},
		{"a month in the first place too", f("31/12/1985", "13/01/1990", "25/02/2001", "02/13/1980"), false},
		{"quoted, with blanks", f(`" 31/12/1985 "`, ` 13/01/1990 `, `"25/02/2001"`), true},
		{"one digit", f("31/1/1985", "13/1/1990", "25/2/2001"), true},
		{"right", f("12/31/1985", "01/13/1990", "02/25/2001"), false},
		{"cannot be told", repeat("01/02/1980", 100), false},
		{"as ListUsers has them", f("1985-12-31", "1990-01-13", "2001-02-25"), false},
		{"no dates", f("31/12/85", "31.12.1985", "31/12/1985/1", "x/12/1985", "031/1/1985", "/1/1985", "31//1985"), false},
		{"one in a hundred", append(repeat("01/02/1980", 297), repeat("31/12/1985", 3)...), false},
		{"more than that", append(repeat("01/02/1980", 296), repeat("31/12/1985", 3)...), true},
		{"British spreadsheet", append(repeat("03/04/1985", 50), repeat("24/12/1985", 70)...), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := surveySource(strings.NewReader(dated(tt.values...)), Limits{}, Import{Pool: testPool(t), Asked: Asked{Strict: true}})
			if code := fileCode(t, err); (code == CodeFileBirthdates) != tt.refuse || err != nil && !tt.refuse {
				t.Fatalf("got %v", err)
			}
			if err != nil && (!strings.Contains(err.Error(), "dd/mm/yyyy") || !strings.Contains(err.Error(), "mm/dd/yyyy or yyyy-mm-dd")) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestOtherColumnsMayHaveDates: only the column birthdate is examined.
func TestOtherColumnsMayHaveDates(t *testing.T) {
	file := strings.Replace(dated("31/12/1985", "13/01/1990", "25/02/2001"), "birthdate", "nickname", 1)
	if _, _, err := surveySource(strings.NewReader(file), Limits{}, Import{Pool: testPool(t)}); err != nil {
		t.Error(err)
	}
}

func TestHashesWithoutAlgorithm(t *testing.T) {
	const head = "cognito:username,email,email_verified,password_hash\n"
	tests := []struct {
		name, rows, algorithm string
		says                  string // "" for a valid file
	}{
		{"no value", "a,a@example.com,true,\nb,b@example.com,true, \nc,c@example.com,true,\"\"\n", "", ""},
		{"too few values", "a,a@example.com\nb,b@example.com,true,,x\n", "", ""},
		{"a value", "a,a@example.com,true,\n\nb,b@example.com,true," + bcrypt + "\n", "", "Line 4 "},
		{"a quoted value", "a,a@example.com,true,\"" + bcrypt + "\"\n", "", "Line 2 "},
		{"an escaped value", `a,a@example.com\,x,true,` + argon + "\n", "", "Line 2 "},
		{"with an algorithm", "a,a@example.com,true," + bcrypt + "\n", password.BCrypt, ""},
	}
	for _, tt := range tests {
		for _, pool := range []*userpool.UserPool{nil, testPool(t)} {
			_, _, err := surveySource(strings.NewReader(head+tt.rows), Limits{}, Import{Pool: pool, Algorithm: tt.algorithm})
			if tt.says == "" && err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			if tt.says != "" && (fileCode(t, err) != CodeFileHashAlgorithm || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), "PasswordHashingAlgorithm")) {
				t.Errorf("%s: got %v", tt.name, err)
			}
		}
	}
}

// TestHashIsNotDropped: a hash that no survey has seen fails its row.
func TestHashIsNotDropped(t *testing.T) {
	_, problem := decodeOne(t, testPool(t), "", "cognito:username,email,email_verified,password_hash\nann,ann@example.com,TRUE,"+bcrypt+"\n")
	if problem == nil || problem.Code != CodePasswordHash || problem.Column != ColumnPasswordHash {
		t.Errorf("got %+v", problem)
	}
}

// TestEncoding: a strict reading takes a file for one in another encoding under two
// conditions. It has no UTF-8 beyond ASCII, and more than one row in a hundred cannot be
// read.
func TestEncoding(t *testing.T) {
	tests := []struct {
		name   string
		rows   string
		refuse bool
	}{
		{"one of two", "a,Müller\nb,Bob\n", true},
		{"one of a hundred", "a,Müller\n" + strings.Repeat("b,Bob\n", 99), false},
		{"two of a hundred", "a,Müller\na,André\n" + strings.Repeat("b,Bob\n", 98), true},
		{"quoted", "a,\"Müller, Jörg\"\nb,Bob\n", true},
	}
	for _, tt := range tests {
		file := single("cognito:username,name,email_verified\n" + strings.ReplaceAll(tt.rows, "\n", ",true\n"))
		_, _, err := surveySource(strings.NewReader(file), Limits{}, Import{Pool: testPool(t), Asked: Asked{Strict: true}})
		if code := fileCode(t, err); code != map[bool]string{true: CodeFileEncoding}[tt.refuse] {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// FuzzWatch compares the survey with the reader: in its columns it sees the values that
// the reader reads, for all marks, escapes and line ends.
func FuzzWatch(fz *testing.F) {
	for i, s := range []string{
		"a,31/12/1985,true,\n", "a,\"31/12/1985\",true,\"x\"\"y\"\n", `a\,b,13/01/1985,true,\,` + "\n", "a,31/12/1985\n", "\"a\nb\",13/1/1985 ,,\"\"\r\n",
		"a,\"13/1/1985\nx\",,\n", "\"open,13/1/1985,,\n", "\"a\"x,13/1/1985,,h\n", "\xff,13/1/1985,,h\n", `\,,13/1/1985\,,,h` + "\n", ",,,\u00a0\n", "a,13/1/1985,b,\\",
	} {
		fz.Add(s, uint8(i))
	}
	fz.Fuzz(func(t *testing.T, rows string, order uint8) {
		header := [][]string{
			f("cognito:username", "birthdate", "email_verified", "password_hash"), f("password_hash", "cognito:username", "name", "birthdate"),
			f("birthdate", "cognito:username", "password_hash"), f("cognito:username", "birthdate", "password_hash", "name", "picture", "email"),
		}[order%4]
		limits := Limits{RowChars: 100}
		file := strings.Join(header, ",") + "\n" + rows
		w := newWatch(header, Import{})
		r := NewReader(strings.NewReader(file), Position{}, limits)
		if _, err := r.Header(); err != nil {
			return // rows belong to the header
		}
		hash := w.hash
		problems, err := r.survey(w)
		dates, line := asRead(t, file, limits, w, slices.Index(header, "birthdate"), hash)
		if err == nil {
			err = fileError(problems)
		}
		if line > 0 {
			if fileCode(t, err) != CodeFileHashAlgorithm || !strings.Contains(err.Error(), fmt.Sprintf("Line %d ", line)) {
				t.Fatalf("the reader reads a hash on line %d, the survey says %v", line, err)
			}
		} else if err != nil {
			t.Fatal(err)
		}
		if w.dates != dates {
			t.Fatalf("the survey sees %+v, the reader %+v", w.dates, dates)
		}
	})
}

// asRead returns the dates that the reader reads, and the line of the first hash, 0
// without one.
func asRead(t *testing.T, file string, limits Limits, w *watch, birthdate, hash int) (d dates, line int64) {
	r := NewReader(strings.NewReader(file), Position{}, limits)
	if _, err := r.Header(); err != nil {
		t.Fatal(err)
	}
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return d, line
		}
		if err != nil {
			t.Fatal(err)
		}
		if record.Err != nil || len(record.Fields) != w.columns {
			continue
		}
		d.add([]byte(record.Fields[birthdate]))
		if line == 0 && record.Fields[hash] != "" {
			line = record.Line
		}
	}
}
