package usercsv

import "slices"

// Finding is one thing that is wrong with a row, and what would be right.
type Finding struct {
	RowError
	Number int    // of the column in the file, from 1 on; 0 for the row as a whole
	Advice string // what was wrong and what to write instead, without a value of the row
	// Setting names the user pool's setting that would let the row pass, and what it
	// would have to be; "" where there is none.
	Setting string
	// Suggestions are values that would pass in the column's place: none, one, or
	// several between which only a person can choose.
	Suggestions []Suggestion
}

// Suggestion is a value that could be written.
type Suggestion struct {
	Value  string
	Reason string // what was done to get it, or which reading it is, in words
	// Reading names the way in which the cell was read, where it can be read in
	// several ways, such as [ReadingDayFirst], or what a person must know, as with
	// [ReadingVerified]; "" where the value leaves no choice.
	Reading string
}

// Findings returns all that is wrong with a row by the rules alone, in the order of
// the rules. The first is the error that [Decoder.Decode] returns. It returns nil for
// a row that passes.
//
// A value has one finding at most for its own form. What only follows from another
// finding is none: an attribute that is there in a form that is not taken is not
// missing.
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

// Finding adds to an error of a row of the file, be it of the rules or of a pool that
// has the user already, where it is and what would be right. It has no suggestions.
func (d *Decoder) Finding(problem *RowError) Finding { return d.finding(problem, nil) }

func (d *Decoder) finding(problem *RowError, fields []string) Finding {
	return Finding{
		RowError: *problem,
		Number:   slices.Index(d.header, problem.Column) + 1,
		Advice:   Advice(problem.Column, problem.Code, problem.Flaw),
		Setting:  d.setting(problem, fields),
	}
}
