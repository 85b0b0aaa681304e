package usercsv

import (
	"slices"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// Decoder makes users from the rows of one file. It is safe for concurrent use.
type Decoder struct {
	pool      *userpool.UserPool
	header    []string
	algorithm string // of password_hash, "" for none
	ceilings  password.Ceilings
	columns   int
	username  int
	mfa       int  // the index of the column, or none
	hash      int  // the index of the column, or none
	external  int  // the index of the column of the external id, or none
	birthdate int  // the index of the column, or none
	result    bool // the file is a result file
	plan      []attributeColumn
	format    *Format
	keeper    *Keeper

	conversions []conversion
}

// none is the index of a column that the file does not have.
const none = -1

// attributeColumn is an attribute that a row can set.
type attributeColumn struct {
	index     int // of the value in a row; none if only cognito:username has the value
	attribute userpool.SchemaAttribute
	flag      bool       // email_verified or phone_number_verified
	form      Birthdates // of a birthdate
}

// NewDecoder returns a decoder for the pool's files with this header, in the form that
// [Format.ReadAs] returned. The pool must not change while the decoder is in use.
// algorithm is the job's PasswordHashingAlgorithm, "" for none. Of limits, it uses the
// ceilings of password hashes. f is the file's format, nil for Cognito's own; it says how
// values are converted.
//
// It returns a *FileError for an invalid header. Such a header has a column that the pool
// does not know, a column twice, or one without a name. Or it lacks a column that every
// row needs.
func NewDecoder(p *userpool.UserPool, header []string, algorithm string, limits Limits, f *Format) (*Decoder, error) {
	if err := newCatalogue(p, algorithm).judge(header); err != nil {
		return nil, err
	}
	d := &Decoder{format: f, keeper: NewKeeper(header, limits, f), pool: p, header: header, algorithm: algorithm, ceilings: limits.Hashes, columns: len(header), username: none, mfa: none, hash: none, external: none,
		birthdate: slices.Index(header, "birthdate"), result: isResult(header)}
	for i, name := range header {
		d.column(i, name)
	}
	d.conversions = f.conversions(header)
	d.planNames(header)
	slices.SortStableFunc(d.plan, func(a, b attributeColumn) int {
		return p.Schema.Index(a.attribute.Name) - p.Schema.Index(b.attribute.Name)
	})
	return d, nil
}

// column notes the meaning of one column.
func (d *Decoder) column(i int, name string) {
	switch name {
	case ColumnUsername:
		d.username = i
	case ColumnMFA:
		d.mfa = i
	case ColumnPasswordHash:
		d.hash = i
	case ColumnExternalID:
		d.external = i
	default:
		if ignored(name) {
			return
		}
		a, _ := d.pool.Schema.Find(name)
		flag := name == "email_verified" || name == "phone_number_verified"
		planned := attributeColumn{index: i, attribute: a, flag: flag}
		if name == "birthdate" && d.format != nil {
			planned.form = d.format.Birthdates
		}
		d.plan = append(d.plan, planned)
	}
}

// planNames adds the attributes without a column that cognito:username holds.
func (d *Decoder) planNames(header []string) {
	for _, name := range d.pool.UsernameAttributes {
		if a, ok := d.pool.Schema.Find(name); ok && !slices.Contains(header, name) {
			d.plan = append(d.plan, attributeColumn{index: none, attribute: a})
		}
	}
}
