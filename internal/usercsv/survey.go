package usercsv

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"poolhouse/internal/userpool"
)

// Import is what a file is read for.
type Import struct {
	Pool      *userpool.UserPool // nil where the pool is not known: then only what holds for every pool is looked at
	Algorithm string             // the job's PasswordHashingAlgorithm, "" for none
}

// Survey reads a whole file, counts its user rows and returns them with the
// header. It counts what a [Reader] would return, rows that cannot be split
// included, because it finds rows with the same code; it takes only those
// columns out of them that tell whether the file as a whole is good.
//
// It returns a *FileError for a file that cannot be imported at all, before
// anything else for one whose header is not right: what else the file is, if
// that can be recognised, or else what is wrong with the header. A file is also
// refused that has no user, or more rows or bytes than the limits allow; that
// is in another encoding; whose birthdates begin with the day; or that has
// password hashes for a job without an algorithm. Any other error is one of
// reading the file.
func Survey(src io.Reader, limits Limits, want Import) (rows int64, header []string, err error) {
	r := NewReader(src, Position{}, limits)
	r.in.fill(sniffSize)
	beginning := slices.Clone(r.in.rest()[:min(len(r.in.rest()), sniffSize)])
	recognised := func(err error) error {
		whole := r.in.ended() && r.at.Offset+int64(len(r.in.rest())) <= int64(len(beginning))
		if _, ok := errors.AsType[*FileError](err); ok {
			if is := recognise(beginning, whole); is != nil {
				return is
			}
		}
		return err
	}
	if header, err = r.Header(); err == nil {
		err = want.judge(header)
	}
	if err != nil {
		return 0, nil, recognised(err)
	}
	w := newWatch(header, want)
	if err := r.survey(w); err != nil {
		return 0, nil, err
	}
	if r.at.Rows == 0 {
		return 0, nil, recognised(&FileError{Code: CodeFileNoUsers, Reason: "The CSV file has a header, but no users."})
	}
	if err := w.verdict(r.at.Rows); err != nil {
		return 0, nil, err
	}
	return r.at.Rows, header, nil
}

// judge looks at a header. Of a pool that is not known it can only be said
// that its files have cognito:username.
func (want Import) judge(header []string) error {
	if want.Pool == nil && slices.Contains(header, ColumnUsername) {
		return nil
	}
	return newCatalogue(want.Pool, want.Algorithm).judge(header)
}

// survey passes over all rows, which w looks at.
func (r *Reader) survey(w *watch) error {
	for {
		s, err := r.scan()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && (w.looks || s.wide || s.problem != nil) {
			err = w.look(r, s)
		}
		if err == nil {
			err = r.pass(s)
		}
		switch {
		case err != nil:
			return err
		case r.at.Offset > r.limits.Bytes:
			return &FileError{Code: CodeFileTooLarge,
				Reason: fmt.Sprintf("The CSV file has more than %d bytes. Split it into several files.", r.limits.Bytes)}
		case r.at.Rows > r.limits.Rows:
			return &FileError{Code: CodeFileTooManyRows,
				Reason: fmt.Sprintf("The CSV file has more than %d users. Split it into several files.", r.limits.Rows)}
		}
	}
}
