package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"runtime"

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

type pragma struct{ name, value string }

// sqlitePragmas are the settings of every connection: readers do not wait for
// the writer, and what is committed survives a power cut.
var sqlitePragmas = []pragma{
	{"journal_mode", "WAL"},
	{"synchronous", "FULL"},
	{"busy_timeout", "10000"},
}

// openSQLite opens the file twice: one connection that writes, since SQLite
// has one writer at a time, and several that only read.
func openSQLite(ctx context.Context, path string) (write, read *sql.DB, err error) {
	// What is in the file is for its owner only; SQLite gives the files
	// beside it the same mode.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the database: %w", err)
	}
	if err := file.Close(); err != nil {
		return nil, nil, err
	}
	writer := append([]pragma{{"cache_size", "-131072"}}, sqlitePragmas...) // 128 MiB
	if write, err = openFile(path, writer, "&_txlock=immediate"); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	write.SetMaxIdleConns(1)
	if err := write.PingContext(ctx); err != nil {
		write.Close()
		return nil, nil, fmt.Errorf("opening the database %s: %w", path, err)
	}
	// Fewer, larger checkpoints: each copies every changed page once.
	if _, err := write.ExecContext(ctx, "PRAGMA wal_autocheckpoint = 16000"); err != nil {
		write.Close()
		return nil, nil, fmt.Errorf("opening the database %s: %w", path, err)
	}
	reader := append([]pragma{{"query_only", "1"}, {"cache_size", "-16384"}}, sqlitePragmas...)
	if read, err = openFile(path, reader, ""); err != nil {
		write.Close()
		return nil, nil, err
	}
	read.SetMaxOpenConns(max(4, 2*runtime.GOMAXPROCS(0)))
	read.SetMaxIdleConns(4)
	return write, read, nil
}

func openFile(path string, pragmas []pragma, more string) (*sql.DB, error) {
	uri := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: sqliteOptions(pragmas) + more}
	db, err := sql.Open(sqliteDriver, uri.String())
	if err != nil {
		return nil, fmt.Errorf("opening the database %s: %w", path, err)
	}
	return db, nil
}
