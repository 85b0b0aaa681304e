package server

import (
	"poolhouse/internal/buildinfo"
	"poolhouse/internal/sqlstore"
)

// Version returns the version of the program.
func Version() string { return buildinfo.Read().Version }

// Commit returns the commit that the program was built from.
func Commit() string { return buildinfo.Read().Commit }

// BuildDetails returns how the program was built, one fact a line.
func BuildDetails() string {
	b := buildinfo.Read()
	return b.Version +
		"\ncommit: " + b.Commit + " of " + b.Time +
		"\nGo: " + b.Go +
		"\nsystem: " + b.System +
		"\nSQLite driver: " + sqlstore.SQLiteDriver()
}
