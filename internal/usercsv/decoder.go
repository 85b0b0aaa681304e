package usercsv

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"poolhouse/internal/userpool"
)

// Decoder makes users of the rows of one file. It may be used by several
// goroutines at once.
type Decoder struct {
	pool      *userpool.UserPool
	algorithm string // of password_hash, "" when there is none
	columns   int
	username  int
	mfa       int // none when there is no such column
	hash      int // the same
	plan      []attributeColumn
}

// none is the index of a column that the file does not have.
const none = -1

// attributeColumn is an attribute that a row can give.
type attributeColumn struct {
	index     int // of the value in a row; none for one that only cognito:username gives
	attribute userpool.SchemaAttribute
	flag      bool // email_verified or phone_number_verified
}

// NewDecoder returns a decoder for the pool's files with this header, as
// [Reader.Header] returned it. The pool must not change while the decoder is
// in use. algorithm is the job's PasswordHashingAlgorithm, "" for none.
//
// It returns a *FileError for a header that the pool's files cannot have: one
// with a column that the pool does not know, or twice, or without a name; one
// that lacks a column without which no row could be imported; or one whose
// password_hash column does not go with the job's algorithm. Hashes of a job
// without an algorithm are refused because dropping them silently would cost
// every user the password.
func NewDecoder(p *userpool.UserPool, header []string, algorithm string) (*Decoder, error) {
	d := &Decoder{pool: p, algorithm: algorithm, columns: len(header), username: none, mfa: none, hash: none}
	for i, name := range header {
		if name == "" {
			return nil, &FileError{CodeFileHeader,
				fmt.Sprintf("Unexpected headers: column %d of the CSV file has no name. Is there a comma too many?", i+1)}
		}
		if slices.Index(header, name) != i {
			return nil, headerError("Unexpected headers: the CSV file has the column %s twice.", name)
		}
		if err := d.column(i, name); err != nil {
			return nil, err
		}
	}
	d.planNames(header)
	slices.SortStableFunc(d.plan, func(a, b attributeColumn) int {
		return p.Schema.Index(a.attribute.Name) - p.Schema.Index(b.attribute.Name)
	})
	if err := d.checkColumns(header); err != nil {
		return nil, err
	}
	return d, nil
}

// column notes what is in one column.
func (d *Decoder) column(i int, name string) error {
	switch name {
	case ColumnUsername:
		d.username = i
		return nil
	case ColumnMFA:
		d.mfa = i
		return nil
	case ColumnPasswordHash:
		if d.algorithm == "" {
			return &FileError{CodeFileHashAlgorithm,
				"The CSV file has a password_hash column, but the job names no PasswordHashingAlgorithm."}
		}
		d.hash = i
		return nil
	}
	a, ok := d.pool.Schema.Find(name)
	if !ok || !importable(name) {
		return headerError("Unexpected headers: the user pool's CSV file has no column %s.", name)
	}
	flag := name == "email_verified" || name == "phone_number_verified"
	d.plan = append(d.plan, attributeColumn{index: i, attribute: a, flag: flag})
	return nil
}

// planNames adds the attributes that have no column, but are what
// cognito:username holds.
func (d *Decoder) planNames(header []string) {
	for _, name := range d.pool.UsernameAttributes {
		if a, ok := d.pool.Schema.Find(name); ok && !slices.Contains(header, name) {
			d.plan = append(d.plan, attributeColumn{index: none, attribute: a})
		}
	}
}

// checkColumns demands the columns without which no row could be imported.
// Other columns may be missing: the Developer Guide's own examples do without
// most of them.
func (d *Decoder) checkColumns(header []string) error {
	missing := func(name string) error {
		return &FileError{CodeFileMissingColumn, fmt.Sprintf("The CSV file's header lacks the column %s.", shown(name))}
	}
	if d.username == none {
		return missing(ColumnUsername)
	}
	if d.algorithm != "" && d.hash == none {
		return missing(ColumnPasswordHash)
	}
	hasFlag := func(attribute string) bool { return slices.Contains(header, attribute+"_verified") }
	if len(d.pool.AutoVerified) > 0 && !slices.ContainsFunc(d.pool.AutoVerified, hasFlag) {
		return missing(d.pool.AutoVerified[0] + "_verified")
	}
	for _, a := range d.pool.Schema {
		filled := slices.Contains(d.pool.UsernameAttributes, a.Name) // from cognito:username
		if a.Required && importable(a.Name) && !filled && !slices.Contains(header, a.Name) {
			return missing(a.Name)
		}
	}
	return nil
}

func headerError(format, name string) error {
	return &FileError{CodeFileHeader, fmt.Sprintf(format, shown(name))}
}

// shown is a column's name as a completion message can show it: short, and
// without characters that are not printed.
func shown(name string) string {
	const most = 40 // characters
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, name)
	if utf8.RuneCountInString(name) <= most {
		return name
	}
	return strings.TrimSpace(string([]rune(name)[:most-1])) + "…"
}
