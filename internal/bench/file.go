package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"poolhouse/internal/importjob"
)

const header = "cognito:username,given_name,family_name,name,email,email_verified,phone_number,phone_number_verified,birthdate,updated_at,cognito:mfa_enabled"

// plainTable declares a table with the columns of the file and as many indexes
// as have entries in ours, one of them unique. The type is that of a column.
func plainTable(columnType string) string {
	columns := strings.Split(header, ",")
	for i, c := range columns {
		columns[i] = `"` + c + `" ` + columnType
	}
	schema := "CREATE TABLE users (" + strings.Join(columns, ", ") + ");\n" +
		"CREATE UNIQUE INDEX users_0 ON users (\"cognito:username\");\n"
	for i, c := range []string{"email", "phone_number", "name", "given_name", "family_name", "birthdate", "updated_at"} {
		schema += fmt.Sprintf("CREATE INDEX users_%d ON users (%q, \"cognito:username\");\n", i+1, c)
	}
	return schema
}

// file is a file to import. It is also what finds it for an engine, since
// every job imports the same one.
type file struct {
	path string
	size int64
	rows int
}

// Open returns the file from offset on.
func (f file) Open(_ context.Context, _ importjob.Upload, offset int64) (io.ReadCloser, error) {
	opened, err := os.Open(f.path)
	if err == nil {
		_, err = opened.Seek(offset, io.SeekStart)
	}
	return opened, err
}

// Remove keeps the file: the next job needs it.
func (file) Remove(context.Context, importjob.Key) error { return nil }

// writeFile writes a file of good rows in no order; it is the same every time.
func writeFile(dir string, rows int) (f file, err error) {
	f = file{path: filepath.Join(dir, fmt.Sprintf("users%d.csv", rows)), rows: rows}
	out, err := os.Create(f.path)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, header)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range rows {
		writeRow(w, r, i)
	}
	if err := w.Flush(); err != nil {
		return f, err
	}
	info, err := out.Stat()
	if err != nil {
		return f, err
	}
	f.size = info.Size()
	return f, nil
}

func writeRow(w io.Writer, r *rand.Rand, i int) {
	given, family := word(r, 4+r.IntN(4)), word(r, 5+r.IntN(5))
	login := fmt.Sprintf("%s.%s.%d", family, given, i)
	fmt.Fprintf(w, "%s,%s,%s,%s %s,%s@example.com,true,+1555%07d,true,%02d/%02d/%d,%d,\n", login, given, family, given, family,
		login, r.IntN(10_000_000), 1+r.IntN(12), 1+r.IntN(28), 1950+r.IntN(55), 1_700_000_000+r.IntN(50_000_000))
}

func word(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz"[r.IntN(26)]
	}
	return string(b)
}
