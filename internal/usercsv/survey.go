package usercsv

import (
	"errors"
	"fmt"
	"io"
)

// Survey reads a whole file, counts its user rows and returns them with the
// header. It counts what a [Reader] would return, rows that cannot be split
// included, because it finds rows with the same code; it only does not take
// them apart.
//
// It returns a *FileError for a file that cannot be imported at all: one
// without a header, without a user, or with more rows or bytes than the limits
// allow. Any other error is one of reading the file.
func Survey(src io.Reader, limits Limits) (rows int64, header []string, err error) {
	r := NewReader(src, Position{}, limits)
	if header, err = r.Header(); err != nil {
		return 0, nil, err
	}
	for {
		s, err := r.scan()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.pass(s)
		}
		if err != nil {
			return 0, nil, err
		}
		if r.at.Offset > r.limits.Bytes {
			return 0, nil, &FileError{CodeFileTooLarge,
				fmt.Sprintf("The CSV file has more than %d bytes. Split it into several files.", r.limits.Bytes)}
		}
		if r.at.Rows > r.limits.Rows {
			return 0, nil, &FileError{CodeFileTooManyRows,
				fmt.Sprintf("The CSV file has more than %d users. Split it into several files.", r.limits.Rows)}
		}
	}
	if r.at.Rows == 0 {
		return 0, nil, &FileError{CodeFileNoUsers, "The CSV file has a header, but no users."}
	}
	return r.at.Rows, header, nil
}
