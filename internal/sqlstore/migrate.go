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

//go:embed migrations/*/*.sql
var migrations embed.FS

// migrate brings the schema up to date. Several nodes may do so at the same
// time: each migration is one transaction, so that all but one fail, and find
// the work done when they look again.
func (s *Store) migrate(ctx context.Context, db *sql.DB) error {
	const tries = 5
	for try := 1; ; try++ {
		err := s.migrateOnce(ctx, db)
		if err == nil || errors.Is(err, errNewerSchema) || try == tries || ctx.Err() != nil {
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

func (s *Store) migrateOnce(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, s.migrations)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(s.goose, db, markedFiles{files})
	if err != nil {
		return err
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	has, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if has > newest {
		return supported(ctx, db, has, newest)
	}
	_, err = p.Up(ctx)
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
