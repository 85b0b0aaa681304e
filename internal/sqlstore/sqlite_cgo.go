//go:build cgo

package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	sqlite "github.com/mattn/go-sqlite3"
)

// sqliteDriver is SQLite in C: the faster of the two drivers.
const sqliteDriver = "mattn/go-sqlite3"

// sqliteLanguage is the language of its SQLite.
const sqliteLanguage = "SQLite in C"

// openDriver opens a database and applies the settings to every connection. The driver knows only
// some of them by name, so all are statements. Its cache of prepared statements is larger than the
// number of frequent statements.
func openDriver(uri string, pragmas []pragma) (*sql.DB, error) {
	c := &connector{uri: uri + "&_stmt_cache_size=32"}
	c.driver.ConnectHook = func(conn *sqlite.SQLiteConn) error {
		for _, p := range pragmas {
			if _, err := conn.Exec("PRAGMA "+p.name+" = "+p.value, nil); err != nil {
				return err
			}
		}
		return nil
	}
	return sql.OpenDB(c), nil
}

type connector struct {
	driver sqlite.SQLiteDriver
	uri    string
}

func (c *connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.uri) }
func (c *connector) Driver() driver.Driver                        { return &c.driver }

// sqliteCode returns SQLite's primary result code, 0 for other errors.
func sqliteCode(err error) int {
	if e, ok := errors.AsType[sqlite.Error](err); ok {
		return int(e.Code)
	}
	return 0
}
