package importjob_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/userpool"
)

// failingFile returns a file of n rows. One row in every `every` rows fails.
func failingFile(n, every int) string {
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		verified := "true"
		if i%every == every-1 {
			verified = "false"
		}
		fmt.Fprintf(&b, "user%d,user%d@example.com,%s,\n", i, i, verified)
	}
	return b.String()
}

// TestBudget: a job ends Stopped after the commit in which its failed rows exceed the budget.
// Its message says so, and the rows that it did not reach are kept.
func TestBudget(t *testing.T) {
	rows := func(n int64) importjob.Budget { return importjob.Budget{Rows: n, HasRows: true} }
	percent := func(n int64) importjob.Budget { return importjob.Budget{Percent: n, HasPercent: true} }
	for name, c := range map[string]struct {
		budget  importjob.Budget
		every   int
		state   importjob.State
		message string
		settled int64
	}{
		"none":              {importjob.Budget{}, 10, importjob.Succeeded, importjob.MessageSucceeded, 200},
		"none, too many":    {importjob.Budget{}, 1, importjob.Failed, importjob.MessageTooMany, 200},
		"never fail":        {importjob.Budget{NeverFail: true}, 1, importjob.Succeeded, importjob.MessageSucceeded, 200},
		"none may fail":     {rows(0), 10, importjob.Stopped, "The Import Job stopped itself: 1 row failed, more than its error budget of 0.", 16},
		"rows":              {rows(3), 10, importjob.Stopped, "The Import Job stopped itself: 4 rows failed, more than its error budget of 3.", 40},
		"rows, just enough": {rows(20), 10, importjob.Succeeded, importjob.MessageSucceeded, 200},
		"rows, at the end":  {rows(19), 10, importjob.Stopped, "The Import Job stopped itself: 20 rows failed, more than its error budget of 19.", 200},
		"rows, never fail":  {importjob.Budget{Rows: 7, HasRows: true, NeverFail: true}, 1, importjob.Stopped, "The Import Job stopped itself: 8 rows failed, more than its error budget of 7.", 8},
		"no percent":        {percent(0), 10, importjob.Stopped, "The Import Job stopped itself: 1 of 200 rows failed, more than its error budget of 0 percent.", 16},
		"percent":           {percent(5), 10, importjob.Stopped, "The Import Job stopped itself: 11 of 200 rows failed, more than its error budget of 5 percent.", 112},
		"just the percent":  {percent(10), 10, importjob.Succeeded, importjob.MessageSucceeded, 200},
		"all may fail":      {percent(100), 1, importjob.Failed, importjob.MessageTooMany, 200},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				csv := failingFile(200, c.every)
				m := memstore.New(testPool())
				key := m.Add("import-1", csv)
				m.Jobs[key].Budget = c.budget
				_, stop := start(m, m, config("a"))
				time.Sleep(time.Minute)
				stop()
				j := m.Job(key)
				if j.State != c.state || j.Message != c.message || len(j.Message) > 128 || j.Counts.Sum() != c.settled {
					t.Errorf("ended %s (%s) after %d rows; want %s (%s) after %d", j.State, j.Message, j.Counts.Sum(), c.state, c.message, c.settled)
				}
				if left := account(t, m, key, csv); left != 200-c.settled {
					t.Errorf("%d rows were not reached", left)
				}
				concluded(t, m, key, c.state != importjob.Succeeded)
			})
		})
	}
}

// TestBudgetIsNotPassedByMuch: commits of a job with a budget are small, although those of
// others are not. If a node dies after the budget is exceeded and before the job ends, the
// next node sees it.
func TestBudgetIsNotPassedByMuch(t *testing.T) {
	csv := failingFile(30_000, 1)
	for _, budget := range []importjob.Budget{{}, {Rows: 100, HasRows: true}, {Percent: 1, HasPercent: true}} {
		synctest.Test(t, func(t *testing.T) {
			m := memstore.New(testPool())
			key := m.Add("import-1", csv)
			m.Jobs[key].Budget = budget
			cfg := config("a")
			cfg.Limits.Rows, cfg.PortionRows, cfg.Parallel = 50_000, 30_000, 1
			f := &faulty{Store: m, after: true}
			f.left.Store(3) // a claim, the beginning, and a commit
			_, stopFirst := start(f, m, cfg)
			synctest.Wait()
			stopFirst()
			first := m.Job(key).Counts.Failed
			cfg.Node = "b"
			_, stop := start(m, m, cfg)
			time.Sleep(time.Minute)
			stop()
			j := m.Job(key)
			most := int64(30_000)
			if budget.HasRows || budget.HasPercent {
				most = max(budget.Rows, 300) + 1000
			}
			if j.Counts.Failed > most || budget == (importjob.Budget{}) && j.Counts.Failed != 30_000 || budget.HasRows && j.Counts.Failed != first || first == 0 {
				t.Errorf("%+v: %d rows failed, %d of them before the node died", budget, j.Counts.Failed, first)
			}
		})
	}
}

// TestBudgetBounds: a budget that is out of range is refused with the names of the API.
func TestBudgetBounds(t *testing.T) {
	for _, c := range []struct {
		budget importjob.Budget
		said   string
	}{
		{importjob.Budget{}, ""},
		{importjob.Budget{Rows: 500_000, HasRows: true, Percent: 100, HasPercent: true, NeverFail: true}, ""},
		{importjob.Budget{Rows: -1, Percent: 101}, ""}, // ignored, because HasRows and HasPercent are false
		{importjob.Budget{Rows: -1, HasRows: true}, "ErrorBudget.FailedRows is -1; it must be from 0 to 500000."},
		{importjob.Budget{Rows: 500_001, HasRows: true}, "ErrorBudget.FailedRows is 500001; it must be from 0 to 500000."},
		{importjob.Budget{Percent: -1, HasPercent: true}, "ErrorBudget.FailedPercent is -1; it must be from 0 to 100."},
		{importjob.Budget{Percent: 101, HasPercent: true}, "ErrorBudget.FailedPercent is 101; it must be from 0 to 100."},
	} {
		err := c.budget.Check()
		if said := fmt.Sprint(err); c.said == "" && err != nil || c.said != "" && (said != c.said || userpool.KindOf(err) != userpool.InvalidParameter) {
			t.Errorf("%+v: %v, want %s", c.budget, err, c.said)
		}
		if back, err := importjob.ParseBudget(c.budget.String()); c.said == "" && c.budget.HasRows && (err != nil || back != c.budget) {
			t.Errorf("%+v came back as %+v, %v", c.budget, back, err)
		}
	}
}
