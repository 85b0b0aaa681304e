package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"

	"github.com/pressly/goose/v3"

	"poolhouse/internal/importjob"
)

func sqliteDialect() dialect {
	return dialect{
		goose: goose.DialectSQLite3, migrations: "migrations/sqlite",
		poolTables: append([]string{"user_lookups", "unindexed_users", "user_names"}, poolTables...),
		userTexts:  sqliteUserTexts, addUser: addNamedUser, userSource: usersByName,
		fault: func(err error) fault {
			if sqliteBusy(err) {
				return faultConflict
			}
			return faultLasting
		},
		lengthen:   func(context.Context, *transaction) error { return nil },
		insertRows: insertUnindexed, probe: probeKeys, usersIn: usersByLookup, tie: func(string) string { return "user_key" },
		index: indexUser, unindex: unindexUser, catchUp: catchUp, behind: behind,
		// For a context that can end, both drivers start a goroutine a
		// statement, which cost a quarter of an import. Whoever loops over the
		// rows looks at the context instead.
		rowContext: context.WithoutCancel,
		begun:      func(context.Context, *Store) {},
		expel:      func(context.Context, *Store, importjob.Key, int64) error { return nil }, // there is no server to hold anything
	}
}

type pragma struct{ name, value string }

// writerPragmas are the settings of the connection that writes: what is
// committed survives a power cut. It waits a second for another process's
// lock, and is then tried again, so that the end of a request is seen.
var writerPragmas = []pragma{
	{"busy_timeout", "1000"},
	{"journal_mode", "WAL"},
	{"synchronous", "FULL"},
	{"temp_store", "MEMORY"},
	{"cache_size", "-16384"},            // 16 MiB
	{"wal_autocheckpoint", "250000"},    // pages: only if our own checkpoints fail
	{"journal_size_limit", "134217728"}, // what is left of the log of a large import
}

// readerPragmas are the settings of the connections that read. They never
// wait for the writer, save in the moment in which a crash is recovered from.
var readerPragmas = []pragma{
	{"busy_timeout", "10000"},
	{"journal_mode", "WAL"},
	{"synchronous", "FULL"},
	{"cache_size", "-4096"},
	{"query_only", "1"},
}

// The result codes of SQLite that matter here.
const (
	codeBusy   = 5
	codeLocked = 6
	codeNotADB = 26
)

// sqliteBusy reports whether somebody else holds the database's lock.
func sqliteBusy(err error) bool {
	code := sqliteCode(err)
	return code == codeBusy || code == codeLocked
}

// indexerPragmas are the settings of the connections that catch up. What they
// sort need not fit into memory.
var indexerPragmas = []pragma{
	{"busy_timeout", "1000"},
	{"journal_mode", "WAL"},
	{"synchronous", "FULL"},
	{"temp_store", "FILE"},
	{"cache_size", "-8192"}, // also how much is sorted in memory
	{"wal_autocheckpoint", "250000"},
}

// checkpointPragmas are the settings of the connection that copies the log.
var checkpointPragmas = []pragma{
	{"busy_timeout", "1000"},
	{"journal_mode", "WAL"},
	{"synchronous", "FULL"},
	{"cache_size", "-1024"},
}

// indexers is how many lookups are caught up with at a time: one is sorted
// while another one is added.
const indexers = 2

// openSQLite opens the file several times: one connection that writes, since
// SQLite has one writer at a time, those of catchUp, which take turns with it,
// one for checkpoints, and several that only read.
func (s *Store) openSQLite(ctx context.Context, path string) error {
	if err := makeFile(path); err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	uri := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String()
	var checkpoints *sql.DB
	for _, db := range []struct {
		db          **sql.DB
		begin       string
		pragmas     []pragma
		connections int
	}{
		{&s.write, "immediate", writerPragmas, 1},
		{&s.read, "deferred", readerPragmas, max(4, 2*runtime.GOMAXPROCS(0))},
		{&s.indexing, "immediate", indexerPragmas, indexers},
		{&checkpoints, "deferred", checkpointPragmas, 1},
	} {
		var err error
		if *db.db, err = openPool(ctx, uri+"?_txlock="+db.begin, db.pragmas, db.connections); err != nil {
			return openError(path, errors.Join(err, s.Close()))
		}
	}
	s.bulk = s.write
	s.startCheckpoints(checkpoints)
	return nil
}

// makeFile makes the database file readable to its owner only: it holds
// people's data. SQLite gives the files beside it the same mode.
func makeFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

func openError(path string, err error) error {
	if sqliteCode(err) == codeNotADB {
		return fmt.Errorf("opening the database %s: this file is not an SQLite database (%w)", path, err)
	}
	return fmt.Errorf("opening the database %s: %w", path, err)
}

func openPool(ctx context.Context, uri string, pragmas []pragma, connections int) (*sql.DB, error) {
	db, err := openDriver(uri, pragmas)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
