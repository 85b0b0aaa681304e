package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// wantCauses checks the causes of a job, and that they add up to its counts.
func wantCauses(t *testing.T, s JobStore, key importjob.Key, want ...importjob.Cause) {
	t.Helper()
	j, causes, err := s.Causes(t.Context(), key)
	noError(t, err)
	if diff := cmp.Diff(want, causes); diff != "" {
		t.Errorf("the causes:\n%s", diff)
	}
	sums := importjob.Counts{Imported: j.Counts.Imported}
	for _, c := range causes {
		if c.Verdict == importjob.RowSkipped {
			sums.Skipped += c.Rows
		} else {
			sums.Failed += c.Rows
		}
	}
	if sums != j.Counts {
		t.Errorf("the sums of the causes are %+v, the counts %+v", sums, j.Counts)
	}
}

// testCauses: each commit adds to the causes. A refused commit or one of an old lease adds nothing,
// and every job has its own causes.
func testCauses(t *testing.T, s JobStore) {
	p := newPool(t, s)
	create(t, s, p, user(p, "there"))
	j := runningJob(t, s, p, "n")
	wantCauses(t, s, j.Key())
	first := batch(p, usercsv.Position{}, "ada", "", "there", "")
	_, after, err := settle(t.Context(), s, p, j.Key(), j.Lease, first, now)
	noError(t, err)
	second := batch(p, after.Checkpoint, "there", "bob", "", "ada")
	_, _, err = settle(t.Context(), s, p, j.Key(), j.Lease, second, now)
	noError(t, err)
	skipped := importjob.Cause{Verdict: importjob.RowSkipped, Code: userpool.CodeUsernameExists, Rows: 3, Line: 4}
	failed := importjob.Cause{Verdict: importjob.RowFailed, Column: "email", Code: "InvalidEmail", Flaw: "NoAtSign", Rows: 3, Line: 3}
	wantCauses(t, s, j.Key(), failed, skipped)
	if _, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, second, now); err == nil {
		t.Error("rows were settled twice")
	}
	wantCauses(t, s, j.Key(), failed, skipped)
	other := newPool(t, s)
	wantCauses(t, s, runningJob(t, s, other, "n").Key())
	_, _, err = s.Causes(t.Context(), importjob.Key{PoolID: p.ID, JobID: "import-none"})
	if userpool.KindOf(err) != userpool.ResourceNotFound || err == nil {
		t.Errorf("the causes of a job that is not there: %v", err)
	}
}

// testCausesAreBounded: if there are more causes than are told apart, no row is left out.
func testCausesAreBounded(t *testing.T, s JobStore) {
	p := newPool(t, s)
	j := runningJob(t, s, p, "n")
	at := usercsv.Position{}
	const causes = importjob.MaxCauses + 40
	for range 2 {
		b := batch(p, at, slices.Repeat([]string{""}, causes)...)
		for i := range b.Rows {
			b.Rows[i].Err = &usercsv.RowError{Line: b.Rows[i].Line, Code: fmt.Sprint("Code", i), Reason: "It is wrong."}
		}
		_, after, err := settle(t.Context(), s, p, j.Key(), j.Lease, b, now)
		noError(t, err)
		at = after.Checkpoint
	}
	var want []importjob.Cause
	for i := range int64(importjob.MaxCauses) {
		want = append(want, importjob.Cause{Verdict: importjob.RowFailed, Code: fmt.Sprint("Code", i), Rows: 2, Line: 2 + i})
	}
	want = append(want, importjob.Cause{Verdict: importjob.RowFailed, Code: importjob.CodeOther, Rows: 80, Line: 2 + importjob.MaxCauses})
	wantCauses(t, s, j.Key(), want...)
}
