package usercsv

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// damagedRows are rows of a file in Cognito's form or RFC 4180 that are damaged, or only
// look so.
var damagedRows = []string{
	`x,"Bob,x@example.com,true,n`, `x,Bob,x@example.com,true,"n`, `"x,Bob,x@example.com,true,n`, `x,Bob "B" Smith,x@example.com,true,n`, `x,"Bob" Smith,x@example.com,true,n`,
	`x,"Bob "B" Smith",x@example.com,true,n`, `x,'Bob',x@example.com,true,n`, `x,'Bob,x@example.com,true,n`, `x,O'Neil,x@example.com,true,n`, `x,Bob,x@example.com,true,'tis`, `x,Bob,x@example.com,true,C:\temp\`,
	`x,Bob,x@example.com,true,C:\temp\n`, `x,Bob,x@example.com,true,a\"b`, `x,Bob,x@example.com,true,"a\"b"`, `x,Bob,x@example.com,true,"a\\b"`, `x,Bob,x@example.com,true,"a\"`,
	`x,Bob,x@example.com,true,n,`, `x,Bob,x@example.com,true,n,more`, `x,Bob,x@example.com,true`, `x,Bob`, `x,Bob,x@example.com,true,\N`, `x,Bob,x@example.com,true,NULL`, `x,Bob,x@example.com,true,NA`,
	`x,"Bob",x@example.com,true,n`, `x, "Bob",x@example.com,true,n`, `x,"Bob" ,x@example.com,true,n`, `x,Bob\, B.,x@example.com,true,n`, `x,"Bob, B.",x@example.com,true,n`, `x,"Bob\, B.",x@example.com,true,n`,
	"x,\"Bob\nB.\",x@example.com,true,n", `x;Bob;x@example.com;true;n`, "x\tBob\tx@example.com\ttrue\tn", `x,Bob,x@example.com,true,"""n"""`, `x,Bob,x@example.com,true,""n""`, `x,Bob,x@example.com,true,"n""`,
	`x,Bob,x@example.com,true,\\server\share`, `x,Bob,x@example.com,true,"\\server\share"`, `x,Bob,x@example.com,true,"C:\temp\new"`, `x,Bob,x@example.com,true,ends\\`, `x,Bob,x@example.com,true,"ends\\"`,
}

// damageBases are the rows around them, and whether these are quoted.
var damageBases = map[string]string{
	"nothing quoted": "u%d,Ann,u%d@example.com,true,note\n", "where needed": "u%d,\"Doe, Ann\",u%d@example.com,true,note\n",
	"escaped": "u%d,Doe\\, Ann,u%d@example.com,true,note\n", "all quoted": "\"u%d\",\"Ann \"\"A\"\"\",\"u%d@example.com\",\"true\",\"note\"\n", "empty": "u%d,,u%d@example.com,true,\n",
	"quoted needlessly": "\"u%d\",\"Ann\",\"u%d@example.com\",\"true\",\"note\"\n",
}

const damageHead = "cognito:username,name,email,email_verified,nickname\n"

// rowsOf returns what is read on each line in a format.
func rowsOf(t *testing.T, file string, f *Format) map[int64]string {
	t.Helper()
	r := f.NewReader(strings.NewReader(file), Position{}, Limits{})
	header, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDecoder(testPool(t), f.ReadAs(header), "", Limits{}, f)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[int64]string{}
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		u, problem := d.Decode(record)
		if problem != nil {
			rows[record.Line] = "failed: " + problem.Code
			continue
		}
		rows[record.Line] = fmt.Sprintf("%q %q", u.Username, u.Attributes)
	}
}

// TestDamage puts such rows among many others. In every format that is then detected, the
// others are read as before, or nothing is read. A single row with a stray mark or a
// wrong number of values does not change the format to a rare one: only that row fails.
func TestDamage(t *testing.T) {
	for base, format := range damageBases {
		for _, damaged := range damagedRows {
			for _, many := range []int{1, 3, 20} {
				file := damagedFile(format, damaged, many)
				s, err := Survey(opens(file), Limits{}, Import{Pool: testPool(t)})
				one := many == 1 && base != "escaped" && !strings.ContainsAny(damaged, "\\N")
				if err != nil && (one || fileCode(t, err) != CodeFileTwoReadings || len(s.Readings) < 2) {
					t.Errorf("%s, %d of %q: %v", base, many, damaged, err)
				}
				if err != nil || s.Format == nil { // Cognito's form, or refused
					continue
				}
				is, was := rowsOf(t, file, s.Format), rowsOf(t, file, nil)
				for line, row := range was {
					if other := strings.HasPrefix(row, `"x"`) || strings.HasPrefix(row, "failed"); is[line] != row && (!other || one) {
						t.Errorf("%s, %d of %q, line %d: %s is read as %s, in %v", base, many, damaged, line, row, is[line], s.Format.Words())
						break
					}
				}
			}
		}
	}
}

// damagedFile has a row many times among 1,000 others.
func damagedFile(format, damaged string, many int) string {
	var b strings.Builder
	b.WriteString(damageHead)
	for i := range 1000 {
		fmt.Fprintf(&b, format, i, i)
		if i%(1000/many) == 1000/many/2 {
			b.WriteString(damaged + "\n")
		}
	}
	return b.String()
}
