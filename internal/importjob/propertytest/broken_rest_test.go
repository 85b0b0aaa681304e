package propertytest

import (
	"context"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/usercsv"
)

// lastKept is a store that changes what the last commit has kept.
func lastKept(do func(*importjob.Kept)) func(*world) importjob.Store {
	return afterCommit(func(m *memstore.Store, j *importjob.Job) {
		rows := m.Rows[j.Key()]
		do(&rows[len(rows)-1])
	})
}

var (
	forgetsRejected = lastKept(func(k *importjob.Kept) { k.Rejected = nil })
	keepsOtherText  = lastKept(func(k *importjob.Kept) {
		for i := range k.Rejected {
			k.Rejected[i].Text += "\r"
		}
	})
	numbersWrongly = lastKept(func(k *importjob.Kept) {
		for i := range k.Users {
			k.Users[i].UserNo++
		}
	})
)

// brokenRest is a store whose KeepRest goes through a function.
type brokenRest struct {
	importjob.Store
	keep func(ctx context.Context, s importjob.Store, p piece) error
}

// piece has the arguments of KeepRest.
type piece struct {
	key  importjob.Key
	from usercsv.Position
	rows []importjob.KeptRow
	end  usercsv.Position
	done bool
}

func (p piece) to(ctx context.Context, s importjob.Store) error {
	return s.KeepRest(ctx, p.key, p.from, p.rows, p.end, p.done)
}

func (b brokenRest) KeepRest(ctx context.Context, key importjob.Key, from usercsv.Position, rows []importjob.KeptRow, end usercsv.Position, done bool) error {
	return b.keep(ctx, b.Store, piece{key, from, rows, end, done})
}

// keepsForEveryone is a store that does not compare the job's Rest.
func keepsForEveryone(w *world) importjob.Store {
	return brokenRest{w, func(ctx context.Context, s importjob.Store, p piece) error {
		_, err := w.UpdateJob(ctx, p.key, func(j *importjob.Job) error { p.from, j.RestKept = j.Rest, false; return nil })
		if err != nil {
			return err
		}
		return p.to(ctx, s)
	}}
}

// forgetsRest is a store that stores Rest and not the rows.
func forgetsRest(w *world) importjob.Store {
	return brokenRest{w, func(ctx context.Context, s importjob.Store, p piece) error {
		p.rows = nil
		return p.to(ctx, s)
	}}
}

// saysRestIsAll is a store that takes the first piece of a rest for all of it.
func saysRestIsAll(w *world) importjob.Store {
	return brokenRest{w, func(ctx context.Context, s importjob.Store, p piece) error {
		p.done = true
		return p.to(ctx, s)
	}}
}

// forgetsKept is a store that loses what it kept of a job when the rest is complete.
func forgetsKept(w *world) importjob.Store {
	return brokenRest{w, func(ctx context.Context, s importjob.Store, p piece) error {
		err := p.to(ctx, s)
		if m := w.pool(p.key.PoolID); err == nil && p.done {
			m.Mu.Lock()
			defer m.Mu.Unlock()
			for i := range m.Rows[p.key][:len(m.Rows[p.key])-1] {
				m.Rows[p.key][i].Rejected = nil
			}
		}
		return err
	}}
}

// keepsNoRest is an engine that marks a rest as kept without keeping it.
func keepsNoRest(s importjob.Store, _ *world) importjob.Store {
	return brokenRest{s, func(context.Context, importjob.Store, piece) error { return nil }}
}

func leavesRestOut(s importjob.Store, _ *world) importjob.Store {
	return brokenRest{s, func(ctx context.Context, s importjob.Store, p piece) error {
		if len(p.rows) > 2 {
			p.rows = append(p.rows[:1:1], p.rows[2:]...)
		}
		return p.to(ctx, s)
	}}
}

// keepsRestTwice is an engine that keeps the first row of each piece twice.
func keepsRestTwice(s importjob.Store, _ *world) importjob.Store {
	return brokenRest{s, func(ctx context.Context, s importjob.Store, p piece) error {
		if len(p.rows) > 0 {
			p.rows = append(p.rows[:1:1], p.rows...)
		}
		return p.to(ctx, s)
	}}
}

// heedsNoBudget is an engine that ignores budgets.
func heedsNoBudget(s importjob.Store, _ *world) importjob.Store {
	return brokenEngine{Store: s, claim: func(j *importjob.Job) *importjob.Job {
		j.Budget = importjob.Budget{NeverFail: j.Budget.NeverFail}
		return j
	}, commit: func(e brokenEngine, c commitment) (*importjob.Job, error) {
		j, err := c.to(e.Store)
		if err == nil {
			j.Budget = importjob.Budget{NeverFail: j.Budget.NeverFail}
		}
		return j, err
	}, leased: func(j *importjob.Job) { j.Budget = importjob.Budget{NeverFail: j.Budget.NeverFail} }}
}

func failsAllTheSame(s importjob.Store, _ *world) importjob.Store {
	return brokenEngine{Store: s, update: func(_ brokenEngine, j *importjob.Job) {
		if j.Budget.NeverFail && j.State == importjob.Succeeded {
			j.State, j.Message = importjob.Failed, importjob.MessageTooMany
		}
	}}
}

func lacksRow(rows []importjob.KeptRow) []importjob.KeptRow {
	return append(rows[:len(rows)/2:len(rows)/2], rows[len(rows)/2+1:]...)
}

func hasRowTwice(rows []importjob.KeptRow) []importjob.KeptRow { return append(rows[:1:1], rows...) }

func hasOtherLine(rows []importjob.KeptRow) []importjob.KeptRow {
	rows[len(rows)-1].Line++
	return rows
}
