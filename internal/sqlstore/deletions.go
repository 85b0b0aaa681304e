package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/importjob"
)

// DeletePool leaves a mark in deleted_pools, by which what is kept of a pool is found
// and deleted a slice at a time. Nothing else finds it: all goes by the pool's
// number, which no pool has any more.

// keyed is rows of a table that belong together, and what they are ordered by: the
// columns of an index.
type keyed struct {
	table   string
	of      string // columns that are the same in all of them, or idRange
	columns string // further ones, "" for a single row
	rows    int    // of a slice
	// ids are those of a range of ids, by the pool's number; nil for others.
	ids func(poolNo int64) (after, through int64)
}

// params are the first parameters of the queries.
func (k keyed) params(poolNo int64) []any {
	if k.of != idRange {
		return []any{poolNo}
	}
	after, through := k.ids(poolNo)
	return []any{after, through}
}

// idRange stands for a range of ids that begin with the pool's number, behind one id
// and through another.
const idRange = ""

// ofPool is rows of a pool.
func ofPool(table, columns string, rows int) keyed {
	return keyed{table: table, of: "pool_no", columns: columns, rows: rows}
}

// The most rows that a transaction deletes. A segment of outcomes, and what was seen
// of a file, may have as many bytes as thousands of users.
const (
	sliceRows     = 1000
	sliceSegments = 50
	sliceUploads  = 50
)

// poolTables are the tables that hold something of a pool, beside those of its users.
// A table comes before those whose rows are only added while it has one: so nothing
// is added to what was cleared.
var poolTables = []keyed{
	ofPool("user_pool_counters", "", sliceRows),
	ofPool("active_imports", "", sliceRows),
	ofPool("import_uploads", "job_id", sliceUploads),
	ofPool("import_jobs", "job_no", sliceRows),
	ofPool("import_outcomes", "job_no, last_line", sliceSegments),
	ofPool("import_rows", "job_no, last_line", sliceSegments),
	ofPool("import_corrections", "job_no, line", sliceRows),
	ofPool("import_maps", "", sliceRows),
	ofPool("import_causes", "job_no, verdict, code, file_column, flaw", sliceRows),
	ofPool("log_forwards", "job_no", sliceRows),
	ofPool("deleted_log_streams", "job_no", sliceRows),
	ofPool("log_groups", "", sliceRows),
	ofPool("user_pool_clients", "client_id", sliceRows),
	ofPool("token_keys", "key_id", sliceRows),
	ofPool("user_counts", "day, status, enabled", sliceRows),
	ofPool("user_sessions", "session_id", sliceRows),
	ofPool("used_challenges", "challenge_id", sliceRows),
	ofPool("user_attempts", "subject, kind", sliceRows),
	ofPool("user_codes", "user_no, purpose", sliceRows),
	ofPool("password_history", "user_no, history_no", sliceRows),
	ofPool("outbox_messages", "message_id", sliceRows),
}

// where is the condition of all the rows; its parameters are the first ones.
func (k keyed) where() string {
	if k.of == idRange {
		return k.columns + " > $1 AND " + k.columns + " <= $2"
	}
	return compare(k.of, "=", 1)
}

// order is that of the index.
func (k keyed) order() string {
	if k.of == idRange {
		return k.columns
	}
	return k.of + ", " + k.columns
}

// compare compares columns with parameters from one on.
func compare(columns, operator string, from int) string {
	var params []string
	for i := range strings.Split(columns, ", ") {
		params = append(params, fmt.Sprintf("$%d", from+i))
	}
	if len(params) == 1 {
		return columns + " " + operator + " " + params[0]
	}
	return "(" + columns + ") " + operator + " (" + strings.Join(params, ", ") + ")"
}

// sliceEnd returns the query of the last row of the first slice; it has none where
// fewer rows are left.
func (k keyed) sliceEnd() string {
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 OFFSET %d", k.columns, k.table, k.where(), k.order(), k.rows-1)
}

