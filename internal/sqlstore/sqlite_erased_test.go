package sqlstore

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// rawDatabase returns all bytes of a database: of its file and its log.
func rawDatabase(t *testing.T, path string) []byte {
	t.Helper()
	var all []byte
	for _, name := range []string{path + "-wal", path} { // in this order: pages move from the log to the file
		data, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	return all
}

// eventually waits up to ten seconds for a condition.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(5 * time.Millisecond) { // the file changes without a signal
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

// TestDeletedIsErased: the values of a deleted user, a changed attribute and a deleted pool
// disappear from the file and its log after a while. Those of other users stay. There are enough
// users that pages become free.
func TestDeletedIsErased(t *testing.T) {
	t.Parallel()
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "test.db")
	s, err := OpenSQLite(ctx, SQLite{Path: path, EraseAfter: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	withKey(t, s)
	defer s.Close()
	has := func(text string) bool { return bytes.Contains(rawDatabase(t, path), []byte(text)) }
	kept, gone := aliasPool("us-east-1_kept"), aliasPool("us-east-1_gone")
	user := func(p *userpool.UserPool, name string) *userpool.User {
		u := named(p, name, name+"@mail.example")
		u.Attributes = append(u.Attributes, userpool.Attribute{Name: "name", Value: "Name Of " + name}, userpool.Attribute{Name: "address", Value: strings.Repeat("street of "+name+" ", 60)})
		return u
	}
	for _, p := range []*userpool.UserPool{kept, gone} {
		if err := s.CreatePool(ctx, p, 10); err != nil {
			t.Fatal(err)
		}
		for i := range 200 {
			if err := s.CreateUser(ctx, p, user(p, "someone"+string(rune('a'+i%26))+string(rune('a'+i/26))+p.ID), false); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"staying", "leaving"} {
			if err := s.CreateUser(ctx, p, user(p, name+p.ID), false); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !has("leaving"+kept.ID) || !has("leaving"+gone.ID) {
		t.Fatal("the values are not in the file, and would not be found there later")
	}
	if err := s.DeleteUser(ctx, kept, "leaving"+kept.ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a deleted user is still in the file", func() bool { return !has("leaving" + kept.ID) })
	_, err = s.UpdateUser(ctx, kept, "staying"+kept.ID, func(u *userpool.User) error {
		i := slices.IndexFunc(u.Attributes, func(a userpool.Attribute) bool { return a.Name == "address" })
		u.Attributes[i].Value = "moved"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the value that an attribute had is still in the file", func() bool { return !has("street of staying" + kept.ID) })
	if err := s.DeletePool(ctx, gone.ID, func(*userpool.UserPool, bool) error { return nil }); err != nil {
		t.Fatal(err)
	}
	deleted, err := s.DeletedPools(ctx)
	if err != nil || len(deleted) != 1 {
		t.Fatal(deleted, err)
	}
	if err := s.ClearPool(ctx, deleted[0]); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the users of a deleted pool are still in the file", func() bool { return !has(gone.ID) })
	if !has("staying" + kept.ID) {
		t.Error("a user who was not deleted is gone")
	}
}

// TestExpiredRowsAreErased: the bytes of expired kept rows disappear from the file and its log
// after a while. The test searches for the sealed bytes.
func TestExpiredRowsAreErased(t *testing.T) {
	t.Parallel()
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "test.db")
	s, err := OpenSQLite(ctx, SQLite{Path: path, EraseAfter: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	withKey(t, s)
	defer s.Close()
	p := aliasPool("us-east-1_expired")
	key, lease := runJob(t, s, p)
	b := rowsOf(p, usercsv.Position{}, "", "", "")
	for i := range b.Rows {
		b.Rows[i].Text = strings.Repeat("a value of the row ", 300)
	}
	commitWhole(t, s, p, key, lease, b)
	ended := time.Now().Add(-time.Hour)
	_, err = s.UpdateLeased(ctx, key, lease, func(j *importjob.Job) error {
		j.State, j.Completed, j.Header = importjob.Stopped, ended, "header"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetCorrections(ctx, key, []importjob.Correction{{Line: 2, Text: strings.Repeat("corrected ", 20)}}); err != nil {
		t.Fatal(err)
	}
	sealed := map[string][]byte{}
	for what, query := range map[string]string{
		"a segment": "SELECT segment FROM import_rows", "a correction": "SELECT correction FROM import_corrections", "a header": "SELECT file_header FROM import_jobs",
	} {
		found, err := list(ctx, s.database, scanBytes, query)
		if err != nil || len(found) != 1 || len(found[0]) < 20 {
			t.Fatalf("%s: %d found, %v", what, len(found), err)
		}
		sealed[what] = found[0][:min(200, len(found[0]))] // on one page
		if !bytes.Contains(rawDatabase(t, path), sealed[what]) {
			t.Fatalf("%s is not in the file, and would not be found there later", what)
		}
	}
	if err := s.ExpireRows(ctx, time.Now()); err != nil {
		t.Fatal(err)
	}
	for what, bits := range sealed {
		eventually(t, what+" is still in the file", func() bool { return !bytes.Contains(rawDatabase(t, path), bits) })
	}
}

// TestEveryWriterErases: each writing connection overwrites deleted data.
func TestEveryWriterErases(t *testing.T) {
	for name, pragmas := range map[string][]pragma{"the writer": writerPragmas, "the indexers": indexerPragmas} {
		if !slices.Contains(pragmas, eraseDeleted) {
			t.Errorf("%s leaves what is deleted in the file", name)
		}
	}
}
