package usercsv

import (
	"errors"
	"fmt"
	"io"
)

// Survey reads a whole file, counts its user rows and returns them with the
// header. It returns a *FileError for a file that cannot be imported at all:
// one without a header, without a user, or with more rows than the limit.
func Survey(src io.Reader, limits Limits) (rows int64, header []string, err error) {
	r := NewReader(src, Position{}, limits)
	if header, err = r.Header(); err != nil {
		return 0, nil, err
	}
	for {
		_, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, nil, err
		}
		if rows++; rows > r.limits.Rows {
			return 0, nil, &FileError{CodeFileTooManyRows,
				fmt.Sprintf("The CSV file has more than %d users. Split it into several files.", r.limits.Rows)}
		}
	}
	if rows == 0 {
		return 0, nil, &FileError{CodeFileNoUsers, "The CSV file has a header, but no users."}
	}
	return rows, header, nil
}
