//go:build cgo

package sqlstore

import (
	"errors"
	"strings"

	sqlite "github.com/mattn/go-sqlite3"
)

// sqliteDriver is SQLite itself, in C: the quicker of the two drivers.
const sqliteDriver = "sqlite3"

// sqliteOptions names the settings that each connection makes, as this driver
// wants them.
func sqliteOptions(pragmas []pragma) string {
	var out []string
	for _, p := range pragmas {
		out = append(out, "_"+p.name+"="+p.value)
	}
	return strings.Join(out, "&")
}

// sqliteBusy reports whether somebody else holds the database's lock.
func sqliteBusy(err error) bool {
	e, ok := errors.AsType[sqlite.Error](err)
	return ok && (e.Code == sqlite.ErrBusy || e.Code == sqlite.ErrLocked)
}
