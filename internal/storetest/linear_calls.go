package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/anishathalye/porcupine"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// call makes one call and records it. An answer that the rules do not know is an error of the test,
// because the job's state would be unknown.
func (h *history) call(ctx context.Context, client int, c call, r *rand.Rand) answer {
	begun := h.clock.Add(1)
	c.now, c.until = begun, begun+1+r.Int64N(leaseAtMost)
	got, err := h.make(ctx, c)
	ended := h.clock.Add(1)
	switch {
	case errors.Is(err, importjob.ErrLeaseLost):
		got.refusal = leaseLost
	case errors.Is(err, errNotNow), userpool.KindOf(err) == userpool.PreconditionNotMet:
		got.refusal = notNow
	case err != nil:
		h.t.Errorf("%v: %v", c, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, porcupine.Operation{ClientId: client, Input: c, Call: begun, Output: got, Return: ended})
	return got
}

// errNotNow is the refusal of an update that the job's state does not allow.
var errNotNow = errors.New("storetest: " + notNow)

// make calls the store.
func (h *history) make(ctx context.Context, c call) (got answer, err error) {
	var j *importjob.Job
	key := h.keys[c.job]
	switch c.op {
	case claim:
		j, err = h.store.Claim(ctx, c.lease.Node, moment(c.now), moment(c.until))
		got.claimed = j != nil
	case read:
		j, err = h.store.Job(ctx, key)
	case stop:
		j, err = h.store.UpdateJob(ctx, key, func(j *importjob.Job) error { return j.Stop("", now) })
	case commit:
		p := h.pools[c.job]
		got.settled, j, err = settle(ctx, h.store, p, key, c.lease, rowsFrom(p, c.from, c.rows), now)
	default:
		j, err = h.store.UpdateLeased(ctx, key, c.lease, c.update)
	}
	if err != nil || j == nil {
		return got, err
	}
	for i, key := range h.keys {
		if key == j.Key() {
			got.job = i
		}
	}
	got.after = h.factsOf(j)
	return got, nil
}

// update is a node's change of a job under its lease.
func (c call) update(j *importjob.Job) error {
	switch {
	case c.op == begin && j.State == importjob.Pending:
		j.State = importjob.InProgress
	case c.op == renew && !j.State.Ended():
		j.LeaseUntil = moment(c.until)
	case c.op == handOver:
		j.LeaseUntil = time.Time{}
	case c.op == finish && j.State == importjob.Stopping:
		j.State, j.LeaseUntil = importjob.Stopped, time.Time{}
	case c.op == finish && j.State == importjob.InProgress:
		j.State, j.LeaseUntil = c.end, time.Time{}
	default:
		return errNotNow
	}
	return nil
}

// rowsFrom returns a batch of a file in which every user comes once: a row that is done twice shows
// as skipped.
func rowsFrom(p *userpool.UserPool, from int64, n int) fileRows {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint("row", from+int64(i))
	}
	return batch(p, position(from), names...)
}

// position is where a batch begins after that many rows of [batch].
func position(rows int64) usercsv.Position {
	return usercsv.Position{Offset: 10 * rows, Line: rows, Rows: rows}
}

// factsOf also checks an invariant: each row before the checkpoint was imported, once.
func (h *history) factsOf(j *importjob.Job) facts {
	if j.Checkpoint != position(j.Checkpoint.Rows) || j.Counts != (importjob.Counts{Imported: j.Checkpoint.Rows}) {
		h.t.Errorf("counts %+v at the checkpoint %+v", j.Counts, j.Checkpoint)
	}
	return facts{State: j.State, Requested: tick(j.Requested), Lease: j.Lease, LeaseUntil: tick(j.LeaseUntil), Rows: j.Checkpoint.Rows}
}

// moment and tick convert the history's clock to times and back; the zero time is 0.
func moment(tick int64) time.Time { return now.Add(time.Duration(tick) * time.Millisecond) }

func tick(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.Sub(now).Milliseconds()
}
