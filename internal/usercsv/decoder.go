package usercsv

import (
	"fmt"
	"slices"
	"strings"
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
	mfa       int // -1 when there is no such column
	hash      int // the same
	plan      []attributeColumn
}

// attributeColumn is a column that holds an attribute.
type attributeColumn struct {
	index     int // of the value in a row
	attribute userpool.SchemaAttribute
	flag      bool // email_verified or phone_number_verified
}

// NewDecoder returns a decoder for the pool's files with this header.
// algorithm is the job's PasswordHashingAlgorithm, "" for none. It returns a
// *FileError for a header that the pool's files cannot have.
func NewDecoder(p *userpool.UserPool, header []string, algorithm string) (*Decoder, error) {
	d := &Decoder{pool: p, algorithm: algorithm, columns: len(header), username: -1, mfa: -1, hash: -1}
	for i, name := range header {
		if slices.Index(header, name) != i {
			return nil, headerError("The CSV file's header has the column %s twice.", name)
		}
		if err := d.column(i, name); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(d.plan, func(a, b attributeColumn) int {
		return p.Schema.Index(a.attribute.Name) - p.Schema.Index(b.attribute.Name)
	})
	return d, d.checkColumns(header)
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

// checkColumns demands the columns without which no row could be imported.
// Other columns may be missing: the Developer Guide's own examples do without
// most of them.
func (d *Decoder) checkColumns(header []string) error {
	missing := func(name string) error {
		return &FileError{CodeFileMissingColumn, fmt.Sprintf("The CSV file's header lacks the column %s.", shorten(name))}
	}
	if d.username < 0 {
		return missing(ColumnUsername)
	}
	if d.algorithm != "" && d.hash < 0 {
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
	return &FileError{CodeFileHeader, fmt.Sprintf(format, shorten(name))}
}

// shorten keeps a column's name from making a completion message too long,
// and shows an empty name.
func shorten(name string) string {
	const most = 40
	if name == "" {
		return `""`
	}
	if len(name) <= most {
		return name
	}
	cut := most
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return strings.TrimSpace(name[:cut]) + "…"
}
