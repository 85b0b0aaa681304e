package upload

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDirectoryRemoved: the job's directory is removed while a file is moved there. The upload is
// refused if the job is gone, and otherwise fails with an error of the server.
func TestDirectoryRemoved(t *testing.T) {
	for name, c := range map[string]struct {
		gone   bool
		status int
		code   string
	}{
		"with its user pool": {true, http.StatusForbidden, "AccessDenied"},
		"by something else":  {false, http.StatusInternalServerError, "InternalError"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			dir := filepath.Join(f.dir, poolID)
			f.disk.sync = func(file *os.File) error {
				if info, err := file.Stat(); err != nil || !info.IsDir() {
					return err
				}
				if c.gone {
					f.jobs.mu.Lock()
					f.jobs.job.PoolID = "us-east-1_another"
					f.jobs.mu.Unlock()
				}
				return os.RemoveAll(dir) // between two directories
			}
			response, text := f.put("PUT", f.url(time.Now()), strings.NewReader("x"), kms)
			if response.StatusCode != c.status || !strings.Contains(text, "<Code>"+c.code+"</Code>") {
				t.Errorf("%s %s", response.Status, text)
			}
			if left := f.stored(); len(left) != 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}
