package importrows

import (
	"cmp"
	"context"
	"slices"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Store is the rows of jobs, and who tells what a commit would say of them.
type Store interface {
	importjob.Rows
	importjob.Checker
}

// Correct writes into rows of a job, and returns them in the order of the edits, each
// judged as it is then. If one of the edits is not right, nothing is written.
func (s *Sheet) Correct(ctx context.Context, store Store, key importjob.Key, edits []Edit) ([]View, error) {
	rows, err := find(ctx, store, key, edits)
	if err != nil {
		return nil, err
	}
	for i, edit := range edits {
		c, err := s.Apply(rows[i], edit)
		if err != nil {
			return nil, err
		}
		rows[i].correct(c)
	}
	views, err := s.Views(ctx, store, rows)
	if err != nil {
		return nil, err
	}
	corrections := make([]importjob.Correction, len(rows))
	for i := range rows {
		corrections[i] = rows[i].Correction
		corrections[i].Line = rows[i].Line
		corrections[i].Passes = rows[i].Corrected && views[i].Passes()
	}
	return views, store.SetCorrections(ctx, key, corrections)
}

// correct gives a row a correction in place of the one that it has.
func (f *Found) correct(c importjob.Correction) {
	f.Correction, f.Corrected = c, len(c.Values) > 0 || c.Text != ""
}

// find returns the rows that edits are of, in the order of the edits.
func find(ctx context.Context, store importjob.Rows, key importjob.Key, edits []Edit) ([]Found, error) {
	order := make([]int, len(edits))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(edits[a].Line, edits[b].Line) })
	found := make([]Found, len(edits))
	corrections := cursor{store: store, key: key}
	var segments []importjob.Kept
	for n, i := range order {
		line := edits[i].Line
		if n > 0 && edits[order[n-1]].Line == line {
			return nil, userpool.Errorf(userpool.InvalidParameter, "There are two corrections of the row on line %d. Give one.", line)
		}
		row, is := rowOn(segments, line)
		if !is {
			var err error
			if segments, err = store.KeptRows(ctx, key, line-1, 1, true); err != nil {
				return nil, err
			}
			row, is = rowOn(segments, line)
		}
		if !is {
			return nil, userpool.Errorf(userpool.InvalidParameter,
				"No row is kept that begins on line %d: it was imported, or no row begins there. ListUserImportJobRows tells the rows and their lines.", line)
		}
		c, corrected, err := corrections.at(ctx, line)
		if err != nil {
			return nil, err
		}
		found[i] = Found{KeptRow: row, Correction: c, Corrected: corrected}
	}
	return found, nil
}

// rowOn returns the row that begins on a line.
func rowOn(segments []importjob.Kept, line int64) (importjob.KeptRow, bool) {
	for _, s := range segments {
		i, is := slices.BinarySearchFunc(s.Rejected, line, func(r importjob.KeptRow, line int64) int { return cmp.Compare(r.Line, line) })
		if is {
			return s.Rejected[i], true
		}
	}
	return importjob.KeptRow{}, false
}

// Suggested is what became of the rows with a cause.
type Suggested struct {
	Applied int64 // rows into which the suggestion was written
	Open    int64 // rows that still have the cause
}

// Suggest goes through the failed rows from a line on, as many as [Find] looks at, and
// writes into each cell that has the cause now the one suggestion that there is, or of
// several the one with the reading. A cell that was corrected before stays as it is.
// Next is the line after which to go on, and more whether there is anything.
//
// The cause's Column, Code and Flaw count. A suggestion for the row as a whole is its
// text.
func (s *Sheet) Suggest(ctx context.Context, store Store, key importjob.Key, after int64, cause importjob.Cause, reading string) (done Suggested, next int64, more bool, err error) {
	page, err := Find(ctx, store, key, Query{After: after, Limit: suggestAtOnce, Verdicts: []importjob.Verdict{importjob.RowFailed}})
	if err != nil {
		return done, after, false, err
	}
	var changed []Found
	for _, f := range page.Rows {
		finding, is := s.has(f, cause)
		if !is {
			continue
		}
		if c, ok := s.suggested(f, finding, reading); ok {
			f.correct(c)
			changed = append(changed, f)
			continue
		}
		done.Open++
	}
	if len(changed) > 0 {
		if err := s.keep(ctx, store, key, changed); err != nil {
			return done, after, false, err
		}
		done.Applied = int64(len(changed))
	}
	return done, page.Next, page.More, nil
}

// suggestAtOnce is how many rows get suggestions in one transaction at most.
const suggestAtOnce = 1000

// keep keeps the corrections of rows, each with whether it passes now.
func (s *Sheet) keep(ctx context.Context, store Store, key importjob.Key, rows []Found) error {
	records := make([]usercsv.Record, len(rows))
	for i, f := range rows {
		records[i] = s.record(f)
	}
	found, err := s.judge(ctx, store, records)
	if err != nil {
		return err
	}
	corrections := make([]importjob.Correction, len(rows))
	for i, f := range rows {
		corrections[i] = f.Correction
		corrections[i].Passes = len(found[i]) == 0
	}
	return store.SetCorrections(ctx, key, corrections)
}

// has returns the finding of a row that is of a cause.
func (s *Sheet) has(f Found, cause importjob.Cause) (usercsv.Finding, bool) {
	for _, finding := range s.findings(s.record(f)) {
		if finding.Column == cause.Column && finding.Code == cause.Code && finding.Flaw == cause.Flaw {
			return finding, true
		}
	}
	return usercsv.Finding{}, false
}

// suggested returns the correction of a row by a suggestion, false where there is not one
// to be chosen, or where the cell was corrected before.
func (s *Sheet) suggested(f Found, finding usercsv.Finding, reading string) (importjob.Correction, bool) {
	choice, ok := choose(finding.Suggestions, reading)
	if !ok || f.Correction.Text != "" {
		return importjob.Correction{}, false
	}
	edit := Edit{Line: f.Line, Values: []Value{{finding.Column, choice}}}
	if finding.Column == "" {
		if f.Corrected {
			return importjob.Correction{}, false
		}
		edit = Edit{Line: f.Line, Text: choice}
	}
	if _, corrected := f.Correction.Values[finding.Column]; corrected {
		return importjob.Correction{}, false
	}
	c, err := s.Apply(f, edit)
	return c, err == nil && (len(c.Values) > 0 || c.Text != "")
}

// choose returns the only suggestion, unless it is a reading that a person must choose, or
// the only one with a reading.
func choose(suggestions []usercsv.Suggestion, reading string) (value string, ok bool) {
	if len(suggestions) == 1 && suggestions[0].Reading == "" {
		return suggestions[0].Value, true
	}
	for _, one := range suggestions {
		if one.Reading != reading || reading == "" {
			continue
		}
		if ok {
			return "", false
		}
		value, ok = one.Value, true
	}
	return value, ok
}
