package importjob

import (
	"context"
	"time"

	"poolhouse/internal/usercsv"
)

// feed gives a job's rows to its commits, in the order of the file.
type feed struct {
	rows       *pipeline
	size, most int   // rows of a batch, now and ever
	pending    []Row // that have been read and are not settled, as far as they are kept
	offered    int   // of those, the first that the store has
	passed     int   // rows of the batch that are no longer kept
}

// newFeed returns a feed of batches that grow to most rows: large ones touch
// each page of an index once. The store cuts one short when somebody waits for
// the database; that is no reason to offer it less the next time.
func newFeed(rows *pipeline, most int) *feed {
	return &feed{rows: rows, size: min(firstBatch, most), most: most}
}

// next returns the next batch, without rows at the end of the file.
func (f *feed) next(ctx context.Context, from usercsv.Position) (b Batch, err error) {
	if f.pending, err = f.rows.fill(ctx, f.pending, f.size); err != nil {
		return b, err
	}
	f.passed = 0
	return Batch{From: from, Rows: f.offer(), More: f.more}, nil
}

func (f *feed) offer() []Row {
	f.offered = min(len(f.pending), f.size)
	return f.pending[:f.offered]
}

// patience is how long a commit waits for rows that are being read: others
// wait for the commit.
const patience = 20 * time.Millisecond

// more returns rows that follow those offered, which it forgets: as many as
// have been read, and none when that takes long. Why reading came to its end,
// the next batch tells.
func (f *feed) more(ctx context.Context) []Row {
	f.passed += f.offered
	f.pending = append(f.pending[:0], f.pending[f.offered:]...)
	if len(f.pending) == 0 {
		f.pending = f.rows.ready(ctx, f.pending, f.size, patience)
	}
	return f.offer()
}

// settle takes the settled rows of the batch out. It reports false when not
// all that are left are kept.
func (f *feed) settle(n int) bool {
	if n < f.passed {
		return false
	}
	if n > 0 {
		f.size = min(2*f.size, f.most)
	}
	f.pending = append(f.pending[:0], f.pending[n-f.passed:]...)
	return true
}
