package upload

import (
	"errors"
	"os"
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