// deleteThrough returns the statement that deletes the rows through one. It has one
// bound at each end: of two upper bounds SQLite takes the larger, and reads all that
// is left.
func (k keyed) deleteThrough() string {
	if k.of == idRange { // the range's end is another one
		return k.deleteRest()
	}
	return fmt.Sprintf("%s AND %s", k.deleteRest(), compare(k.columns, "<=", 2+strings.Count(k.of, ",")))
}

// deleteRest returns the statement that deletes the last slice.
func (k keyed) deleteRest() string { return "DELETE FROM " + k.table + " WHERE " + k.where() }

// DeletedPools returns the pools of which something is left. See
// [importjob.Deletions].
func (s *Pools) DeletedPools(ctx context.Context) ([]importjob.DeletedPool, error) {
	return list(ctx, s.database, func(row scanner) (d importjob.DeletedPool, err error) {
		err = row.Scan(&d.Number, &d.ID)
		return d, err
	}, "SELECT pool_no, pool_id FROM deleted_pools ORDER BY pool_no")
}

const selectLeftFiles = "SELECT job_id FROM import_jobs WHERE pool_no = $1 AND (completed_ms = 0 OR upload_name <> '')" +
	" UNION ALL SELECT job_id FROM import_uploads WHERE pool_no = $1"

// LeftFiles returns the jobs and uploads of a deleted pool that may have files. See
// [importjob.Deletions].
func (s *Pools) LeftFiles(ctx context.Context, d importjob.DeletedPool) ([]importjob.Key, error) {
	return list(ctx, s.database, func(row scanner) (importjob.Key, error) {
		key := importjob.Key{PoolID: d.ID}
		err := row.Scan(&key.JobID)
		return key, err
	}, selectLeftFiles, d.Number)
}

// ClearPool deletes all that is kept of a deleted pool. See [importjob.Deletions].
func (s *Pools) ClearPool(ctx context.Context, d importjob.DeletedPool) error {
	for left := true; left; { // what another transaction was about to add is there at the second look
		left = false
		for _, k := range append(s.users.poolTables(), poolTables...) {
			some, err := s.clearRows(ctx, k, k.params(d.Number)...)
			if err != nil {
				return fmt.Errorf("of user pool %s, which was deleted, from %s: %w", d.ID, k.table, err)
			}
			left = left || some
		}
	}
	return s.changeAside(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM deleted_pools WHERE pool_no = $1", d.Number)
		return err
	})
}

// clearRows deletes rows slice by slice, and reports whether there were any. params
// are the first parameters of its queries.
func (d *database) clearRows(ctx context.Context, k keyed, params ...any) (some bool, err error) {
	for {
		end, err := look(ctx, d, func(q querier) ([]any, error) { return k.end(ctx, q, params) })
		if err != nil {
			return some, err
		}
		query, args := k.deleteRest(), params
		switch {
		case end != nil && k.of == idRange:
			args = []any{params[0], end[0]}
		case end != nil:
			query, args = k.deleteThrough(), slices.Concat(params, end)
		}
		n, err := d.deleteSlice(ctx, query, args...)
		some = some || n > 0
		if err != nil || end == nil {
			return some, err
		}
	}
}

// end returns the key of the last row of the first slice, nil where fewer rows are
// left.
func (k keyed) end(ctx context.Context, q querier, params []any) ([]any, error) {
	if k.columns == "" {
		return nil, nil
	}
	ends, err := collect(ctx, q, func(row scanner) ([]any, error) {
		key := make([]any, 1+strings.Count(k.columns, ","))
		into := make([]any, len(key))
		for i := range key {
			into[i] = &key[i]
		}
		err := row.Scan(into...)
		return key, err
	}, k.sliceEnd(), params...)
	if err != nil || len(ends) == 0 {
		return nil, err
	}
	return ends[0], nil
}

// deleteSlice runs a statement that deletes some rows as a transaction of its own. No
// import gives way to it, and whoever waits to write comes next.
func (d *database) deleteSlice(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = d.changeAside(ctx, func(tx *transaction) error {
		result, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	if err == nil {
		d.wrote(int(n))
	}
	return n, err
}
