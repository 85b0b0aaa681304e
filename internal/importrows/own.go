package importrows

import (
	"errors"
	"io"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// unsplit has the codes of rows that cannot be split.
var unsplit = map[string]bool{
	usercsv.CodeEncoding: true, usercsv.CodeRowTooLong: true, usercsv.CodeQuote: true, usercsv.CodeStrayQuote: true,
}

// ofOwn returns a kept row of a file in another format as it stands in that file. A row that
// cannot be split is kept as a single value, which is the whole row. Then this value is its
// text, and the finding is that of the import.
func (s *Sheet) ofOwn(row importjob.KeptRow, record usercsv.Record) usercsv.Record {
	if record.Err != nil { // with quotation marks it is too long
		if whole, err := usercsv.ParseRow(row.Text, usercsv.Limits{RowChars: 2*len(row.Text) + 2}); err == nil && whole.Err == nil {
			record.Fields, record.Err = whole.Fields, nil
		}
	}
	if record.Err == nil && len(record.Fields) == 1 && (len(s.header) > 1 || unsplit[row.Code]) {
		record.Text = record.Fields[0]
		if own, one := s.readOwn(row, record.Text); row.Code == "" && one && own.Err != nil {
			record.Err = own.Err // the import did not reach it
		}
	}
	if unsplit[row.Code] {
		record.Err = importFinding(row)
	}
	if record.Err != nil {
		record.Fields = nil
	}
	return record
}

// inCognitosForm converts a text that a person wrote in the format of the job's file into a
// row in Cognito's format. It returns false if the text is not a row with a value for each
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

// readOwn splits a text in the format of the job's file, and reports whether it is one row.
func (s *Sheet) readOwn(row importjob.KeptRow, text string) (record usercsv.Record, one bool) {
	amid := usercsv.Position{Offset: row.Offset + 1, Line: row.Line, Rows: 1} // a row of users is never at the beginning of a file
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
