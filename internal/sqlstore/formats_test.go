package sqlstore

import (
	"context"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// TestDamagedFormats: if a job's stored format or request cannot be read, every call returns an
// error that names the job. The file is never read as if there were no format. The same holds for a
// pool's import map. Expired formats are deleted all the same.
func TestDamagedFormats(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		ctx, s, p := t.Context(), open(), aliasPool("us-east-1_damaged")
		if err := s.CreatePool(ctx, p, 10); err != nil {
			t.Fatal(err)
		}
		j := &importjob.Job{PoolID: p.ID, ID: "import-damaged", State: importjob.Created, Created: time.Now(), Upload: importjob.Upload{Name: "x", Size: 1},
			Asked: &usercsv.Asked{Strict: true}, Format: &usercsv.Format{Before: 1}}
		if err := s.CreateJob(ctx, j, 10); err != nil {
			t.Fatal(err)
		}
		if err := s.KeepImportMap(ctx, p.ID, []usercsv.Mapped{{Column: "a"}}, time.Now()); err != nil {
			t.Fatal(err)
		}
		set := func(column string, to []byte) {
			t.Helper()
			if _, err := s.write.ExecContext(ctx, "UPDATE import_jobs SET "+column+" = $1", to); err != nil {
				t.Fatal(err)
			}
		}
		seal := func(column, text string) []byte {
			box := s.vault.formats
			if column == "asked" {
				box = s.vault.asked
			}
			return box.Seal(p.ID+"/"+j.ID, []byte(text))
		}
		damaged := func(column, what string, to []byte) {
			t.Helper()
			set(column, to)
			_, err := s.Job(ctx, j.Key())
			_, updateErr := s.UpdateJob(ctx, j.Key(), func(j *importjob.Job) error { return j.Start("", time.Now()) })
			_, listErr := s.ListJobs(ctx, p.ID, importjob.After{}, 10)
			for _, err := range []error{err, updateErr, listErr} {
				if err == nil || !strings.Contains(err.Error(), j.ID) || !strings.Contains(err.Error(), p.ID) {
					t.Errorf("%s with %s: %v", column, what, err)
				}
			}
		}
		for _, column := range []string{"file_format", "asked"} {
			good := seal(column, "{}")
			for what, text := range map[string]string{"no JSON": "{", "another JSON": "[]", "null": "null", "something after it": "{}{}", "what is not known": `{"later":1}`} {
				damaged(column, what, seal(column, text))
			}
			damaged(column, "a bit changed", append([]byte{good[0], good[1] ^ 1}, good[2:]...))
			damaged(column, "what is too short", []byte{good[0]})
			set(column, good)
		}
		damaged("file_format", "what was asked", s.vault.asked.Seal(p.ID+"/"+j.ID, []byte("{}")))
		damaged("file_format", "that of another job", s.vault.formats.Seal(p.ID+"/import-other", []byte("{}")))
		if _, err := s.write.ExecContext(ctx, "UPDATE import_jobs SET completed_ms = 1"); err != nil {
			t.Fatal(err)
		}
		if err := s.ExpireRows(ctx, time.Now()); err != nil {
			t.Fatal(err)
		}
		if kept, err := s.Job(ctx, j.Key()); err != nil || kept.Format != nil || kept.Asked != nil || !kept.RowsGone {
			t.Errorf("after its rows expired, the job is %+v, %v", kept, err)
		}
		if _, err := s.write.ExecContext(ctx, "UPDATE import_maps SET map = $1", []byte("x")); err != nil {
			t.Fatal(err)
		}
		if m, _, err := s.ImportMap(ctx, p.ID); err == nil || !strings.Contains(err.Error(), p.ID) {
			t.Errorf("a damaged map: %v, %v", m, err)
		}
	})
}

// TestMapsNeedTheKey: without a key, import maps are neither stored nor shown.
func TestMapsNeedTheKey(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		ctx, s, p := context.Background(), open(), aliasPool("us-east-1_nokey")
		m := []usercsv.Mapped{{Column: "a", Attribute: "email"}}
		if err := s.CreatePool(ctx, p, 10); err != nil {
			t.Fatal(err)
		}
		if err := s.KeepImportMap(ctx, p.ID, m, time.Now()); err != nil {
			t.Fatal(err)
		}
		*s.vault = vault{}
		if _, _, err := s.ImportMap(ctx, p.ID); err == nil {
			t.Error("the map is told without a key")
		}
		if err := s.KeepImportMap(ctx, p.ID, m, time.Now()); err == nil {
			t.Error("a map is kept without a key")
		}
	})
}
