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

// The statements of a migration are one for goose, between StatementBegin and
// StatementEnd: left alone, it looks for the end of each with a buffer of 4 MB for
// each line, out of a pool that drops every fourth while the race detector is on. A
// test's new database took most of its time for that.
//
//go:embed migrations/*/*.sql
var migrations embed.FS

// schema is the tables of one database and how they came about. The schemas have
// the same tables and columns, declared in other words; what SQLite has in tables of
// its own, names and what filters look for, PostgreSQL has in indexes.
type schema struct {
	dialect goose.Dialect
	files   fs.FS
	dir     string // of the migrations, among the files
	// known is a query that tells whether the first migration is the one that this
	// program knows, by what only its present form makes. A change of that migration
	// before the first release changes this query too (TestFirstMigration).
	known string
}

// migrate brings the schema up to date. Several nodes may do so at the same
// time: each migration is one transaction, so that all but one fail, and find
// the work done when they look again. A try that found more migrations done than
// the one before counts as the first.
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

// errNewerSchema says that this program is too old for the database.
var errNewerSchema = errors.New("a newer Poolhouse has changed the schema")

// errEarlierBuild says that the tables are those of a build from before the first
// release, which no migration changes into those of now.
var errEarlierBuild = errors.New("a build from before the first release made it, and this program cannot read its tables: start with a new data directory or an empty database, make the user pools in it, and import the users again")

// migrateOnce tries to bring the schema up to date and returns the version that
// it found, -1 if it did not come so far.
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

// recognize returns errEarlierBuild for a database that has a version, and not our
// first migration.
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

// supported lets a program of the schema's version known work on a newer
// schema, has, if that allows it: so a node can be started again during a
// rolling upgrade.
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
