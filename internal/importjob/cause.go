package importjob

import (
	"cmp"
	"slices"

	"poolhouse/internal/userpool"
)

// Cause is a reason why rows of a job were not imported, and the number of these rows. It
// holds no value of a row, only a code, a flaw and the name of a column.
type Cause struct {
	Verdict Verdict // RowSkipped or RowFailed
	Column  string  // the column at fault, "" for the row as a whole
	Code    string  // the rule that was broken, or CodeOther
	Flaw    userpool.Flaw
	Rows    int64
	Line    int64 // the first of these rows
}

// MaxCauses bounds the causes that are kept of a job, in the order of the file. Rows with
// further causes are counted under CodeOther, one such cause for each verdict.
const MaxCauses = 100

// CodeOther stands for all causes beyond MaxCauses.
const CodeOther = "Other"

// kind returns the cause without its counts.
func (c Cause) kind() Cause {
	c.Rows, c.Line = 0, 0
	return c
}

// Causes returns why rows were not imported, in the order in which the causes appeared. The
// sums by verdict equal the counts.
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

// AddCauses merges the causes of a commit into those of the job and returns all of them. The
// known causes come first, in their order. Causes beyond MaxCauses are counted under
// CodeOther. Apart from that, the result does not depend on where one commit ends and the
// next begins.
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
		if _, found := places[kind]; !found && named >= MaxCauses {
			kind = Cause{Verdict: c.Verdict, Code: CodeOther}
		}
		i, found := places[kind]
		if !found {
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

// SortCauses sorts the most frequent causes first. Equal ones are sorted by their place in
// the file. CodeOther comes last.
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
