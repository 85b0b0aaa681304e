package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// The limits of a segment of import_rows. Readers unpack whole segments. Only a single row may have
// more bytes than a segment.
const (
	segmentRows  = 5000
	segmentBytes = 4 << 20
	segmentRuns  = 5000 // of runs of users
)

// keepRows stores the kept rows of a commit.
func (d *database) keepRows(ctx context.Context, tx *transaction, no jobNumbers, kept importjob.Kept) error {
	var room []byte
	for _, segment := range segmentsOf(kept) {
		room = packKept(room[:0], segment)
		if err := d.keepSegment(ctx, tx, no, segment, room); err != nil {
			return err
		}
	}
	return nil
}

// segmentsOf cuts kept rows into segments of consecutive lines: every line of a segment comes
// before every line of the next. A run of users is never cut, because no other row is between its
// lines.
func segmentsOf(kept importjob.Kept) (segments []importjob.Kept) {
	rows, runs := kept.Rejected, kept.Users
	for len(rows)+len(runs) > 0 {
		r, u, size := 0, 0, 0
		for r < len(rows) || u < len(runs) {
			if u < len(runs) && (r == len(rows) || runs[u].Line < rows[r].Line) {
				if u == segmentRuns {
					break
				}
				u++
				continue
			}
			if r > 0 && (r == segmentRows || size+len(rows[r].Text) > segmentBytes) {
				break
			}
			size += len(rows[r].Text)
			r++
		}
		segments = append(segments, importjob.Kept{Rejected: rows[:r:r], Users: runs[:u:u]})
		rows, runs = rows[r:], runs[u:]
	}
	return segments
}

const insertRows = `INSERT INTO import_rows (pool_no, job_no, last_line, first_line, rejected, segment)
	VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`

func (d *database) keepSegment(ctx context.Context, tx *transaction, no jobNumbers, kept importjob.Kept, packed []byte) error {
	first, last := linesOf(kept)
	sealed, err := d.sealOfJob(no, iam.ImportRows, last, packed)
	if err != nil {
		return err
	}
	result, err := tx.ExecContext(ctx, insertRows, no.pool, no.job, last, first, len(kept.Rejected), sealed)
	// As with outcomes, the same rows may be stored already.
	return requireChange(result, err, errConflict)
}

// rowsPlace is the context that a segment is sealed with. A segment cannot be opened as one of
// another job, or as another one of the same job.
func rowsPlace(no jobNumbers, last int64) string {
	return strconv.FormatInt(no.job, 10) + "/" + strconv.FormatInt(last, 10)
}

// linesOf returns the first and the last line with a kept row or a user.
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

// KeepRest stores the rows that an ended job did not reach. See [importjob.Store].
func (s *Jobs) KeepRest(ctx context.Context, key importjob.Key, from usercsv.Position, rows []importjob.KeptRow, end usercsv.Position, done bool) error {
	return s.change(ctx, func(tx *transaction) error {
		j, err := s.job(ctx, tx, key)
		if err != nil {
			return err
		}
		if j.Rest != from || j.RestKept || j.Completed.IsZero() {
			return importjob.ErrLeaseLost
		}
		if !j.RowsGone { // else they have expired already
			err = s.keepRows(ctx, tx, j.no, importjob.Kept{Rejected: rows})
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE import_jobs SET rest_offset = $1, rest_line = $2, rest_rows = $3, rest_kept = $4 WHERE pool_no = $5 AND job_no = $6",
			end.Offset, end.Line, end.Rows, done, j.no.pool, j.no.job)
		return err
	})
}

const selectExpiredRows = "SELECT pool_no, job_no FROM import_jobs WHERE NOT rows_gone AND completed_ms > 0 AND completed_ms < $1 ORDER BY completed_ms, pool_no, job_no LIMIT $2"

// expiredAtOnce is the number of jobs with expired rows that one query returns.
const expiredAtOnce = 100

// ExpireRows deletes the kept rows of jobs that ended before a time. See [importjob.Store].
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

// noteRowsGone locks the job's table row. A transaction that would add rows waits for the lock, and
// then sees that the rows have expired.
const noteRowsGone = "UPDATE import_jobs SET rows_gone = $1, file_header = NULL WHERE pool_no = $2 AND job_no = $3"

// The names of columns are deleted with the header.
var (
	selectReading = "SELECT job_id, asked, file_format, (SELECT p.pool_id FROM user_pools p WHERE p.pool_no = import_jobs.pool_no) FROM import_jobs WHERE pool_no = $1 AND job_no = $2"
	updateReading = "UPDATE import_jobs SET asked = $1, file_format = $2 WHERE pool_no = $3 AND job_no = $4"
)

// expireRowsOf deletes a job's kept rows, and then marks them as deleted. The marking transaction
// also deletes the few rows that were added meanwhile.
func (s *Jobs) expireRowsOf(ctx context.Context, no jobNumbers) error {
	for _, k := range rowsOfJob {
		if _, err := s.clearRows(ctx, k, no.pool, no.job); err != nil {
			return err
		}
	}
	return s.changeAside(ctx, func(tx *transaction) error {
		if _, err := tx.ExecContext(ctx, noteRowsGone, true, no.pool, no.job); err != nil {
			return err
		}
		if err := s.forgetNames(ctx, tx, no); err != nil {
			return err
		}
		for _, k := range rowsOfJob {
			if _, err := tx.ExecContext(ctx, k.deleteRest(), no.pool, no.job); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetNames deletes the names of columns from the stored format of a job's file. A format that
// cannot be read any more is deleted as a whole; so is one of a deleted pool.
func (s *Jobs) forgetNames(ctx context.Context, tx *transaction, no jobNumbers) error {
	var j importjob.Job
	var poolID sql.NullString
	var asked, format []byte
	err := tx.QueryRowContext(ctx, selectReading, no.pool, no.job).Scan(&j.ID, &asked, &format, &poolID)
	if errors.Is(err, sql.ErrNoRows) || err == nil && asked == nil && format == nil {
		return nil
	}
	if err != nil {
		return err
	}
	j.PoolID = poolID.String
	if err := s.openReading(&j, asked, format); err != nil {
		j.Asked, j.Format = nil, nil
	}
	j.Asked, j.Format = j.Asked.WithoutNames(), j.Format.WithoutNames()
	keptAsked, keptFormat, err := s.sealReading(&j)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, updateReading, keptAsked, keptFormat, no.pool, no.job)
	return err
}

// rowsOfJob are the tables with a job's kept rows and corrections.
var rowsOfJob = []rowSet{
	{table: "import_corrections", shared: "pool_no, job_no", columns: "line", rows: sliceRows},
	{table: "import_rows", shared: "pool_no, job_no", columns: "last_line", rows: sliceSegments},
}

// nilIfEmpty returns NULL for an empty text.
func nilIfEmpty(text string) any {
	if text == "" {
		return nil
	}
	return text
}
