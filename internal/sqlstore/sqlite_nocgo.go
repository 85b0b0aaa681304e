//go:build !cgo

package sqlstore

import (
	"database/sql"
	"errors"

	"modernc.org/sqlite"
)

// sqliteDriver is SQLite in Go, for builds without a C compiler.
const sqliteDriver = "modernc.org/sqlite"

// sqliteLanguage is the language of its SQLite.
const sqliteLanguage = "SQLite in Go"

// openDriver opens a database and applies the settings to every connection.
func openDriver(uri string, pragmas []pragma) (*sql.DB, error) {
	for _, p := range pragmas {
		uri += "&_pragma=" + p.name + "(" + p.value + ")"
	}
	return sql.Open("sqlite", uri)
}

// sqliteCode returns SQLite's primary result code, 0 for other errors.
func sqliteCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}
