package sqlstore

import (
	"bytes"
	"compress/flate"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"poolhouse/internal/importjob"
)

// Results is the store of job results: the outcomes of rows, and their retention.
type Results struct{ *database }

// maxSegment bounds the unpacked size of a stored segment, in bytes.
const maxSegment = 256 << 20

// segmentOutcomes bounds the outcomes of a segment: readers of a page unpack whole segments.
const segmentOutcomes = 5000

// keepOutcomes stores the outcomes of a commit in compressed segments.
func keepOutcomes(ctx context.Context, tx *transaction, no jobNumbers, outcomes []importjob.Outcome, at time.Time) error {
	for some := range slices.Chunk(outcomes, segmentOutcomes) {
		segment, err := packOutcomes(some)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO import_outcomes (pool_no, job_no, last_line, first_line, at_ms, segment)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
			no.pool, no.job, some[len(some)-1].Last(), some[0].Line, millis(at), segment)
		// The same rows may be stored already: a commit with an unknown result may take effect
		// while it is retried.
		if err := requireChange(result, err, errConflict); err != nil {
			return err
		}
	}
	return nil
}

// A segment is JSON: compressed, or plain after a mark byte if compression gains nothing. No flate
// stream begins with the mark byte, because its block type is reserved.
const (
	plainMark = 0xff
	plainMost = 512 // bytes of JSON
)

func packOutcomes(outcomes []importjob.Outcome) ([]byte, error) {
	if len(outcomes) < plainMost/len(`{"l":1,"v":"FAILED"},`) {
		plain, err := json.Marshal(outcomes)
		if err != nil || len(plain) <= plainMost {
			return append([]byte{plainMark}, plain...), err
		}
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(w).Encode(outcomes); err != nil {
		return nil, err
	}
	err = w.Close()
	return packed.Bytes(), err
}

func unpackOutcomes(segment []byte) (outcomes []importjob.Outcome, err error) {
	if len(segment) > 0 && segment[0] == plainMark {
		err = json.Unmarshal(segment[1:], &outcomes)
		return outcomes, unreadable(err)
	}
	r := flate.NewReader(bytes.NewReader(segment))
	defer r.Close()
	err = json.NewDecoder(io.LimitReader(r, maxSegment)).Decode(&outcomes)
	return outcomes, unreadable(err)
}

func unreadable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the stored outcomes of a job are damaged: %w", err)
}

// whereJob is the condition of a job's outcomes; the ids are the first parameters. If the job's log
// stream was deleted, it has no outcomes.
var whereJob = "pool_no = " + poolOf(1) + " AND job_no = " + jobOf(1, 2) +
	" AND (SELECT count(*) FROM deleted_log_streams d WHERE d.pool_no = " + poolOf(1) + " AND d.job_no = " + jobOf(1, 2) + ") = 0"

var selectOutcomes = "SELECT last_line, at_ms, segment FROM import_outcomes WHERE " + whereJob + " AND last_line > $3 ORDER BY last_line LIMIT $4"

// Outcomes returns segments with lines after afterLine.
func (s *Results) Outcomes(ctx context.Context, key importjob.Key, afterLine int64, limit int) ([]importjob.Segment, error) {
	return retryRead(ctx, s.database, func(q querier) ([]importjob.Segment, error) {
		count := func(o importjob.Outcome) int64 { return o.Last() - max(o.Line-1, afterLine) }
		return outcomes(ctx, q, count, limit, selectOutcomes, func(last int64, some int) []any {
			return []any{key.PoolID, key.JobID, max(last, afterLine), some}
		})
	})
}

var (
	// Segments are adjacent. The last segment with a line before beforeLine is therefore the first
	// one that ends at or after the line before it.
	selectLastSegment    = "SELECT last_line FROM import_outcomes WHERE " + whereJob + " AND last_line >= $3 ORDER BY last_line LIMIT 1"
	selectOutcomesBefore = "SELECT last_line, at_ms, segment FROM import_outcomes WHERE " + whereJob + " AND last_line <= $3 AND first_line < $4 ORDER BY last_line DESC LIMIT $5"
)

// OutcomesBefore returns segments with lines before beforeLine, last one first.
func (s *Results) OutcomesBefore(ctx context.Context, key importjob.Key, beforeLine int64, limit int) ([]importjob.Segment, error) {
	return retryRead(ctx, s.database, func(q querier) ([]importjob.Segment, error) {
		end := beforeLine
		err := q.QueryRowContext(ctx, selectLastSegment, key.PoolID, key.JobID, beforeLine-1).Scan(&end)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		count := func(o importjob.Outcome) int64 { return min(o.Last(), beforeLine-1) - o.Line + 1 }
		return outcomes(ctx, q, count, limit, selectOutcomesBefore, func(last int64, some int) []any {
			if last > 0 {
				end = last - 1
			}
			return []any{key.PoolID, key.JobID, end, beforeLine, some}
		})
	})
}

// outcomes reads segments of a query until they have limit lines. count returns the number of an
// outcome's lines that count. args returns the query's arguments for the next some segments after
// the one that ends at line last, 0 for the first ones.
func outcomes(ctx context.Context, q querier, count func(importjob.Outcome) int64, limit int, query string, args func(last int64, some int) []any) ([]importjob.Segment, error) {
	var out []importjob.Segment
	var last, lines int64
	err := inSegments(func(some int) (more bool, err error) {
		rows, err := q.QueryContext(ctx, query, args(last, some)...)
		if err != nil {
			return false, err
		}
		defer rows.Close()
		read := 0
		for ; lines < int64(limit) && rows.Next(); read++ {
			var at int64
			var packed []byte
			if err := rows.Scan(&last, &at, &packed); err != nil {
				return false, err
			}
			segment := importjob.Segment{At: instant(at)}
			if segment.Outcomes, err = unpackOutcomes(packed); err != nil {
				return false, err
			}
			for _, o := range segment.Outcomes {
				lines += max(0, count(o))
			}
			out = append(out, segment)
		}
		return read == some && lines < int64(limit), rows.Err()
	})
	return out, err
}

// The number of segments that a query asks for, at first and at most.
const (
	firstSegments = 2
	mostSegments  = 64
)

// inSegments calls read with the number of segments to ask for, until there is nothing more to
// read. It doubles the number each time. The limit is needed: PostgreSQL's driver reads a query
// without one to the end, even if only the first rows are used. The pages of a long job would
// become slow.
func inSegments(read func(some int) (more bool, err error)) error {
	for some := firstSegments; ; some = min(2*some, mostSegments) {
		if more, err := read(some); err != nil || !more {
			return err
		}
	}
}
