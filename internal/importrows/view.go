package importrows

import (
	"context"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// View is a row as people see it. No password hash is in it.
type View struct {
	Line    int64
	Offset  int64
	Number  int64             // of the record
	Verdict importjob.Verdict // this and what follows: what the run said of the row
	Column  string
	Code    string
	Reason  string

	Shown
	// Corrected says that the row has a correction. Correction is the row with it.
	Corrected  bool
	Correction Shown
	// Findings is all that is wrong with the row now, with its correction if it has one.
	Findings []usercsv.Finding
}

// Shown is what a row has: values, one for each column, or where it has no such values
// its text.
type Shown struct {
	Values []string
	Text   string
}

// Passes reports whether nothing is wrong with the row now.
func (v *View) Passes() bool { return len(v.Findings) == 0 }

// Found is a kept row with its correction, if it has one.
type Found struct {
	importjob.KeptRow
	Correction importjob.Correction
	Corrected  bool
}

// record is the row that counts.
func (s *Sheet) record(f Found) usercsv.Record {
	if f.Corrected {
		return s.Corrected(f.KeptRow, f.Correction)
	}
	return s.Original(f.KeptRow)
}

// Views returns the views of rows, each judged by the pool as it is.
func (s *Sheet) Views(ctx context.Context, checker importjob.Checker, rows []Found) ([]View, error) {
	records := make([]usercsv.Record, len(rows))
	for i, f := range rows {
		records[i] = s.record(f)
	}
	found, err := s.judge(ctx, checker, records)
	if err != nil {
		return nil, err
	}
	views := make([]View, len(rows))
	for i, f := range rows {
		v := View{Line: f.Line, Offset: f.Offset, Number: f.Number, Verdict: f.Verdict, Column: f.Column, Code: f.Code, Reason: f.Reason, Findings: found[i]}
		v.Shown = s.shown(s.Original(f.KeptRow))
		if v.Corrected = f.Corrected; v.Corrected {
			v.Correction = s.shown(records[i])
		}
		views[i] = v
	}
	return views, nil
}

// shown returns what a person is told of a row.
func (s *Sheet) shown(r usercsv.Record) Shown {
	cells := s.cells(r)
	if cells == nil {
		text, _ := s.shownText(r.Text)
		return Shown{Text: text}
	}
	values := append([]string(nil), cells...)
	if s.hash != none && values[s.hash] != "" {
		values[s.hash] = usercsv.Hidden
	}
	return Shown{Values: values}
}

// shownText returns a row's text as it is told, and what is hidden of it.
func (s *Sheet) shownText(text string) (shown string, parts []string) {
	shown = text
	if s.hash != none {
		shown, parts = usercsv.HideHashes(text)
	}
	return strings.ToValidUTF8(shown, "\uFFFD"), parts
}
