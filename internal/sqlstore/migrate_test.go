package sqlstore

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"poolhouse/internal/userpool"
)

// schemaOf returns the schema of a store's database.
func schemaOf(s *Store) schema {
	if _, ok := s.backend.(*sqliteBackend); ok {
		return sqliteSchema
	}
	return postgresSchema
}

// nextMigration is an example of a later migration: it adds a column that programs of the previous
// version need not know, and fills it for existing rows.
const nextMigration = `-- +goose Up
-- +goose StatementBegin
ALTER TABLE user_pools ADD COLUMN nickname TEXT NOT NULL DEFAULT '';
UPDATE user_pools SET nickname = 'nick ' || pool_id;
CREATE INDEX user_pools_by_nickname ON user_pools (nickname);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP INDEX user_pools_by_nickname;
ALTER TABLE user_pools DROP COLUMN nickname;
-- +goose StatementEnd
`

// TestUpgrade brings a database of the first version to a second version, as a program of that
// version would at its start. All data stays, and programs of the first version continue to work.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "test.db")
		upgrades(t, func() (*Store, error) { return OpenSQLite(t.Context(), SQLite{Path: path}) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := emptySchema(t)
		upgrades(t, func() (*Store, error) {
			return OpenPostgres(t.Context(), Postgres{URL: url, Connections: 3, Node: "test"})
		})
	})
}

func upgrades(t *testing.T, open func() (*Store, error)) {
	t.Helper()
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	withKey(t, s)
	p := aliasPool("upgraded")
	fillPool(t, s, p)
	next := schemaOf(s)
	if next.files, err = withNext(next.dir); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time, there is nothing to do
		if err := next.migrate(t.Context(), s.write); err != nil {
			t.Fatal(err)
		}
	}
	upgraded := func(s *Store, users int64, ids ...string) {
		t.Helper()
		nicknames, err := list(t.Context(), s.database, scanText, "SELECT nickname FROM user_pools ORDER BY pool_no")
		if err != nil || strings.Join(nicknames, ",") != strings.Join(ids, ",") {
			t.Errorf("the new column has %q, want %q (%v)", nicknames, ids, err)
		}
		if kept, err := s.Pool(t.Context(), p.ID); err != nil || kept.Users != users {
			t.Errorf("the pool is %+v, %v", kept, err)
		}
		if u, err := s.User(t.Context(), p, "cyd"); err != nil || u.Attributes.Get("email") != "c" {
			t.Errorf("the user is %+v, %v", u, err)
		}
	}
	nick := "nick " + p.ID
	upgraded(s, 3, nick)
	if err := s.CreateUser(t.Context(), p, named(p, "late", "l"), false); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = open(); err != nil {
		t.Fatalf("a program of the version before cannot start: %v", err)
	}
	withKey(t, s)
	defer s.Close()
	withKey(t, s)
	if err := s.CreatePool(t.Context(), &userpool.UserPool{ID: "us-east-1_later"}, 10); err != nil {
		t.Error(err)
	}
	upgraded(s, 4, nick, "")
}

// withNext returns the migrations of a directory and one more.
func withNext(dir string) (fs.FS, error) {
	files := fstest.MapFS{dir + "/00099_example.sql": {Data: []byte(nextMigration)}}
	have, err := fs.Glob(migrations, dir+"/*.sql")
	for _, name := range have {
		text, readErr := fs.ReadFile(migrations, name)
		files[name], err = &fstest.MapFile{Data: text}, errors.Join(err, readErr)
	}
	return files, err
}

// TestEarlierBuilds: a database of a build before the first release is left unchanged, no matter
// which version its tables had. The error says what to do.
func TestEarlierBuilds(t *testing.T) {
	t.Parallel()
	refused := func(t *testing.T, s *Store, open func() (*Store, error)) {
		t.Helper()
		const without = "DROP TABLE IF EXISTS audit_events"
		for _, made := range []struct{ version, change string }{
			{"1", "ALTER TABLE audit_events RENAME COLUMN bytes TO earlier"}, // by an earlier form of the first migration
			{"1", without}, {"17", without}, {"18", without},
		} {
			version := made.version
			for _, statement := range []string{
				made.change, "DELETE FROM goose_db_version WHERE version_id > 0",
				"INSERT INTO goose_db_version (version_id, is_applied) VALUES (" + version + ", CAST(1 AS BOOLEAN))",
			} {
				if _, err := s.write.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			again, err := open()
			if err == nil {
				again.Close()
			}
			if err == nil || !strings.Contains(err.Error(), "before the first release") || !strings.Contains(err.Error(), "new data directory or an empty database") {
				t.Errorf("version %s, %s: %v", version, made.change, err)
			}
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "test.db")
		open := func() (*Store, error) { return OpenSQLite(t.Context(), SQLite{Path: path}) }
		s, err := open()
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		refused(t, s, open)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := emptySchema(t)
		refused(t, openPostgres(t, url), func() (*Store, error) {
			return OpenPostgres(t.Context(), Postgres{URL: url, Connections: 1, Node: "n"})
		})
	})
}

// TestFirstMigration: a database of an earlier form of the first migration must be refused. So a
// change of that migration must change the query that recognizes it.
func TestFirstMigration(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ name, known, sum string }{
		{"sqlite", sqliteSchema.known, "73179ac7e81335f464e067ea64a442d1de8dfacba29fa1746c4ea43790db8cb9"},
		{"postgres", postgresSchema.known, "292a711aa1679da8a15f7afc3ab6ec10d9eaf03ceb3c9b44366a02fe6b99ed0d"},
	} {
		text, err := fs.ReadFile(migrations, "migrations/"+each.name+"/00001_first.sql")
		if err != nil {
			t.Fatal(err)
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256(text)); sum != each.sum {
			t.Errorf("%s: the first migration has changed. If it makes other tables or columns, change the query that recognizes it, which is %q. Then write %s here.", each.name, each.known, sum)
		}
	}
}
