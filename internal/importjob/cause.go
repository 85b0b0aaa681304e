package importjob

import (
	"cmp"
	"slices"

	"poolhouse/internal/userpool"
)

// Cause is a reason for which rows of a job were not imported, and how many it had.
// It has no value of a row: a code, a flaw and the column's name.
type Cause struct {
	Verdict Verdict // RowSkipped or RowFailed
	Column  string  // at fault, "" for the row as a whole
	Code    string  // of the rule that was broken, or CodeOther
	Flaw    userpool.Flaw
	Rows    int64
	Line    int64 // the first
}

// MaxCauses is how many causes of a job are told apart, in the order of the file.
// The rows of further ones are counted under CodeOther, once for each verdict.
const MaxCauses = 100

// CodeOther stands for all causes beyond MaxCauses.
const CodeOther = "Other"

// kind is the cause without what is counted of it.
func (c Cause) kind() Cause {
	c.Rows, c.Line = 0, 0
	return c
}

// Causes returns why rows were not imported, in the order in which the causes came.
// The sums by verdict are those of the counts.
func (t *Tally) Causes() (causes []Cause) {
	places := map[Cause]int{}
	for _, o := range t.Outcomes {
		if o.Verdict == RowSucceeded {
			continue
		}
		kind := Cause{Verdict: o.Verdict, Column: o.Column, Code: o.Code, Flaw: o.Flaw}
		i, known := places[kind]
		if !known {
			i = len(causes)
			places[kind] = i
			causes = append(causes, kind)
			causes[i].Line = o.Line
		}
		causes[i].Rows += o.Last() - o.Line + 1
	}
	return causes
}

// AddCauses returns the causes of a job after a commit: those that it had, and what
// the commit adds. The first that were known are still there and in their order. More
// than MaxCauses become others. The rest of the answer does not depend on where one
// commit ends and the next one begins.
func AddCauses(known, more []Cause) []Cause {
	all, named := slices.Clone(known), 0
	places := make(map[Cause]int, len(all))
	for i, c := range all {
		places[c.kind()] = i
		if c.Code != CodeOther {
			named++
		}
	}
	for _, c := range more {
		kind := c.kind()
		if _, is := places[kind]; !is && named >= MaxCauses {
			kind = Cause{Verdict: c.Verdict, Code: CodeOther}
		}
		i, is := places[kind]
		if !is {
			i = len(all)
			places[kind] = i
			all = append(all, kind)
			all[i].Line = c.Line
			if kind.Code != CodeOther {
				named++
			}
		}
		all[i].Rows += c.Rows
	}
	return all
}

// SortCauses puts the most frequent causes first, of equal ones that which came first
// in the file, and the others last.
func SortCauses(causes []Cause) {
	last := func(c Cause) int {
		if c.Code == CodeOther {
			return 1
		}
		return 0
	}
	slices.SortFunc(causes, func(a, b Cause) int {
		return cmp.Or(last(a)-last(b), cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Verdict, b.Verdict))
	})
}
