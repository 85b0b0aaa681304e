package upload

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
)

// TestNothingIsLeftOfAFailedSync: each sync of an upload fails once, that of the file and that of
// each directory. The client gets an error, and no file is left.
func TestNothingIsLeftOfAFailedSync(t *testing.T) {
	broken := errors.New("input/output error")
	key := importjob.Key{PoolID: poolID, JobID: jobID}
	for failing := 1; ; failing++ {
		f := newFixture(t)
		calls := 0
		f.disk.sync = func(file *os.File) error {
			if calls++; calls == failing {
				return broken
			}
			return file.Sync()
		}
		_, err := f.disk.Receive(key, strings.NewReader("text"))
		if calls < failing {
			if failing != 5 || err != nil {
				t.Errorf("%d syncs and %v; want those of the file, of its directory, the pool's and the root", calls, err)
			}
			return
		}
		if !errors.Is(err, broken) || len(f.stored()) != 0 {
			t.Errorf("sync %d: %v, left behind %v", failing, err, f.stored())
		}
		calls = 0
		response, text := f.put("PUT", f.url(time.Now()), strings.NewReader("text"), kms)
		if response.StatusCode != 500 || !strings.Contains(text, "InternalError") || len(f.stored()) != 0 || f.jobs.job.Upload.Name != "" {
			t.Errorf("sync %d: %s %s, left behind %v, %+v", failing, response.Status, text, f.stored(), f.jobs.job.Upload)
		}
	}
}

func isFileGone(err error) bool {
	_, ok := errors.AsType[importjob.FileGone](err)
	return ok
}

func TestFilesOnDisk(t *testing.T) {
	f := newFixture(t)
	key := importjob.Key{PoolID: poolID, JobID: jobID}
	u, err := f.disk.Receive(key, strings.NewReader("text"))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(importjob.Upload) importjob.Upload{
		"another size": func(u importjob.Upload) importjob.Upload { u.Size++; return u },
		"another name": func(u importjob.Upload) importjob.Upload { u.Name += "x"; return u },
		"no name":      func(importjob.Upload) importjob.Upload { return importjob.Upload{} },
	} {
		if _, err := f.disk.Open(t.Context(), change(u), 0); !isFileGone(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"../escape", "/etc/passwd"} {
		if file, err := f.disk.Open(t.Context(), importjob.Upload{Name: name, Size: 1}, 0); err == nil {
			file.Close()
			t.Errorf("%s was opened", name)
		}
	}
	for _, key := range []importjob.Key{{}, {PoolID: "..", JobID: "x"}, {PoolID: poolID, JobID: "../.."}, {PoolID: incoming, JobID: "x"}} {
		if err := f.disk.Remove(t.Context(), key); err == nil {
			t.Errorf("%+v was removed", key)
		}
	}
	for range 2 { // the second time there is nothing
		if err := f.disk.Remove(t.Context(), testKey); err != nil || len(f.stored()) != 0 {
			t.Errorf("after the removal of the file: %v, %v", err, f.stored())
		}
	}
	if _, err := f.disk.root.Stat(poolID); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory of a pool without files: %v", err)
	}
}

// TestLeftoversOfACrash: the unfinished files of a killed process are removed at the next start;
// finished files stay.
func TestLeftoversOfACrash(t *testing.T) {
	f := newFixture(t)
	if _, err := f.disk.Receive(importjob.Key{PoolID: poolID, JobID: jobID}, strings.NewReader("text")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.dir, incoming, "half"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := OpenDisk(f.dir, 1000)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if left := f.stored(); len(left) != 1 {
		t.Errorf("there are %v", left)
	}
}
