package bench

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// customAttributes are the custom attributes of the measured pools, in the order of their
// schema.
var customAttributes = []string{"department", "level"}

// header is the header of a pool with the standard schema and those attributes. It lacks
// password_hash, which would be the last column.
const header = "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified," +
	"gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,cognito:mfa_enabled,cognito:username," +
	"custom:department,custom:level"

// indexed are the columns with an index in the baseline's table, in addition to the unique
// username. They are as many as our lookups.
var indexed = []string{"email", "phone_number", "name", "given_name", "family_name", "preferred_username", "birthdate", "updated_at"}

// plainTable declares a table with the columns of the file, and with as many indexes as have
// entries in ours. One of them is unique. columnType is the type of the columns.
func plainTable(columnType, header string) string {
	columns := strings.Split(header, ",")
	for i, c := range columns {
		columns[i] = `"` + c + `" ` + columnType
	}
	schema := "CREATE TABLE plain (" + strings.Join(columns, ", ") + ");\n" +
		"CREATE UNIQUE INDEX plain_0 ON plain (\"cognito:username\");\n"
	for i, c := range indexed {
		schema += fmt.Sprintf("CREATE INDEX plain_%d ON plain (%q);\n", i+1, c)
	}
	return schema
}

// file is a file to import. The values of a user depend only on the user's number.
type file struct {
	path  string
	size  int64
	rows  int
	first int // number of the first user
	mixed bool
	bad   bool // every row is rejected
	// hashes adds a password hash to each row: a made-up one of bcrypt, or the given one of
	// an algorithm.
	hashes          bool
	hash, algorithm string
}

// header returns the file's first line.
func (f file) header() string {
	if f.hashes {
		return header + ",password_hash"
	}
	return header
}

// An import of a mixed file skips a tenth of the rows, whose usernames exist, and rejects
// another tenth.
func (f file) skipped() int { return f.every(tenthSkipped) }
func (f file) failed() int {
	if f.bad {
		return f.rows
	}
	return f.every(tenthFailed)
}

const (
	tenthSkipped = 4 // the row in ten
	tenthFailed  = 9
)

func (f file) every(row int) int {
	if !f.mixed {
		return 0
	}
	return (f.rows + 9 - row) / 10
}

// username returns the name of one of the file's users.
func (f file) username(i int) string {
	row := newRowWriter()
	row.seed(f.first + i)
	return string(row.username(f.first + i))
}

// write writes the file into a directory. The bytes are always the same.
func (f *file) write(dir string) (err error) {
	f.path = filepath.Join(dir, fmt.Sprintf("users-%d-%d-%v-%v-%v.csv", f.first, f.rows, f.mixed, f.bad, f.hashes))
	out, err := os.Create(f.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w := bufio.NewWriterSize(out, 1<<20)
	fmt.Fprintln(w, f.header())
	row := newRowWriter()
	row.hashes, row.given = f.hashes, f.hash
	for i := range f.rows {
		line := row.line(f.first+i, f.mixed && i%10 == tenthSkipped, f.bad || f.mixed && i%10 == tenthFailed)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	info, err := out.Stat()
	if err == nil {
		f.size = info.Size()
	}
	return err
}

// String describes the size of the file and its rows.
func (f file) String() string {
	return fmt.Sprintf("%d rows, %.1f MB, %.0f bytes a row, %d columns", f.rows, float64(f.size)/1e6,
		float64(f.size)/float64(f.rows), strings.Count(f.header(), ",")+1)
}

// rowWriter writes rows. The number of a row seeds its random source.
type rowWriter struct {
	source *rand.PCG
	random *rand.Rand
	out    []byte
	hashes bool
	given  string // hash of every row; "" for made-up ones
}

func newRowWriter() *rowWriter {
	source := rand.NewPCG(0, 0)
	return &rowWriter{source: source, random: rand.New(source)}
}

func (w *rowWriter) seed(user int) { w.source.Seed(2026, uint64(user)) }
