package sqlstore

import "context"

const sumUnindexed = "SELECT CAST(coalesce(sum(through_no - after_no), 0) AS BIGINT) FROM unindexed_users"

// countUnindexed counts the users of ranges that may have deferred indexes. See [importer].
func (s *sqliteImports) countUnindexed(ctx context.Context, q querier) (n int64, err error) {
	err = q.QueryRowContext(ctx, sumUnindexed).Scan(&n)
	return n, err
}

func (b *sqliteBackend) statistics() Statistics {
	return Statistics{
		Connections:   []Connections{connectionsOf("read", b.read), connectionsOf("write", b.write), connectionsOf("index", b.importing.indexing)},
		UrgentWriters: int(b.importing.lock.waiting.Load()), OtherWriters: int(b.importing.lock.others.Load()),
	}
}
