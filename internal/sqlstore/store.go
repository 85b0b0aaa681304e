package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logforward"
	"poolhouse/internal/membership"
	"poolhouse/internal/outbox"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/signin"
	"poolhouse/internal/token"
	"poolhouse/internal/userpool"
)

// Store is every store of the project, on one database.
type Store struct {
	*database
	Pools
	Clients
	Users
	SignIns
	Outbox
	Jobs
	Uploads
	Results
	Rows
	Maps
	Forwards
	Members
	Secrets
	Tokens
	backend backend
	account string // the account of all data
}

var (
	_ userpool.Store      = (*Store)(nil)
	_ signin.Store        = (*Store)(nil)
	_ outbox.Store        = (*Store)(nil)
	_ importjob.Store     = (*Store)(nil)
	_ importjob.Jobs      = (*Store)(nil)
	_ importjob.Deletions = (*Store)(nil)
	_ importjob.Rows      = (*Store)(nil)
	_ importjob.Checker   = (*Store)(nil)
	_ importfile.Store    = (*Store)(nil)
	_ resultlog.Groups    = (*Store)(nil)
	_ logforward.Store    = (*Store)(nil)
	_ membership.Store    = (*Store)(nil)
	_ token.Store         = (*Store)(nil)
)

// backend is a database with everything that is its own: its files or connections, the tables of
// users, and how the rows of an import are inserted.
type backend interface {
	users() userTables
	imports() importer
	statistics() Statistics
	close() error
}

// newStore returns the stores of all entities on a backend, for an account.
func newStore(d *database, b backend, account string) *Store {
	s := &Store{
		database: d, backend: b, account: account,
		Pools: Pools{database: d, account: account, users: b.users()}, Clients: Clients{d}, Jobs: Jobs{d, b.imports()},
		Uploads: Uploads{d}, Results: Results{d}, Maps: Maps{d}, Forwards: Forwards{d}, Members: Members{d}, Secrets: Secrets{d}, Tokens: Tokens{d},
	}
	s.Users = Users{database: d, pools: &s.Pools, tables: b.users()}
	s.Rows = Rows{d, &s.Users}
	s.SignIns = SignIns{database: d, users: &s.Users, clients: &s.Clients}
	s.Outbox = Outbox{d, &s.Users}
	return s
}

// SQLite are the settings of a SQLite database.
type SQLite struct {
	Path    string
	Account string // the account of all data
	// EraseAfter is how long deleted data may stay in the file and its log; 0 means one minute.
	EraseAfter time.Duration
	Observer   Observer // may be nil
}

// OpenSQLite opens the database file, creates it if needed, and brings its schema up to date. It
// refuses a file with a schema that this program is too old for.
func OpenSQLite(ctx context.Context, l SQLite) (*Store, error) {
	b, err := openSQLite(ctx, l)
	if err != nil {
		return nil, err
	}
	if err := sqliteSchema.migrate(ctx, b.write); err != nil {
		return nil, errors.Join(fmt.Errorf("the database %s: %w", l.Path, err), b.close())
	}
	return newStore(b.database, b, l.Account), nil
}

// OpenPostgres connects to PostgreSQL, or to a database with its protocol, and brings the schema up
// to date. It refuses a schema that this program is too old for, and an encoding other than UTF-8.
func OpenPostgres(ctx context.Context, p Postgres) (*Store, error) {
	b, err := connectPostgres(ctx, p, postgresPatience)
	if err != nil {
		return nil, err
	}
	return newStore(b.database, b, p.Account), nil
}

// Close closes the database.
func (s *Store) Close() error { return s.backend.close() }

// Ping reports whether the database answers a read. It does not retry.
func (s *Store) Ping(ctx context.Context) error {
	var active int
	return s.read.QueryRowContext(ctx, "SELECT count(*) FROM active_imports").Scan(&active)
}
