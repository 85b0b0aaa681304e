//go:build !cgo

package sqlstore

import (
	"errors"
	"strings"

	"modernc.org/sqlite"
)

// sqliteDriver is SQLite in Go, for builds without a C compiler.
const sqliteDriver = "sqlite"

// sqliteOptions names the settings that each connection makes, as this driver
// wants them.
func sqliteOptions(pragmas []pragma) string {
	var out []string
	for _, p := range pragmas {
		out = append(out, "_pragma="+p.name+"("+p.value+")")
	}
	return strings.Join(out, "&")
}

// sqliteBusy reports whether somebody else holds the database's lock.
func sqliteBusy(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	const busy, locked = 5, 6
	return ok && (e.Code()&0xff == busy || e.Code()&0xff == locked)
}
