package sqlstore

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// before3 are rows of every table that the third migration changes, as earlier programs wrote them.
var before3 = []string{
	"INSERT INTO user_pools (pool_no, account_id, region, pool_id, doc) VALUES (1, '', 'us-east-1', 'us-east-1_before', '%s')",
	"INSERT INTO user_pool_counters (pool_no, user_count, next_user_no, next_job_no) VALUES (1, 0, 5, 3)",
	`INSERT INTO import_jobs (pool_no, job_no, job_id, name, role_arn, hash_algorithm, upload_url, state, creator, started_by, stopped_by, created_ms, requested_ms, started_ms,
		stop_asked_ms, completed_ms, message, detail, warning, upload_name, upload_size, upload_etag, upload_digest, total_rows, imported, skipped, failed,
		checkpoint_offset, checkpoint_line, checkpoint_rows, lease_node, lease_epoch, lease_until_ms, results_forwarded)
		VALUES (1, 1, 'import-ended', 'first', '', '', '', 'Succeeded', '', '', '', 1, 2, 3, 0, 4, 'done', '', '', '', 9, '', '', 3, 2, 0, 1, 30, 4, 3, 'n', 1, 0, FALSE),
			(1, 2, 'import-runs', 'second', '', '', '', 'InProgress', '', '', '', 1, 2, 3, 0, 0, '', '', '', 'x', 9, '', '', 3, 0, 0, 0, 0, 0, 0, 'n', 1, 0, FALSE)`,
	"INSERT INTO active_imports (pool_no, job_no) VALUES (1, 2)",
}

// TestRowsMigration: jobs from before kept rows stay as they were. A running job continues and
// keeps its rows; an ended one has none.
func TestRowsMigration(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "test.db")
		if err := makeFile(path); err != nil {
			t.Fatal(err)
		}
		db, err := openPool(t.Context(), "file:"+path+"?_txlock=immediate", writerPragmas, 1)
		if err != nil {
			t.Fatal(err)
		}
		fillBefore3(t, sqliteSchema, db)
		s, err := OpenSQLite(t.Context(), SQLite{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		wantJobsOfBefore(t, withKey(t, s))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := emptySchema(t)
		db, err := sql.Open("pgx", url)
		if err != nil {
			t.Fatal(err)
		}
		fillBefore3(t, postgresSchema, db)
		wantJobsOfBefore(t, openPostgres(t, url))
	})
}

// fillBefore3 creates a database with the first two migrations, and closes it.
func fillBefore3(t *testing.T, s schema, db *sql.DB) {
	t.Helper()
	files := fstest.MapFS{}
	for _, pattern := range []string{"/00001_*.sql", "/00002_*.sql"} {
		names, err := fs.Glob(migrations, s.dir+pattern)
		if err != nil || len(names) != 1 {
			t.Fatal(names, err)
		}
		text, err := fs.ReadFile(migrations, names[0])
		if err != nil {
			t.Fatal(err)
		}
		files[names[0]] = &fstest.MapFile{Data: text}
	}
	s.files = files
	if err := s.migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	doc, err := aliasPool("before").Document()
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range before3 {
		if _, err := db.ExecContext(t.Context(), strings.Replace(statement, "%s", strings.ReplaceAll(doc, "'", "''"), 1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func wantJobsOfBefore(t *testing.T, s *Store) {
	t.Helper()
	p, err := s.Pool(t.Context(), "us-east-1_before")
	if err != nil {
		t.Fatal(err)
	}
	ended, err := s.Job(t.Context(), importjob.Key{PoolID: p.ID, JobID: "import-ended"})
	if err != nil || ended.Counts != (importjob.Counts{Imported: 2, Failed: 1}) || ended.Header != "" || ended.RestKept || ended.RowsGone || ended.Budget != (importjob.Budget{}) {
		t.Errorf("the ended job is %+v, %v", ended, err)
	}
	if kept, err := s.KeptRows(t.Context(), ended.Key(), 0, 9, false); err != nil || len(kept) != 0 {
		t.Errorf("of the ended job is kept %v, %v", kept, err)
	}
	now := time.Now()
	j, err := s.Claim(t.Context(), "m", now, now.Add(time.Minute))
	if err != nil || j == nil {
		t.Fatal(j, err)
	}
	commitWhole(t, s, p, j.Key(), j.Lease, rowsOf(p, usercsv.Position{}, "ada", "", "bob"))
	if lines := verdicts(t, s, j.Key()); len(lines) != 3 {
		t.Errorf("the job that went on has %v", lines)
	}
	if users, err := s.JobUsers(t.Context(), p, j.Key(), 0, 9); err != nil || len(users) != 2 {
		t.Errorf("its users are %v, %v", users, err)
	}
	if err := s.ExpireRows(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	if ended, err = s.Job(t.Context(), ended.Key()); err != nil || !ended.RowsGone {
		t.Errorf("the ended job is %+v, %v", ended, err)
	}
}
