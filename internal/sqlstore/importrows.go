package sqlstore

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// A segment of import_rows holds at most so many rows that were not imported, and,
// unless a single row has more, bytes of their texts: a reader unpacks whole segments.
const (
	segmentRows  = 5000
	segmentBytes = 4 << 20
)

// keepRows stores what is kept of the rows of a commit.
func (d *database) keepRows(ctx context.Context, tx *transaction, no jobNumbers, kept importjob.Kept) error {
	for _, segment := range segmentsOf(kept) {
		if err := d.keepSegment(ctx, tx, no, segment); err != nil {
			return err
		}
	}
	return nil
}

// segmentsOf cuts what is kept into segments. Users are all in the last one, whose lines
// come no later than any of a later commit's.
func segmentsOf(kept importjob.Kept) (segments []importjob.Kept) {
	var s importjob.Kept
	size := 0
	for _, row := range kept.Rejected {
		if len(s.Rejected) > 0 && (len(s.Rejected) >= segmentRows || size+len(row.Text) > segmentBytes) {
			segments = append(segments, s)
			s, size = importjob.Kept{}, 0
		}
		s.Rejected = append(s.Rejected, row)
		size += len(row.Text)
	}
	if s.Users = kept.Users; len(s.Rejected)+len(s.Users) > 0 {
		segments = append(segments, s)
	}
	return segments
}

const insertRows = `INSERT INTO import_rows (pool_no, job_no, last_line, first_line, rejected, segment)
	VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`

func (d *database) keepSegment(ctx context.Context, tx *transaction, no jobNumbers, kept importjob.Kept) error {
	box := d.vault.ofUsers(no.pool, iam.ImportRows)
	if box == nil {
		return errNoKey()
	}
	packed, err := packKept(kept)
	if err != nil {
		return err
	}
	first, last := linesOf(kept)
	result, err := tx.ExecContext(ctx, insertRows, no.pool, no.job, last, first, len(kept.Rejected), box.Seal(rowsPlace(no, last), packed))
	// The same rows may be in already, as with outcomes.
	return must(result, err, errConflict)
}

// rowsPlace is what a segment is sealed for: a segment of another job, or another one of
// the same, cannot stand in its place.
func rowsPlace(no jobNumbers, last int64) string {
	return strconv.FormatInt(no.job, 10) + "/" + strconv.FormatInt(last, 10)
}

// linesOf returns the first and the last line of which something is kept.
func linesOf(kept importjob.Kept) (first, last int64) {
	if n := len(kept.Rejected); n > 0 {
		first, last = kept.Rejected[0].Line, kept.Rejected[n-1].Line
	}
	if n := len(kept.Users); n > 0 {
		run := kept.Users[n-1]
		last = max(last, run.Line+run.Rows-1)
		if first == 0 || kept.Users[0].Line < first {
			first = kept.Users[0].Line
		}
	}
	return first, last
}

func packKept(kept importjob.Kept) ([]byte, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(w).Encode(kept); err != nil {
		return nil, err
	}
	err = w.Close()
	return packed.Bytes(), err
}

func unpackKept(packed []byte) (kept importjob.Kept, err error) {
	r := flate.NewReader(bytes.NewReader(packed))
	defer r.Close()
	if err = json.NewDecoder(io.LimitReader(r, maxSegment)).Decode(&kept); err != nil {
		err = fmt.Errorf("the stored rows of a job cannot be read: %w", err)
	}
	return kept, err
}

// KeepRest keeps rows that an ended job did not reach. See [importjob.Store].
func (s *Jobs) KeepRest(ctx context.Context, key importjob.Key, from usercsv.Position, rows []importjob.KeptRow, end usercsv.Position, done bool) error {
	return s.change(ctx, func(tx *transaction) error {
		j, err := s.job(ctx, tx, key)
		if err != nil {
			return err
		}
		if j.Rest != from || j.RestKept || j.Completed.IsZero() {
			return importjob.ErrLeaseLost
		}
		if err := s.keepRows(ctx, tx, j.no, importjob.Kept{Rejected: rows}); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE import_jobs SET rest_offset = $1, rest_line = $2, rest_rows = $3, rest_kept = $4 WHERE pool_no = $5 AND job_no = $6",
			end.Offset, end.Line, end.Rows, done, j.no.pool, j.no.job)
		return err
	})
}

const selectExpiredRows = "SELECT pool_no, job_no FROM import_jobs WHERE NOT rows_gone AND completed_ms > 0 AND completed_ms < $1 ORDER BY completed_ms, pool_no, job_no LIMIT $2"

// expiredAtOnce is how many jobs' rows are looked for in one go.
const expiredAtOnce = 100

// ExpireRows deletes what is kept of the rows of jobs that ended before a moment. See
// [importjob.Store].
func (s *Jobs) ExpireRows(ctx context.Context, endedBefore time.Time) error {
	for {
		jobs, err := list(ctx, s.database, func(row scanner) (no jobNumbers, err error) {
			err = row.Scan(&no.pool, &no.job)
			return no, err
		}, selectExpiredRows, millis(endedBefore), expiredAtOnce)
		if err != nil || len(jobs) == 0 {
			return err
		}
		for _, no := range jobs {
			if err := s.expireRowsOf(ctx, no); err != nil {
				return err
			}
		}
	}
}

// expireRowsOf deletes what is kept of a job's rows, and then notes that it is gone.
func (s *Jobs) expireRowsOf(ctx context.Context, no jobNumbers) error {
	for _, k := range []keyed{
		{table: "import_corrections", of: "pool_no, job_no", columns: "line", rows: sliceRows},
		{table: "import_rows", of: "pool_no, job_no", columns: "last_line", rows: sliceSegments},
	} {
		if _, err := s.clearRows(ctx, k, no.pool, no.job); err != nil {
			return err
		}
	}
	return s.changeAside(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, "UPDATE import_jobs SET rows_gone = $1, file_header = NULL WHERE pool_no = $2 AND job_no = $3", true, no.pool, no.job)
		return err
	})
}

// nullable is NULL in place of no text.
func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}
