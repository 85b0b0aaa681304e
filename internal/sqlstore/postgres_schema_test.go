package sqlstore

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/storetest"
)

// TestSchemasAgree compares the results of both databases' migrations: tables, columns and indexes,
// with corresponding types.
func TestSchemasAgree(t *testing.T) {
	t.Parallel()
	lite := describe(t, open(t), liteColumns, liteIndexes)
	post := describe(t, openPostgres(t, emptySchema(t)), postgresColumns, postgresIndexes)
	lite, post = without(lite, ownLite), without(post, ownPostgres)
	if diff := cmp.Diff(lite, post); diff != "" || len(post) == 0 {
		t.Errorf("the schemas, first SQLite's:\n%s", diff)
	}
}

// The tables of users differ. SQLite has tables for names and lookups; PostgreSQL has columns with
// indexes.
var (
	ownLite     = regexp.MustCompile(`^(user_lookups|unindexed_users|user_names|user_subs)\W|^users\.(user_id|sub) |^users (key|users_\w+) `)
	ownPostgres = regexp.MustCompile(`^users\.(pool_no|user_no|sub|\w+_key) |^users (key|users_\w+) `)
)

func without(lines []string, own *regexp.Regexp) []string {
	return slices.DeleteFunc(lines, own.MatchString)
}

const (
	postgresColumns = `SELECT table_name || '.' || column_name || ' ' || CASE data_type WHEN 'text' THEN 'TEXT' WHEN 'bigint' THEN 'INTEGER'
			WHEN 'integer' THEN 'INTEGER' WHEN 'smallint' THEN 'INTEGER' WHEN 'boolean' THEN 'INTEGER' WHEN 'bytea' THEN 'BLOB' ELSE data_type END || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END || coalesce(' ' || column_default, '')
		FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> 'goose_db_version'`
	liteColumns = `SELECT m.name || '.' || c.name || ' ' || c.type || CASE WHEN c."notnull" THEN ' NOT NULL' ELSE '' END || coalesce(' ' || c.dflt_value, '')
		FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT IN ('goose_db_version', 'sqlite_sequence')`
	postgresIndexes = `SELECT t.relname || ' ' || CASE WHEN x.indisprimary THEN 'key' ELSE i.relname END || CASE WHEN x.indisunique THEN ' unique ' ELSE ' ' END ||
			(SELECT string_agg(pg_get_indexdef(i.oid, n, true), ',' ORDER BY n) FROM generate_series(1, x.indnkeyatts) n) || coalesce(' WHERE ' || pg_get_expr(x.indpred, x.indrelid), '')
		FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
		WHERE t.relnamespace = current_schema()::regnamespace AND t.relname <> 'goose_db_version'`
	liteIndexes = `SELECT m.name || ' ' || CASE i.origin WHEN 'pk' THEN 'key' ELSE i.name END || CASE WHEN i."unique" THEN ' unique ' ELSE ' ' END ||
			(SELECT group_concat(name, ',') FROM pragma_index_info(i.name)) ||
			coalesce((SELECT CASE WHEN instr(sql, ' WHERE ') THEN substr(sql, instr(sql, ' WHERE ')) END FROM sqlite_master d WHERE d.name = i.name), '')
		FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name <> 'goose_db_version'
		UNION ALL SELECT m.name || ' key unique ' || c.name FROM sqlite_master m, pragma_table_info(m.name) c -- a key that is the number of the row
		WHERE m.type = 'table' AND m.name <> 'goose_db_version' AND c.pk = 1 AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) WHERE origin = 'pk')`
)

// describe returns the lines of a schema's description.
func describe(t *testing.T, s *Store, queries ...string) (lines []string) {
	t.Helper()
	for _, query := range queries {
		found, err := list(t.Context(), s.database, func(row scanner) (line string, err error) {
			err = row.Scan(&line)
			return strings.NewReplacer("(", "", ")", "", "::text", "").Replace(line), err
		}, query)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(found)
		lines = append(lines, found...)
	}
	return lines
}

