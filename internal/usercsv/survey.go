package usercsv

import (
	"poolhouse/internal/userpool"
)

// Import is what a file is read for.
type Import struct {
	Pool      *userpool.UserPool // nil where the pool is not known: then only what holds for every pool is looked at
	Algorithm string             // the job's PasswordHashingAlgorithm, "" for none
	// Again says that the rows are some of another file's, which was looked over as a
	// whole. Many may be wrong in the same way: no encoding and no form of dates is
	// concluded from that, and each of them fails alone.
	Again bool

	// Asked is what was said about how the file is to be read.
	Asked Asked
	// Format is how the file is written, of one that we wrote; nil: it is found out.
	Format *Format

	// What follows is for [LookAt].

	// Columns says that [Surveyed].Columns is wanted.
	Columns bool
	// Add tells of users, of the next rows of the file that break no rule, why each could
	// not be added now, nil for one that could. An error of the kind UsernameExists means
	// that the row would be skipped, any other one that it would fail. It is asked in the
	// order of the file, with up to about 1,000 users at a time. nil: the rules decide
	// alone.
	Add func(users []*userpool.User) ([]*userpool.Error, error)
	// FromLine is the first line of which rows are told that would not be imported, and
	// MaxRejected how many at most: [DefaultRejected] for 0, none for a negative number.
	FromLine    int64
	MaxRejected int
}

// Survey reads a whole file, finds out how it is written, and counts its user rows: as
// many as a [Reader] returns in that format, rows that cannot be split included, because
// it finds rows with the same code. It takes only those columns out of them that tell
// how the file is written and whether it is good as a whole.
//
// It returns a *FileError for a file that cannot be imported at all, and
// [FileErrors] where more than one thing is wrong with it as a whole: what else
// the file is, if that can be recognised, and then nothing else; that it can be read in
// two ways; or else what is wrong with the header; that there is no user, or more rows or
// bytes than the limits allow; that it has password hashes for a job without an algorithm.
// What was found out is returned with these errors, too. Of a file
// that is too large, what is said is of the part that is not. Any other error is
// one of reading the file.
func Survey(open Open, limits Limits, want Import) (*Surveyed, error) {
	s, err := survey(open, limits, want)
	if err == nil {
		err = fileError(s.Problems)
	}
	return s, err
}

// Surveyed is what a survey found.
type Surveyed struct {
	Rows     int64
	Header   []string // the columns as they are read; nil if they cannot be
	Format   *Format  // nil for Cognito's own
	Size     int64    // of the file, in bytes
	SHA256   string   // of the file, in hexadecimal digits
	Problems []*FileError
	Columns  []ColumnSeen   // of a header that is one for sure, in its order, where [Import].Columns asks for them
	Readings []OtherReading // of a file that can be read in two ways; then Problems has [CodeFileTwoReadings]
}

// survey is Survey with an error only where reading fails.
func survey(open Open, limits Limits, want Import) (*Surveyed, error) {
	d := newDetection(open, limits, want)
	if !want.concludes() {
		return d.surveyAs(want.Format)
	}
	return d.survey()
}
