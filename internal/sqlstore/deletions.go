package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/importjob"
)

// DeletePool adds a mark to deleted_pools. By this mark, the data of the pool is found and deleted,
// a slice at a time. Nothing else finds it: all data is keyed by the pool's number, and that number
// is never used again.

// rowSet is a set of table rows that are deleted together, with their order: the columns of an
// index.
type rowSet struct {
	table   string
	shared  string // columns that are equal in all rows, or idRange
	columns string // further columns of the order, "" for a single row
	rows    int    // most rows in a slice
	// ids returns the range of ids for a pool's number; nil unless shared is idRange.
	ids func(poolNo int64) (after, through int64)
}

// params returns the first parameters of the queries.
func (k rowSet) params(poolNo int64) []any {
	if k.shared != idRange {
		return []any{poolNo}
	}
	after, through := k.ids(poolNo)
	return []any{after, through}
}

// idRange stands for a range of ids that begin with the pool's number: after one id, through
// another.
const idRange = ""

// ofPool returns the rows of a pool in a table.
func ofPool(table, columns string, rows int) rowSet {
	return rowSet{table: table, shared: "pool_no", columns: columns, rows: rows}
}

// The most rows that a transaction deletes. A segment of outcomes, or the look at an uploaded file,
// may be as large as thousands of users.
const (
	sliceRows     = 1000
	sliceSegments = 50
	sliceUploads  = 50
)

// poolTables are the tables that hold data of a pool, without those of its users. If rows of table
// B are added only while table A has a row, A comes before B: so nothing is added to a cleared
// table.
var poolTables = []rowSet{
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

// where is the condition of all the rows. It uses the first parameters.
func (k rowSet) where() string {
	if k.shared == idRange {
		return k.columns + " > $1 AND " + k.columns + " <= $2"
	}
	return compare(k.shared, "=", 1)
}

// order is the order of the index.
func (k rowSet) order() string {
	if k.shared == idRange {
		return k.columns
	}
	return k.shared + ", " + k.columns
}

// compare compares columns with parameters, numbered from from on.
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

// sliceEnd returns the query of the last row of the first slice. The query has no result if less
// than a slice is left.
func (k rowSet) sliceEnd() string {
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 OFFSET %d", k.columns, k.table, k.where(), k.order(), k.rows-1)
}

// deleteThrough returns the statement that deletes the rows through a given one. It has one bound
// at each end: of two upper bounds, SQLite uses the larger and reads all that is left.
func (k rowSet) deleteThrough() string {
	if k.shared == idRange { // the upper bound replaces the end of the range
		return k.deleteRest()
	}
	return fmt.Sprintf("%s AND %s", k.deleteRest(), compare(k.columns, "<=", 2+strings.Count(k.shared, ",")))
}

// deleteRest returns the statement that deletes the last slice.
func (k rowSet) deleteRest() string { return "DELETE FROM " + k.table + " WHERE " + k.where() }

// DeletedPools returns the deleted pools that still have data. See [importjob.Deletions].
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

// ClearPool deletes all data of a deleted pool. See [importjob.Deletions].
func (s *Pools) ClearPool(ctx context.Context, d importjob.DeletedPool) error {
	for left := true; left; { // the second pass sees rows that a concurrent transaction added
		left = false
		for _, k := range append(s.users.poolTables(), poolTables...) {
			some, err := s.clearRows(ctx, k, k.params(d.Number)...)
			if err != nil {
				return fmt.Errorf("deleting the data of the deleted user pool %s from %s: %w", d.ID, k.table, err)
			}
			left = left || some
		}
	}
	return s.changeAside(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM deleted_pools WHERE pool_no = $1", d.Number)
		return err
	})
}

// clearRows deletes rows slice by slice, and reports whether there were any. params are the first
// parameters of its queries.
func (d *database) clearRows(ctx context.Context, k rowSet, params ...any) (some bool, err error) {
	for {
		end, err := retryRead(ctx, d, func(q querier) ([]any, error) { return k.end(ctx, q, params) })
		if err != nil {
			return some, err
		}
		query, args := k.deleteRest(), params
		switch {
		case end != nil && k.shared == idRange:
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

// end returns the key of the last row of the first slice, nil if less than a slice is left.
func (k rowSet) end(ctx context.Context, q querier, params []any) ([]any, error) {
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

// deleteSlice runs a deletion as a transaction of its own. Imports do not yield to it, and other
// writers run after each slice.
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
