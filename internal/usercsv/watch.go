package usercsv

import (
	"bytes"
	"fmt"
	"slices"
)

// watch looks for what makes a whole file unfit, row by row, while the file is
// surveyed. It looks into rows only if the header has a column that calls for
// it.
type watch struct {
	columns   int
	looks     bool // into rows
	birthdate int  // none when there is no such column
	hash      int  // of hashes that nothing can be done with; none when there is no such column
	dates     dates
	texts     texts
	cuts      []cut
	again     bool // nothing is concluded from many rows
}

func newWatch(header []string, want Import) *watch {
	w := &watch{columns: len(header), birthdate: slices.Index(header, "birthdate"), hash: none, again: want.Again}
	if want.Algorithm == "" {
		w.hash = slices.Index(header, ColumnPasswordHash)
	}
	w.looks = w.birthdate != none || w.hash != none
	return w
}

// look looks at the row that the reader has found. It returns what the first row with
// a hash that nothing can be done with makes of the file.
func (w *watch) look(r *Reader, s span) *FileError {
	if w.texts.add(r, s); s.problem != nil || !w.looks {
		return nil
	}
	row := values{row: r.in.rest()[:s.size], cuts: r.cuts}
	if !s.quoted && !row.cut(w) {
		return nil
	}
	if s.quoted && len(r.cuts) != w.columns {
		return nil // such a row fails by itself
	}
	if w.birthdate != none {
		w.dates.add(row.at(w.birthdate, w.columns))
	}
	if w.hash != none && len(row.at(w.hash, w.columns)) > 0 {
		w.hash = none // told once
		return &FileError{Code: CodeFileHashAlgorithm,
			Reason: fmt.Sprintf("Line %d has a password_hash, but the job names no PasswordHashingAlgorithm.", r.at.Line+1),
			Detail: fmt.Sprintf("Line %d has a password_hash, but the job names no PasswordHashingAlgorithm. Create the job with one: "+
				"BCRYPT, SCRYPT, ARGON2ID or PBKDF2_SHA256. Without hashes, leave the column empty.", r.at.Line+1)}
	}
	return nil
}

// verdict is what was found in all of the rows.
func (w *watch) verdict(rows int64) (problems []*FileError) {
	if w.again {
		return nil
	}
	for _, problem := range []*FileError{w.texts.verdict(rows), w.dates.verdict()} {
		if problem != nil {
			problems = append(problems, problem)
		}
	}
	return problems
}

// values are the values of a row, still as they are written. Where cuts is
// nil, the row has neither quotation marks nor backslashes.
type values struct {
	row  []byte
	cuts []cut
}

// cut prepares a row without quotation marks. It reports false for a row that
// has not as many values as the header has columns.
func (v *values) cut(w *watch) bool {
	v.row, v.cuts = trimEnd(v.row), nil
	if bytes.IndexByte(v.row, '\\') < 0 {
		return bytes.Count(v.row, []byte{','})+1 == w.columns
	}
	w.cuts, _, _ = cutRow(v.row, true, w.cuts[:0])
	v.cuts = w.cuts
	return len(v.cuts) == w.columns
}

// at returns the value in column k of so many, without the blanks around it.
func (v *values) at(k, columns int) []byte {
	if v.cuts != nil {
		return bytes.TrimSpace(v.row[v.cuts[k].from:v.cuts[k].to])
	}
	if row := v.row; k > columns/2 {
		for range columns - 1 - k {
			row = row[:bytes.LastIndexByte(row, ',')]
		}
		return bytes.TrimSpace(row[bytes.LastIndexByte(row, ',')+1:])
	}
	row := v.row
	for range k {
		row = row[bytes.IndexByte(row, ',')+1:]
	}
	if end := bytes.IndexByte(row, ','); end >= 0 {
		row = row[:end]
	}
	return bytes.TrimSpace(row)
}
