package sqlstore

import (
	"context"
	"database/sql"
	"time"
)

type scanner interface{ Scan(dest ...any) error }

// collect reads all rows of a query.
func collect[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// list is collect without a transaction.
func list[T any](ctx context.Context, d *database, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	return retryRead(ctx, d, func(q querier) ([]T, error) { return collect(ctx, q, scan, query, args...) })
}

// anyChanged reports whether a statement changed anything.
func anyChanged(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// requireChange returns otherwise if a statement changed nothing.
func requireChange(result sql.Result, err error, otherwise error) error {
	done, err := anyChanged(result, err)
	if err == nil && !done {
		return otherwise
	}
	return err
}

// millis and instant convert times to milliseconds and back; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
