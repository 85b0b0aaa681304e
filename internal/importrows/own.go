package importrows

import (
	"errors"
	"io"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// unsplit are the codes of rows that cannot be split.
var unsplit = map[string]bool{
	usercsv.CodeEncoding: true, usercsv.CodeRowTooLong: true, usercsv.CodeQuote: true, usercsv.CodeStrayQuote: true,
}

// ofOwn returns a kept row of a file that is not in Cognito's form, as that file has it.
// One that cannot be split is kept as a single value, which is all of the row: that is its
// text then, and what is wrong with it is what the run said.
func (s *Sheet) ofOwn(row importjob.KeptRow, record usercsv.Record) usercsv.Record {
	if record.Err != nil { // with its marks it is longer than a row may be
		if whole, err := usercsv.ParseRow(row.Text, usercsv.Limits{RowChars: 2*len(row.Text) + 2}); err == nil && whole.Err == nil {
			record.Fields, record.Err = whole.Fields, nil
		}
	}
	if record.Err == nil && len(record.Fields) == 1 && (len(s.header) > 1 || unsplit[row.Code]) {
		record.Text = record.Fields[0]
		if own, one := s.readOwn(row, record.Text); row.Code == "" && one && own.Err != nil {
			record.Err = own.Err // no run came to it
		}
	}
	if unsplit[row.Code] {
		record.Err = said(row)
	}
	if record.Err != nil {
		record.Fields = nil
	}
	return record
}

// inCognitosForm returns a text that a person wrote in the form of the job's own file, as a
// row in Cognito's form. It reports false for one that is not a row with a value for each
// column.
func (s *Sheet) inCognitosForm(row importjob.KeptRow, text string) (string, bool) {
	if s.own == nil {
		return "", false
	}
	record, one := s.readOwn(row, text)
	if !one || record.Err != nil || len(record.Fields) != len(s.header) {
		return "", false
	}
	return usercsv.NewKeeper(s.header, s.limits, s.own).Kept(record), true
}

// readOwn splits a text as the job's own file is split, and reports whether it is one row.
func (s *Sheet) readOwn(row importjob.KeptRow, text string) (record usercsv.Record, one bool) {
	amid := usercsv.Position{Offset: row.Offset + 1, Line: row.Line, Rows: 1} // no row of users is at the beginning of a file
	r := s.own.NewReader(strings.NewReader(text+"\n"), amid, s.limits)
	record, err := r.Next()
	if err != nil {
		return record, false
	}
	_, err = r.Next()
	record.Line, record.Offset = row.Line, row.Offset
	if record.Err != nil {
		record.Err.Line = row.Line
	}
	return record, errors.Is(err, io.EOF)
}
