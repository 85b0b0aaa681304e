package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

// Each migration is one statement for goose, between StatementBegin and StatementEnd. Otherwise
// goose looks for the end of each statement, with a 4 MB buffer a line from a sync.Pool. The race
// detector makes that pool drop every fourth buffer; migrations then took most of a test's time.
//
//go:embed migrations/*/*.sql
var migrations embed.FS

// schema is the tables of one database, with their migrations. Both schemas have the same tables
// and columns, in different SQL. SQLite stores names and lookups in tables of their own; PostgreSQL
// has indexes for them.
type schema struct {
	dialect goose.Dialect
	files   fs.FS
	dir     string // of the migrations, in files
	// known is a query that tells whether the first migration is the one this program knows, by
	// something that only its present form creates. A change of that migration before the first
	// release must change this query too (TestFirstMigration).
	known string
}

// migrate brings the schema up to date. Several nodes may do so at the same time. Each migration is
// one transaction, so all nodes except one fail, look again and find the work done. The count of
// tries starts again whenever more migrations are done than before.
func (s schema) migrate(ctx context.Context, db *sql.DB) error {
	const tries = 5
	reached := int64(-1)
	for try := 1; ; try++ {
		found, err := s.migrateOnce(ctx, db)
		if found > reached {
			reached, try = found, 1
		}
		if err == nil || errors.Is(err, errNewerSchema) || errors.Is(err, errEarlierBuild) || try == tries || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try) * 100 * time.Millisecond):
		}
	}
}

// errNewerSchema means that this program is too old for the database.
var errNewerSchema = errors.New("a newer Poolhouse has changed the schema")

// errEarlierBuild means that the tables are from a build before the first release. No migration
// converts them.
var errEarlierBuild = errors.New("its tables are from a build before the first release, and this program cannot read them: start with a new data directory or an empty database, create the user pools in it, and import the users again")

// migrateOnce tries to bring the schema up to date. It returns the version before that, -1 if it
// could not read it.
func (s schema) migrateOnce(ctx context.Context, db *sql.DB) (found int64, err error) {
	files, err := fs.Sub(s.files, s.dir)
	if err != nil {
		return -1, err
	}
	p, err := goose.NewProvider(s.dialect, db, files)
	if err != nil {
		return -1, err
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	if found, err = p.GetDBVersion(ctx); err != nil {
		return -1, err
	}
	if err := s.recognize(ctx, db, found); err != nil {
		return found, err
	}
	if found > newest {
		return found, supported(ctx, db, found, newest)
	}
	_, err = p.Up(ctx)
	return found, err
}

// recognize returns errEarlierBuild for a database that has a version but not this program's first
// migration.
func (s schema) recognize(ctx context.Context, db *sql.DB, found int64) error {
	if found == 0 {
		return nil
	}
	var known bool
	err := db.QueryRowContext(ctx, s.known).Scan(&known)
	if err == nil && !known {
		return errEarlierBuild
	}
	return err
}

// supported returns nil if a newer schema (version has) allows a program that knows version known.
// So a node can be restarted during a rolling upgrade.
func supported(ctx context.Context, db *sql.DB, has, known int64) error {
	var oldest int64
	if err := db.QueryRowContext(ctx, "SELECT oldest FROM schema_support").Scan(&oldest); err != nil {
		return err
	}
	if oldest > known {
		return fmt.Errorf("%w: it has version %d, which needs a program that knows version %d; this one knows versions up to %d",
			errNewerSchema, has, oldest, known)
	}
	return nil
}
