package sqlstore

import (
	"github.com/pressly/goose/v3"
)

// dialect is what differs between databases. The SQL text does not.
type dialect struct {
	goose goose.Dialect
	// retry reports whether a transaction that failed with err may simply be
	// tried again.
	retry func(err error) bool
}

var sqliteDialect = dialect{goose: goose.DialectSQLite3, retry: sqliteBusy}
