package sqlstore

import "context"

// countUnindexed returns 0: all indexes are up to date. See [importer].
func (b *postgresImports) countUnindexed(context.Context, querier) (int64, error) { return 0, nil }

func (b *postgresBackend) statistics() Statistics {
	return Statistics{Connections: []Connections{connectionsOf("requests", b.write), connectionsOf("import", b.importing.connections)}}
}
