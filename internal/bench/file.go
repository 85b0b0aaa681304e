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

// customAttributes are those of the pools that are measured, in their schema's
// order.
var customAttributes = []string{"department", "level"}

// header is that of a pool with the standard schema and those attributes,
// without password_hash, which it lists last.
const header = "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified," +
	"gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,cognito:mfa_enabled,cognito:username," +
	"custom:department,custom:level"

// indexed are the columns that have an index in the floor's table besides the
// username, which is unique: as many as ours has lookups.
var indexed = []string{"email", "phone_number", "name", "given_name", "family_name", "preferred_username", "birthdate", "updated_at"}

// plainTable declares a table with the columns of the file and as many indexes
// as have entries in ours, one of them unique. The type is that of a column.
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

// file is a file to import. What it says of a user depends on the user's
// number only.
type file struct {
	path  string
	size  int64
	rows  int
	first int // number of the first user
	mixed bool
	bad   bool // every row is refused
	// hashes gives each row a password's hash: one of bcrypt that is made up, or the
	// one that is given, of an algorithm.
	hashes          bool
	hash, algorithm string
}

// header is the file's first line.
func (f file) header() string {
	if f.hashes {
		return header + ",password_hash"
	}
	return header
}

// An import of a mixed file skips a tenth of the rows, whose usernames were
// there before, and refuses another.
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

// write writes the file into a directory; it is the same every time.
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

// String says how large the file is, and a row of it.
func (f file) String() string {
	return fmt.Sprintf("%d rows, %.1f MB, %.0f bytes a row, %d columns", f.rows, float64(f.size)/1e6,
		float64(f.size)/float64(f.rows), strings.Count(f.header(), ",")+1)
}

// rowWriter writes rows, each from a random source that its number seeds.
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
