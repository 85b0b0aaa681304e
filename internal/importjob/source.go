package importjob

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// The bounds of a portion: its rows grow from firstPortion to the most that the
// engine's configuration allows, and portionBytes bounds one whose rows are long.
const (
	firstPortion = 1000
	portionBytes = 16 << 20
)

// patience is how long a commit waits for rows that are still being read: other
// writers may wait for the commit.
const patience = 20 * time.Millisecond

// source gives the rows of a job's file to its commits. It reads ahead of them,
// and keeps the rows of the portion that a commit drew last until the next
// commit: rows without a verdict are given out again. Where rows are wanted that
// are not kept, it opens the file anew.
type source struct {
	run        *run
	pool       *userpool.UserPool
	size, most int // rows of a portion, now and ever

	reading *reading         // nil before the file is open
	ended   bool             // its last chunk has been taken
	err     error            // that it ended with, when not at the end of the file
	at      usercsv.Position // where the first kept row begins
	kept    []Row            // that were read, from there on
	lent    int              // how many of them the commit has
}

func newSource(r *run, pool *userpool.UserPool) *source {
	most := r.cfg.PortionRows
	return &source{run: r, pool: pool, size: min(firstPortion, most), most: most}
}

// close ends the reading and waits for it.
func (s *source) close() {
	if s.reading != nil {
		s.reading.close()
		s.reading = nil
	}
}

// fill reads the first portion of the rows from a position on, and reports false
// when the file has none there.
func (s *source) fill(ctx context.Context, from usercsv.Position) (more bool, err error) {
	if err := s.goTo(ctx, from); err != nil {
		return false, err
	}
	for !s.full() {
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case c := <-s.reading.chunks:
			s.take(c)
		}
	}
	return len(s.kept) > 0, s.err
}

// refill keeps rows that have been read, for which it does not wait longer than
// patience. What comes with an error is left out.
func (s *source) refill(ctx context.Context) {
	soon := time.NewTimer(patience)
	defer soon.Stop()
	for !s.full() {
		select {
		case c := <-s.reading.chunks:
			s.take(c)
			continue
		default:
		}
		if len(s.kept) > 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-soon.C:
			return
		case c := <-s.reading.chunks:
			s.take(c)
		}
	}
}

// full reports whether a portion is kept: as many rows as are wanted, or as may be
// by their size, or all that there are.
func (s *source) full() bool {
	n := len(s.kept)
	return s.ended || s.err != nil || n >= s.size || n > 0 && s.kept[n-1].End.Offset-s.kept[0].End.Offset > portionBytes
}

// take keeps a chunk's rows, unless reading it failed.
func (s *source) take(c chunk) {
	decoded := <-c.decoded
	if s.ended = errors.Is(c.err, io.EOF); !s.ended && c.err != nil {
		s.err = c.err
		return
	}
	s.kept = append(s.kept, decoded...)
}

// goTo makes the kept rows begin at a position.
func (s *source) goTo(ctx context.Context, from usercsv.Position) (err error) {
	if s.reading != nil && s.at == from {
		return nil
	}
	if s.reading != nil {
		// Large portions touch each page of an index once. A commit that left
		// rows because other writers waited is no reason to lend it less.
		s.size = min(2*s.size, s.most)
		for i := range s.kept {
			if s.kept[i].End == from {
				s.drop(i + 1)
				return nil
			}
		}
	}
	s.close()
	s.at, s.kept, s.ended, s.err = from, s.kept[:0], false, nil
	s.reading, err = s.run.read(ctx, s.pool, from)
	return err
}

// drop forgets the first n kept rows.
func (s *source) drop(n int) {
	s.at = s.kept[n-1].End
	s.kept = append(s.kept[:0], s.kept[n:]...)
}

// portions yields what [Batch.Rows] promises, after fill: a single portion of a job that
// failed rows can stop. The users get the moment as their date.
func (s *source) portions(ctx context.Context, now time.Time) iter.Seq[[]Row] {
	from, single := s.at, s.run.job.Budget.bounded()
	return func(yield func([]Row) bool) {
		if s.at != from {
			return // the first rows are no longer kept
		}
		for rows := s.lend(now); len(rows) > 0 && yield(rows) && !single; rows = s.lend(now) {
			s.drop(s.lent)
			if len(s.kept) == 0 {
				s.refill(ctx)
			}
		}
	}
}

func (s *source) lend(now time.Time) []Row {
	s.lent = min(len(s.kept), s.size)
	if s.run.job.Budget.bounded() {
		s.lent = min(s.lent, budgetPortion)
	}
	rows := s.kept[:s.lent]
	for i := range rows {
		if u := rows[i].User; u != nil {
			u.Created, u.Modified = now, now
		}
	}
	return rows
}
