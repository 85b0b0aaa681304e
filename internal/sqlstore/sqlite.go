package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/url"
	"os"
	"runtime"
	"time"

	"github.com/pressly/goose/v3"
)

// sqliteBackend is a database in a file.
type sqliteBackend struct {
	*database
	importing   *sqliteImports
	checkpoints *checkpointer
}

func (b *sqliteBackend) users() userTables {
	return sqliteUsers{b.database, b.importing.coders, &b.importing.indexRuns}
}
func (b *sqliteBackend) imports() importer { return b.importing }

var sqliteSchema = schema{
	dialect: goose.DialectSQLite3, files: migrations, dir: "migrations/sqlite",
	known: "SELECT EXISTS (SELECT 1 FROM pragma_table_info('audit_events') WHERE name = 'bytes')",
}

type pragma struct{ name, value string }

// eraseDeleted overwrites deleted data with zeros, also in free pages. FAST would leave free pages
// as they are.
var eraseDeleted = pragma{"secure_delete", "ON"}

// writerPragmas are the settings of the writing connection. Committed data survives a power cut. It
// waits one second for a lock of another process and then retries, so that a cancelled request ends
// in time.
var writerPragmas = []pragma{
	{"busy_timeout", "1000"},
	{"journal_mode", "WAL"},
	{"synchronous", "FULL"},
	{"temp_store", "MEMORY"},
	eraseDeleted,
	{"cache_size", "-16384"},            // 16 MiB
	{"wal_autocheckpoint", "250000"},    // pages; used only if our own checkpoints fail
	{"journal_size_limit", "134217728"}, // size limit of the log after a large import
}

// readerPragmas are the settings of the reading connections. They never wait for the writer, except
// while it recovers from a crash.
var readerPragmas = []pragma{
	{"busy_timeout", "10000"},
	{"journal_mode", "WAL"},
	{"synchronous", "FULL"},
	{"cache_size", "-4096"},
	{"query_only", "1"},
}

// The result codes of SQLite that this package handles.
const (
	codeBusy     = 5
	codeLocked   = 6
	codeReadOnly = 8
	codeIO       = 10
	codeFull     = 13
	codeCantOpen = 14
	codeNotADB   = 26
)

// sqliteEngine implements [engine] on SQLite.
type sqliteEngine struct {
	lock        *writerLock
	checkpoints *checkpointer
}

// fault classifies an error. A conflict is a lock of another process.
func (e *sqliteEngine) fault(err error) fault {
	switch sqliteCode(err) {
	case codeBusy, codeLocked:
		return faultConflict
	case codeReadOnly, codeIO, codeFull, codeCantOpen:
		return faultUnwritable
	}
	return faultLasting
}

// touch increments user_version, which has no other use. An UPDATE without a change would write no
// page.
func (e *sqliteEngine) touch(ctx context.Context, tx *transaction) error {
	var version int32
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", (version+1)&math.MaxInt32))
	return err
}

// beginWrite takes the writer lock.
func (e *sqliteEngine) beginWrite(ctx context.Context, urgent bool) (end func(), err error) {
	if err := e.lock.take(ctx, urgent); err != nil {
		return nil, err
	}
	return func() { e.lock.release(); e.checkpoints.wrote(pagesPerWrite) }, nil
}

// wrote counts one page for each row, because index entries are scattered.
func (e *sqliteEngine) wrote(rows int) { e.checkpoints.wrote(rows) }

// indexerPragmas are the settings of the connections of IndexUsers.
var indexerPragmas = []pragma{
	{"busy_timeout", "1000"},
	{"journal_mode", "WAL"},
	{"synchronous", "FULL"},
	{"cache_size", "-8192"},
	{"wal_autocheckpoint", "250000"},
	eraseDeleted,
}

// checkpointPragmas are the settings of the connection that copies the log. While it empties the
// log, it waits for readers, and writers wait for it.
var checkpointPragmas = []pragma{
	{"busy_timeout", "50"},
	{"journal_mode", "WAL"},
	{"synchronous", "FULL"},
	{"cache_size", "-1024"},
}

// indexers is the largest number of pools that IndexUsers works on at a time.
const indexers = 2

// openSQLite opens the file several times. One connection writes, since SQLite has one writer at a
// time. IndexUsers has connections of its own and shares the writer lock. One connection makes
// checkpoints, and several only read.
func openSQLite(ctx context.Context, l SQLite) (*sqliteBackend, error) {
	path, observer := l.Path, orUnobserved(l.Observer)
	if err := makeFile(path); err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	lock := newWriterLock(observer)
	d := &database{vault: new(vault), observer: observer}
	b := &sqliteBackend{database: d, importing: &sqliteImports{database: d, coders: &coders{vault: d.vault}, lock: lock, optimistic: optimistic, sortRoom: sortRoom}}
	uri := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String()
	var checkpoints *sql.DB
	for _, db := range []struct {
		db          **sql.DB
		begin       string
		pragmas     []pragma
		connections int
	}{
		{&d.write, "immediate", writerPragmas, 1},
		{&d.read, "deferred", readerPragmas, max(4, 2*runtime.GOMAXPROCS(0))},
		{&b.importing.indexing, "immediate", indexerPragmas, indexers},
		{&checkpoints, "deferred", checkpointPragmas, 1},
	} {
		var err error
		if *db.db, err = openPool(ctx, uri+"?_txlock="+db.begin, db.pragmas, db.connections); err != nil {
			return nil, openError(path, errors.Join(err, b.close()))
		}
	}
	b.checkpoints = newCheckpointer(checkpoints, lock, cmp.Or(l.EraseAfter, time.Minute))
	b.importing.checkpoints = b.checkpoints
	d.engine = &sqliteEngine{lock, b.checkpoints}
	return b, nil
}

// close closes all connections.
func (b *sqliteBackend) close() error {
	var problems []error
	if b.checkpoints != nil {
		problems = append(problems, b.checkpoints.close())
	}
	for _, db := range []*sql.DB{b.write, b.read, b.importing.indexing} {
		if db != nil {
			problems = append(problems, db.Close())
		}
	}
	return errors.Join(problems...)
}

// makeFile creates the database file with access for its owner only: it has personal data. SQLite
// gives the files beside it the same mode.
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
