package usercsv

import (
	"poolhouse/internal/userpool"
)

// Import says for which pool and in which way a file is read.
type Import struct {
	Pool      *userpool.UserPool // nil if unknown: then only the rules of every pool are checked
	Algorithm string             // the job's PasswordHashingAlgorithm, "" for none
	// Again says that the rows come from another file, which was surveyed as a whole.
	// Many of them may be wrong in the same way. So no encoding and no form of dates is
	// concluded from them, and each one fails by itself.
	Again bool

	// Asked is what was requested about how to read the file.
	Asked Asked
	// Format is the format of a file that Poolhouse wrote; nil means detection.
	Format *Format

	// The following fields are for [Check].

	// Columns requests [Surveyed].Columns.
	Columns bool
	// Add returns, for users from rows that break no rule, why each one could not be
	// added now, and nil for a user that could. The error UsernameExists means that the
	// row would be skipped, any other error that it would fail. It is called in the order
	// of the file, with up to about 1,000 users at a time. If Add is nil, the rules alone
	// decide.
	Add func(users []*userpool.User) ([]*userpool.Error, error)
	// FromLine is the first line from which rejected rows are included. MaxRejected
	// bounds their number: 0 means [DefaultRejected], a negative number none.
	FromLine    int64
	MaxRejected int
}

// Survey reads a whole file, detects its format, and counts its user rows. It counts the
// rows that a [Reader] returns in that format, including rows that cannot be split,
// because it uses the same code. It takes only those columns from the rows that show the
// format and whether the file as a whole is good.
//
// It returns a *FileError for a file that cannot be imported at all, and [FileErrors] if
// more than one thing is wrong with it as a whole. If another kind of file is recognised,
// that is the only error. The same is true of a file that can be read in two ways.
// Otherwise the errors are those of the header and of the whole: there is no user, there
// are more rows or bytes than the limits allow, there are password hashes in a job
// without an algorithm.
//
// The result is valid with these errors, too. For a file that is too large, it describes
// the part within the limits. Any other error comes from reading the file.
func Survey(open Open, limits Limits, want Import) (*Surveyed, error) {
	s, err := survey(open, limits, want)
	if err == nil {
		err = fileError(s.Problems)
	}
	return s, err
}

// Surveyed is the result of a survey.
type Surveyed struct {
	Rows     int64
	Header   []string // the columns as they are read; nil if they cannot be
	Format   *Format  // nil for Cognito's own
	Size     int64    // of the file, in bytes
	SHA256   string   // of the file, in hexadecimal digits
	Problems []*FileError
	Columns  []ColumnSeen   // for a certain header, in its order, if [Import].Columns asks for them
	Readings []OtherReading // of a file that can be read in two ways; then Problems has [CodeFileTwoReadings]
}

// survey is Survey, but its error only comes from reading.
func survey(open Open, limits Limits, want Import) (*Surveyed, error) {
	d := newDetection(open, limits, want)
	if !want.concludes() {
		return d.surveyAs(want.Format)
	}
	return d.survey()
}
