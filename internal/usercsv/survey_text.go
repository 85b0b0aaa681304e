package usercsv

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// surveyText passes once over the text of a file in the format f, nil for Cognito's own,
// as far as its splitting goes. The answer's Format is f completed with what its columns
// are read as and how their values are converted: a new one, or nil where that is
// Cognito's own without conversions. Its error is one of reading.
func surveyText(src io.Reader, f *Format, limits Limits, want Import) (s Surveyed, err error) {
	r := f.NewReader(src, Position{}, limits)
	s.Format = f
	r.in.fill(sniffSize)
	beginning := slices.Clone(r.in.rest()[:min(len(r.in.rest()), sniffSize)])
	recognised := func() *FileError {
		whole := r.in.ended() && r.at.Offset+int64(len(r.in.rest())) <= int64(len(beginning))
		return recognise(beginning, whole)
	}
	s.Header, err = r.Header()
	if problem, ok := errors.AsType[*FileError](err); ok {
		if is := recognised(); is != nil {
			problem = is
		}
		s.Problems = append(s.Problems, problem)
		return s, nil
	}
	if err != nil {
		return s, err
	}
	found := want.find(s.Header)
	if !found.none() {
		if is := recognised(); is != nil {
			s.Problems = append(s.Problems, is)
			return s, nil
		}
		s.Problems = append(s.Problems, found.problem())
		if found.headerless() { // what is below is of columns that are not known
			return s, nil
		}
	}
	w := newWatch(found.meant(), want)
	problems, err := r.survey(w)
	if s.Rows = r.at.Rows; err != nil {
		return s, err
	}
	if s.Rows == 0 {
		problem := &FileError{Code: CodeFileNoUsers, Reason: "The CSV file has a header, but no users."}
		if is := recognised(); is != nil && found.none() {
			problem = is
		}
		problems = append(problems, problem)
	}
	s.Problems = append(append(s.Problems, problems...), w.verdict(s.Rows)...)
	return s, nil
}

// find looks at a header. Of a pool that is not known it can only be said that its
// files have cognito:username.
func (want Import) find(header []string) *findings {
	if want.Pool == nil && slices.Contains(header, ColumnUsername) {
		return &findings{header: header}
	}
	return newCatalogue(want.Pool, want.Algorithm).find(header)
}

// meant returns the header with the columns by the names that they are meant to have,
// as far as that is certain.
func (f *findings) meant() []string {
	if len(f.cures) == 0 {
		return f.header
	}
	out := slices.Clone(f.header)
	for n, u := range f.cures {
		if u.clear && u.column != "" && !slices.Contains(out, u.column) {
			out[f.unknown[n]] = u.column
		}
	}
	return out
}

// survey passes over all rows, which w looks at, until there are too many bytes.
func (r *Reader) survey(w *watch) (problems []*FileError, err error) {
	for crowded := false; ; {
		s, err := r.scan()
		if errors.Is(err, io.EOF) {
			return problems, nil
		}
		if err != nil {
			return nil, err
		}
		if w.looks || s.wide || s.problem != nil {
			if problem := w.look(r, s); problem != nil {
				problems = append(problems, problem)
			}
		}
		if err := r.pass(s); err != nil {
			return nil, err
		}
		if r.at.Rows > r.limits.Rows && !crowded {
			crowded = true
			problems = append(problems, &FileError{Code: CodeFileTooManyRows,
				Reason: fmt.Sprintf("The CSV file has more than %d users. Split it into several files.", r.limits.Rows)})
		}
		if r.at.Offset > r.limits.bytes(r.at.Rows) {
			return append(problems, &FileError{Code: CodeFileTooLarge,
				Reason: fmt.Sprintf("The CSV file has more than %d bytes. Split it into several files.", r.limits.Bytes)}), nil
		}
	}
}
