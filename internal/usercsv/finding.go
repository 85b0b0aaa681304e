package usercsv

import "slices"

// Finding is one thing that is wrong with a row, and how to correct it.
type Finding struct {
	RowError
	Number int    // of the column in the file, from 1; 0 for the row as a whole
	Advice string // what was wrong and what to write instead, without a value of the row
	// Setting names the user pool's setting that would let the row pass, and the value it
	// would need; "" if there is none.
	Setting string
	// Suggestions are values that would pass in this cell. If there are several, only a
	// person can choose.
	Suggestions []Suggestion
}

// Suggestion is a value for a cell.
type Suggestion struct {
	Value  string
	Reason string // how the value was derived, or which reading it is
	// Reading names one of several readings of the cell, such as [ReadingDayFirst]. It
	// may also say that a person must know something, as with [ReadingVerified]. It is ""
	// if the value leaves no choice.
	Reading string
}

// Findings returns all that is wrong with a row by the rules alone, in the order of the
// rules. The first one is the error that [Decoder.Decode] returns. It returns nil for a
// row that passes.
//
// The form of a value has at most one finding. A problem that only follows from another
// finding is not one: an attribute in an invalid form is not missing.
func (d *Decoder) Findings(record Record) []Finding {
	if record.Err != nil {
		return []Finding{d.Finding(record.Err)}
	}
	fields := d.restored(record.Fields)
	all := d.problems(fields)
	out := make([]Finding, len(all))
	for i, problem := range all {
		problem.Line = record.Line
		out[i] = d.finding(problem, fields)
		out[i].Suggestions = d.suggestions(problem, fields, all)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// problems returns all that is wrong with a row's values.
func (d *Decoder) problems(fields []string) []*RowError {
	found := problems{all: true}
	d.decode(fields, &found)
	return found.list
}

// Finding adds to a row's error where it is and how to correct it. The error may also
// come from a pool that already has the user. The result has no suggestions.
func (d *Decoder) Finding(problem *RowError) Finding { return d.finding(problem, nil) }

func (d *Decoder) finding(problem *RowError, fields []string) Finding {
	return Finding{
		RowError: *problem,
		Number:   slices.Index(d.header, problem.Column) + 1,
		Advice:   Advice(problem.Column, problem.Code, problem.Flaw),
		Setting:  d.setting(problem, fields),
	}
}
