package importjob

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// failing returns a tally of rows that fail with the codes, beginning at a line.
func failing(line int64, codes ...string) *Tally {
	t := new(Tally)
	for i, code := range codes {
		row := Row{Line: line + int64(i), Err: &usercsv.RowError{Column: "email", Code: code, Reason: fmt.Sprint("value ", i)}}
		t.Settle(&row, nil, 0)
	}
	return t
}

func TestCausesOfACommit(t *testing.T) {
	tally := failing(2, "A", "A", "B", "A")
	tally.Settle(&Row{Line: 6}, nil, 0)
	tally.Settle(&Row{Line: 7}, userpool.Errorf(userpool.UsernameExists, "taken"), 0)
	tally.Settle(&Row{Line: 8}, userpool.Errorf(userpool.UsernameExists, "taken"), 0)
	want := []Cause{
		{Verdict: RowFailed, Column: "email", Code: "A", Rows: 3, Line: 2}, {Verdict: RowFailed, Column: "email", Code: "B", Rows: 1, Line: 4},
		{Verdict: RowSkipped, Code: userpool.CodeUsernameExists, Rows: 2, Line: 7},
	}
	if diff := cmp.Diff(want, tally.Causes()); diff != "" {
		t.Error(diff)
	}
}

// TestCausesAreBounded: the same causes are found however the rows are divided into commits.
// There are at most MaxCauses, and every row is counted.
func TestCausesAreBounded(t *testing.T) {
	var codes []string
	for i := range 3 * MaxCauses {
		codes = append(codes, fmt.Sprint("Code", i%(MaxCauses+50)))
	}
	var first []Cause
	for _, size := range []int{len(codes), 1, 7, MaxCauses} {
		var all []Cause
		for i := 0; i < len(codes); i += size {
			all = AddCauses(all, failing(int64(2+i), codes[i:min(i+size, len(codes))]...).Causes())
		}
		SortCauses(all)
		rows := int64(0)
		for _, c := range all {
			rows += c.Rows
		}
		if last := all[len(all)-1]; len(all) != MaxCauses+1 || rows != int64(len(codes)) || last.Code != CodeOther || last.Rows != 100 || last.Line != 102 {
			t.Errorf("commits of %d rows: %d causes of %d rows, the last %+v", size, len(all), rows, last)
		}
		if first == nil {
			first = all
		}
		if diff := cmp.Diff(first, all); diff != "" {
			t.Errorf("commits of %d rows:\n%s", size, diff)
		}
	}
}
