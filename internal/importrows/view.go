package importrows

import (
	"context"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// View is a row as it is shown to people. It has no password hash.
type View struct {
	Line    int64
	Offset  int64
	Number  int64             // the number of the row
	Verdict importjob.Verdict // this and the next fields: what the import said of the row
	Column  string
	Code    string
	Reason  string

	Shown
	// Corrected says that the row has a correction. Correction is the row with it.
	Corrected  bool
	Correction Shown
	// Findings has everything that is wrong with the row now, including its correction.
	Findings []usercsv.Finding
}

// Shown has the values of a row, one for each column. If the row has no such values, it has
// the text.
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

// record returns the row with its correction.
func (s *Sheet) record(f Found) usercsv.Record {
	if f.Corrected {
		return s.Corrected(f.KeptRow, f.Correction)
	}
	return s.Original(f.KeptRow)
}

// Views returns the views of rows, each judged by the pool as it is now.
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

// shown returns what is shown of a row.
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

// shownText returns what is shown of a row's text, and the parts that are hidden.
func (s *Sheet) shownText(text string) (shown string, parts []string) {
	shown = text
	if s.hash != none {
		shown, parts = usercsv.HideHashes(text)
	}
	return strings.ToValidUTF8(shown, "\uFFFD"), parts
}