// TestManyMigrate: all nodes that start at the same time on an empty database come up.
func TestManyMigrate(t *testing.T) {
	t.Parallel()
	url := emptySchema(t)
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			s, err := OpenPostgres(t.Context(), Postgres{URL: url, Connections: 2, Node: fmt.Sprint(i)})
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// nextVersion is what a later migration may do while programs of this version run: add optional
// columns, tables and indexes.
func nextVersion(t *testing.T, s *Store, tables string) {
	t.Helper()
	names, err := list(t.Context(), s.database, func(row scanner) (name string, err error) { err = row.Scan(&name); return name, err }, tables)
	if err != nil || len(names) < 8 {
		t.Fatal(names, err)
	}
	statements := []string{"CREATE TABLE next_things (a TEXT NOT NULL PRIMARY KEY)", "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, CAST(1 AS BOOLEAN))"}
	for _, name := range names {
		statements = append(statements, "ALTER TABLE "+name+" ADD COLUMN next_text TEXT", "ALTER TABLE "+name+" ADD COLUMN next_number BIGINT NOT NULL DEFAULT 7",
			"CREATE INDEX next_"+name+" ON "+name+" (next_number, next_text)")
	}
	if _, err := s.write.Exec(strings.Join(statements, ";")); err != nil {
		t.Fatal(err)
	}
}

const (
	postgresTables = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_name <> 'goose_db_version'"
	liteTables     = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('goose_db_version', 'sqlite_sequence')"
)

// TestRollingUpgrade runs the suite on the schema of a later version, which is installed while the
// store is open. Unless the schema says otherwise, programs of this version continue to work.
// TestNewerPostgres checks that they can be restarted.
func TestRollingUpgrade(t *testing.T) {
	t.Parallel()
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) storetest.Store {
			s := openPostgres(t, emptySchema(t))
			nextVersion(t, s, postgresTables)
			return s
		})
	})
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) storetest.Store {
			s := open(t)
			nextVersion(t, s, liteTables)
			return s
		})
	})
}

// TestNewerPostgres: a schema is refused if it says that it is too new.
func TestNewerPostgres(t *testing.T) {
	t.Parallel()
	url := emptySchema(t)
	s := openPostgres(t, url)
	nextVersion(t, s, postgresTables)
	known, err := fs.Glob(migrations, "migrations/postgres/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for oldest, refused := range map[int]bool{1: false, len(known): false, len(known) + 1: true, 999: true} {
		if _, err := s.write.Exec("UPDATE schema_support SET oldest = $1", oldest); err != nil {
			t.Fatal(err)
		}
		again, err := OpenPostgres(t.Context(), Postgres{URL: url, Connections: 1, Node: "n"})
		if err == nil {
			again.Close()
		}
		if refused != (err != nil) || refused && !strings.Contains(err.Error(), "newer Poolhouse") {
			t.Errorf("support from version %d on: %v", oldest, err)
		}
	}
}

var (
	comment  = regexp.MustCompile(`(?m)--.*$`)
	newTable = regexp.MustCompile(`(?i)\bCREATE TABLE (?:IF NOT EXISTS )?(\w+)`)
	raised   = regexp.MustCompile(`(?i)\bUPDATE schema_support SET oldest`)
	breaking = regexp.MustCompile(`(?i)\b(DROP|RENAME|TRUNCATE)\b|\bALTER (COLUMN )?\w+ (SET DATA )?TYPE\b|\bSET NOT NULL\b|\bADD (CONSTRAINT|CHECK|UNIQUE|FOREIGN|PRIMARY|EXCLUDE)\b`)
	// Without an index programs are slow, not wrong; no migration drops a unique index.
	dropIndex = regexp.MustCompile(`(?i)\bDROP INDEX \w+`)
	required  = regexp.MustCompile(`(?i)\bADD (COLUMN )?(IF NOT EXISTS )?\w+ [^,;]*\b(NOT NULL|UNIQUE|REFERENCES|CHECK)\b[^,;]*`)
	unique    = regexp.MustCompile(`(?i)\bCREATE UNIQUE INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?\w+ ON (\w+)`)
)

