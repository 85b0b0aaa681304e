package importrows

import (
	"cmp"
	"context"
	"slices"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Store has the kept rows of jobs, and tells what a commit would say of them.
type Store interface {
	importjob.Rows
	importjob.Checker
}

// Correct applies edits to rows of a job. It returns the rows in the order of the edits, each
// judged by the pool as it is then. If an edit is invalid, nothing is stored.
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

// correct replaces the correction of a row.
func (f *Found) correct(c importjob.Correction) {
	f.Correction, f.Corrected = c, len(c.Values) > 0 || c.Text != ""
}

// find returns the rows of the edits, in the order of the edits.
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
		row, ok := rowOn(segments, line)
		if !ok {
			var err error
			if segments, err = store.KeptRows(ctx, key, line-1, 1, true); err != nil {
				return nil, err
			}
			row, ok = rowOn(segments, line)
		}
		if !ok {
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
		i, ok := slices.BinarySearchFunc(s.Rejected, line, func(r importjob.KeptRow, line int64) int { return cmp.Compare(r.Line, line) })
		if ok {
			return s.Rejected[i], true
		}
	}
	return importjob.KeptRow{}, false
}

// Suggested counts what was done for the rows with a cause.
type Suggested struct {
	Applied int64 // rows into which the suggestion was written
	Open    int64 // rows that still have the cause
}

// Suggest applies suggestions to the failed rows after a line, for as many rows as [Find]
// examines. It writes the only suggestion into each cell that now has the cause. If there are
// several, it writes the one with the reading. A cell that was corrected before is not
// changed. Next is the line to go on after, and more says whether there may be further rows.
//
// The Column, Code and Flaw of the cause count. A suggestion for the row as a whole replaces
// its text.
func (s *Sheet) Suggest(ctx context.Context, store Store, key importjob.Key, after int64, cause importjob.Cause, reading string) (done Suggested, next int64, more bool, err error) {
	page, err := Find(ctx, store, key, Query{After: after, Limit: suggestAtOnce, Verdicts: []importjob.Verdict{importjob.RowFailed}})
	if err != nil {
		return done, after, false, err
	}
	var changed []Found
	for _, f := range page.Rows {
		finding, ok := s.findingOf(f, cause)
		if !ok {
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

// suggestAtOnce bounds the rows that get suggestions in one transaction.
const suggestAtOnce = 1000

// keep stores the corrections of rows, and whether each row passes now.
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

// findingOf returns the finding of a row that matches a cause.
func (s *Sheet) findingOf(f Found, cause importjob.Cause) (usercsv.Finding, bool) {
	for _, finding := range s.findings(s.record(f)) {
		if finding.Column == cause.Column && finding.Code == cause.Code && finding.Flaw == cause.Flaw {
			return finding, true
		}
	}
	return usercsv.Finding{}, false
}

// suggested returns the correction of a row by a suggestion. It returns false if there is no
// single suggestion, or if the cell was corrected before.
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

// choose returns the suggestion to write: the only one, if it has no reading, or the only one
// with the chosen reading.
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
