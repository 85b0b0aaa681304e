package sqlstore

import (
	"context"
	"database/sql"
	"slices"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// Rows is the store of jobs' kept rows and their corrections, and of checks before a job. See
// [importjob.Rows] and [importjob.Checker].
type Rows struct {
	*database
	users *Users
}

// pageBytes is the size after which a page reads no further segment.
const pageBytes = 4 << 20

const (
	selectKept         = "SELECT last_line, segment FROM import_rows WHERE pool_no = $1 AND job_no = $2 AND last_line > $3 ORDER BY last_line LIMIT $4"
	selectKeptRejected = "SELECT last_line, segment FROM import_rows WHERE pool_no = $1 AND job_no = $2 AND last_line > $3 AND rejected > 0 ORDER BY last_line LIMIT $4"
)

// KeptRows returns the kept rows after a line. See [importjob.Rows].
func (s *Rows) KeptRows(ctx context.Context, key importjob.Key, afterLine int64, limit int, rejected bool) ([]importjob.Kept, error) {
	query := selectKept
	if rejected {
		query = selectKeptRejected
	}
	return retryRead(ctx, s.database, func(q querier) ([]importjob.Kept, error) {
		j, err := s.job(ctx, q, key)
		if err != nil {
			return nil, err
		}
		return s.keptPage(ctx, q, j.no, afterLine, limit, rejected, query)
	})
}

// keptPage reads segments of a query until they have limit rows that were not imported, or
// pageBytes bytes.
func (s *Rows) keptPage(ctx context.Context, q querier, no jobNumbers, afterLine int64, limit int, rejected bool, query string) ([]importjob.Kept, error) {
	var page []importjob.Kept
	n, size, place := 0, 0, afterLine
	err := inSegments(func(some int) (more bool, err error) {
		rows, err := q.QueryContext(ctx, query, no.pool, no.job, place, some)
		if err != nil {
			return false, err
		}
		defer rows.Close()
		read := 0
		for ; n < limit && size < pageBytes && rows.Next(); read++ {
			var sealed sql.RawBytes
			if err := rows.Scan(&place, &sealed); err != nil {
				return false, err
			}
			size += len(sealed)
			kept, err := s.openSegment(no, place, sealed)
			if err != nil {
				return false, err
			}
			if kept = keptAfter(kept, afterLine); rejected && len(kept.Rejected) == 0 {
				continue
			}
			n += len(kept.Rejected)
			page = append(page, kept)
		}
		return read == some && n < limit && size < pageBytes, rows.Err()
	})
	return page, err
}

// openSegment opens a stored segment.
func (d *database) openSegment(no jobNumbers, lastLine int64, sealed []byte) (importjob.Kept, error) {
	packed, err := d.openOfJob(no, iam.ImportRows, lastLine, sealed, "rows")
	if err != nil {
		return importjob.Kept{}, err
	}
	return unpackKept(packed)
}

// keptAfter removes what begins on or before a line.
func keptAfter(kept importjob.Kept, line int64) importjob.Kept {
	rows, _ := slices.BinarySearchFunc(kept.Rejected, line, func(r importjob.KeptRow, line int64) int {
		if r.Line > line {
			return 1
		}
		return -1
	})
	kept.Rejected = kept.Rejected[rows:]
	for len(kept.Users) > 0 && kept.Users[0].Line <= line {
		first := &kept.Users[0]
		gone := line + 1 - first.Line
		if gone < first.Rows {
			*first = first.From(gone)
			break
		}
		kept.Users = kept.Users[1:]
	}
	return kept
}

// Children returns the child jobs of a job. See [importjob.Rows].
func (s *Rows) Children(ctx context.Context, key importjob.Key) ([]*importjob.Job, error) {
	return retryRead(ctx, s.database, func(q querier) ([]*importjob.Job, error) {
		j, err := s.job(ctx, q, key)
		if err != nil {
			return nil, err
		}
		return collect(ctx, q, func(row scanner) (*importjob.Job, error) {
			child, err := s.scanJobOf(&key.PoolID, row)
			return child.Job, err
		}, selectChildren, j.no.pool, j.ID)
	})
}

// The order is that of the index; both databases infer the index's condition from the equation.
const selectChildren = selectJobOfPool + " WHERE pool_no = $1 AND parent_job_id = $2 ORDER BY pool_no, parent_job_id, job_no"

// selectUserSpan returns the range of numbers of a job's users.
const selectUserSpan = "SELECT coalesce(first_user_no, 1), coalesce(last_user_no, $1), imported FROM import_jobs WHERE pool_no = $2 AND job_no = $3"

// JobUsers returns users that a job created. See [importjob.Rows].
func (s *Rows) JobUsers(ctx context.Context, p *userpool.UserPool, key importjob.Key, afterNo int64, limit int) ([]importjob.NumberedUser, error) {
	return retryRead(ctx, s.database, func(q querier) ([]importjob.NumberedUser, error) {
		j, err := s.job(ctx, q, key)
		if err != nil {
			return nil, err
		}
		var first, last, imported int64
		// A job of an earlier version does not store which users it created.
		if err := q.QueryRowContext(ctx, selectUserSpan, int64(maxUserNo), j.no.pool, j.no.job).Scan(&first, &last, &imported); err != nil {
			return nil, err
		}
		among := numbers{max(afterNo, first-1), last}
		if imported == 0 || among.after >= among.through || j.no.pool != p.Number {
			return nil, nil
		}
		found, _, err := withSchema(ctx, s.users.pools, q, p, func(p *userpool.UserPool) ([]storedUser, error) {
			return s.users.tables.usersOfJob(ctx, q, p, j.no.job, among, limit)
		})
		users := make([]importjob.NumberedUser, len(found))
		for i, u := range found {
			users[i] = importjob.NumberedUser{User: u.User, No: u.no}
		}
		return users, err
	})
}
