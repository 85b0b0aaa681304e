package importjob_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
)

// TestWhatWasRead: a job that begins stores size, ETag and digest of the file that was read.
// They stay after the file is removed. A file with another digest than the known one ends the
// job before any user is created, although its size is the same.
func TestWhatWasRead(t *testing.T) {
	csv := csvFile(20)
	other := strings.Replace(csv, "user0,", "user9,", 1)
	digest := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	for name, c := range map[string]struct {
		known, file string // the digest before the job begins, and the file that is read
		state       importjob.State
	}{
		"a file whose digest is known":     {digest(csv), csv, importjob.Succeeded},
		"a file whose digest is not known": {"", csv, importjob.Succeeded},
		"another file of that size":        {digest(csv), other, importjob.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New(testPool())
				key := m.Add("import-1", csv)
				m.Jobs[key].Upload.SHA256, m.Jobs[key].Upload.ETag = c.known, "tag"
				m.Files["import-1/file"] = []byte(c.file)
				var told []importjob.Upload
				cfg := config("a")
				cfg.Began = func(_ context.Context, j *importjob.Job) { told = append(told, j.Upload) }
				_, stop := start(m, m, cfg)
				time.Sleep(time.Minute)
				stop()
				j := m.Job(key)
				if j.State != c.state {
					t.Fatalf("the job ended %s: %s", j.State, j.Message)
				}
				want := importjob.Upload{Name: "import-1/file", Size: int64(len(csv)), ETag: "tag", SHA256: digest(csv)}
				if c.state == importjob.Succeeded && (len(told) != 1 || told[0] != want) {
					t.Errorf("told %+v, want %+v", told, want)
				}
				if c.state == importjob.Failed && (len(told) != 0 || j.Message != string(importjob.FileChanged) || j.Counts.Sum() != 0) {
					t.Errorf("another file: told %+v; %s, %+v", told, j.Message, j.Counts)
				}
				want.Name = ""
				if j.Upload != want {
					t.Errorf("kept %+v, want %+v", j.Upload, want)
				}
			})
		})
	}
}