// breaksPrevious returns the statements of a migration that would break programs of the previous
// version.
func breaksPrevious(text string) (found []string) {
	up, _, _ := strings.Cut(text, "-- +goose Down")
	up = strings.Join(strings.Fields(comment.ReplaceAllString(up, "")), " ")
	if raised.MatchString(up) {
		return nil
	}
	found = breaking.FindAllString(dropIndex.ReplaceAllString(up, ""), -1)
	for _, column := range required.FindAllString(up, -1) {
		if rest := regexp.MustCompile(`(?i)\bNOT NULL\b`).ReplaceAllString(column, ""); !strings.Contains(strings.ToUpper(rest), "DEFAULT") || required.MatchString(rest) {
			found = append(found, column)
		}
	}
	made := map[string]bool{}
	for _, m := range newTable.FindAllStringSubmatch(up, -1) {
		made[strings.ToLower(m[1])] = true
	}
	for _, m := range unique.FindAllStringSubmatch(up, -1) {
		if !made[strings.ToLower(m[1])] {
			found = append(found, m[0])
		}
	}
	return found
}

// once matches statements that fail when run twice. Nodes that start together may all run a
// migration, and all except one must fail.
var once = regexp.MustCompile(`(?i)\bCREATE (TABLE|INDEX|UNIQUE INDEX) \w+ |\bADD COLUMN \w+ |\bDROP \w+ \w+`)

func failsTwice(text string) bool {
	up, _, _ := strings.Cut(text, "-- +goose Down")
	up = strings.Join(strings.Fields(comment.ReplaceAllString(up, "")), " ")
	return once.MatchString(up) && !strings.Contains(strings.ToUpper(up), "EXISTS")
}

// TestMigrationsKeepThePrevious: migrations allow a rolling upgrade (docs/operations.md,
// "Upgrades").
func TestMigrationsKeepThePrevious(t *testing.T) {
	files, err := fs.Glob(migrations, "migrations/*/*.sql")
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		if !failsTwice(string(text)) {
			t.Errorf("%s can be done twice: let it create or add something, without IF NOT EXISTS", name)
		}
		if found := breaksPrevious(string(text)); len(found) > 0 && !strings.Contains(name, "/00001_") {
			t.Errorf("%s does what programs of the version before cannot bear, and does not raise schema_support.oldest: %q", name, found)
		}
	}
	for text, want := range map[string]bool{
		"DROP TABLE x": true, "alter table x\n  drop column y;": true, "ALTER TABLE x RENAME y TO z": true, "ALTER TABLE x ALTER COLUMN y TYPE BIGINT": true,
		"ALTER TABLE x ALTER y SET DATA TYPE BIGINT": true, "ALTER TABLE x ALTER y SET NOT NULL": true, "ALTER TABLE x ADD COLUMN y TEXT NOT NULL": true,
		"ALTER TABLE x ADD y TEXT NOT NULL, ADD z TEXT DEFAULT ''": true, "CREATE UNIQUE INDEX i ON x (y)": true, "ALTER TABLE x ADD CONSTRAINT c CHECK (y > 0)": true,
		"ALTER TABLE x ADD COLUMN y BIGINT DEFAULT 1 UNIQUE": true,
		"ALTER TABLE x ADD COLUMN y TEXT":                    false, "ALTER TABLE x ADD COLUMN y TEXT NOT NULL DEFAULT ''": false, "CREATE INDEX i ON x (y)": false,
		"CREATE TABLE x (y TEXT NOT NULL); CREATE UNIQUE INDEX i ON x (y)": false, "-- DROP TABLE x": false, "DROP INDEX x": false, "CREATE TABLE x (y TEXT);\n-- +goose Down\nDROP TABLE x": false,
		"DROP TABLE x; UPDATE schema_support SET oldest = 3": false,
	} {
		if found := breaksPrevious(text); want != (len(found) > 0) {
			t.Errorf("%q: %q", text, found)
		}
	}
}
