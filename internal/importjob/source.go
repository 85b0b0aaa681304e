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

// The size of a portion: it grows from firstPortion rows to [Config].PortionRows.
// portionBytes bounds a portion of long rows.
const (
	firstPortion = 1000
	portionBytes = 16 << 20
)

// maxReadWait is how long a commit waits for rows that are still being read. It is short
// because other writers may wait for the commit.
const maxReadWait = 20 * time.Millisecond

// source supplies commits with the rows of a job's file. It reads ahead of them. It keeps the
// portion that a commit drew last until the next commit, so that rows without a verdict can
// be drawn again. For rows that are no longer kept it opens the file again.
type source struct {
	run        *run
	pool       *userpool.UserPool
	size, most int // rows of a portion: now, and at most

	reading *reading         // nil before the file is open
	ended   bool             // the last chunk was taken
	err     error            // the error that ended the reading before the end of the file
	at      usercsv.Position // where the first kept row begins
	kept    []Row            // the rows read from there on
	drawn   int              // how many of them the commit has drawn
}

func newSource(r *run, pool *userpool.UserPool) *source {
	most := r.cfg.PortionRows
	return &source{run: r, pool: pool, size: min(firstPortion, most), most: most}
}

// close stops the reading and waits for its end.
func (s *source) close() {
	if s.reading != nil {
		s.reading.close()
		s.reading = nil
	}
}

// fill reads the first portion from a position on. It returns false if the file has no rows
// there.
func (s *source) fill(ctx context.Context, from usercsv.Position) (more bool, err error) {
	if err := s.seek(ctx, from); err != nil {
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

// refill takes rows that have been read. It waits at most maxReadWait for the first of them,
// and leaves out rows that come with an error.
func (s *source) refill(ctx context.Context) {
	soon := time.NewTimer(maxReadWait)
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

// full reports whether the kept rows make a portion: by number, by size, or because there are
// no more.
func (s *source) full() bool {
	n := len(s.kept)
	return s.ended || s.err != nil || n >= s.size || n > 0 && s.kept[n-1].End.Offset-s.kept[0].End.Offset > portionBytes
}

// take adds the rows of a chunk to the kept rows, unless reading it failed.
func (s *source) take(c chunk) {
	decoded := <-c.decoded
	if s.ended = errors.Is(c.err, io.EOF); !s.ended && c.err != nil {
		s.err = c.err
		return
	}
	s.kept = append(s.kept, decoded...)
}

// seek makes the kept rows begin at a position.
func (s *source) seek(ctx context.Context, from usercsv.Position) (err error) {
	if s.reading != nil && s.at == from {
		return nil
	}
	if s.reading != nil {
		// Large portions touch each page of an index once. If a commit left rows because
		// other writers waited, the next portion is still larger.
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

// drop removes the first n kept rows.
func (s *source) drop(n int) {
	s.at = s.kept[n-1].End
	s.kept = append(s.kept[:0], s.kept[n:]...)
}

// portions implements [Batch.Rows] after fill. A job that failed rows can stop gets a single
// portion. now becomes the creation and modification date of the users.
func (s *source) portions(ctx context.Context, now time.Time) iter.Seq[[]Row] {
	from, single := s.at, s.run.job.Budget.bounded()
	return func(yield func([]Row) bool) {
		if s.at != from {
			return // the first rows are no longer kept
		}
		for rows := s.draw(now); len(rows) > 0 && yield(rows) && !single; rows = s.draw(now) {
			s.drop(s.drawn)
			if len(s.kept) == 0 {
				s.refill(ctx)
			}
		}
	}
}

func (s *source) draw(now time.Time) []Row {
	s.drawn = min(len(s.kept), s.size)
	if s.run.job.Budget.bounded() {
		s.drawn = min(s.drawn, budgetPortion)
	}
	rows := s.kept[:s.drawn]
	for i := range rows {
		if u := rows[i].User; u != nil {
			u.Created, u.Modified = now, now
		}
	}
	return rows
}
