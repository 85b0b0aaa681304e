package poolhouseservice_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"poolhouse/internal/importjob"
)

// TestNoStrayFile: if a job cannot be made after its file was written, neither the file nor an
// upload is left.
func TestNoStrayFile(t *testing.T) {
	dir := filepath.Dir(t.TempDir()) // the fixture's is beside it
	f := newFixture(t)
	f.RunEngine()
	pool := f.Pool(verifying)
	job := f.ImportFile(pool, columns+"a,a,true,A\n", nil)["JobId"]
	for i := range importjob.MaxJobs - 1 {
		j := &importjob.Job{PoolID: pool, ID: fmt.Sprintf("import-%010d", i), Name: "x", State: importjob.Created, Created: time.Now()}
		if err := f.Store.CreateJob(t.Context(), j, importjob.MaxJobs); err != nil {
			t.Fatal(err)
		}
	}
	f.Refused("RetryUserImportJob", object{"UserPoolId": pool, "JobId": job}, "LimitExceededException", "has had 1000 import jobs")
	var left []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil
		}
		if err == nil && d.Type().IsRegular() && filepath.Base(filepath.Dir(path)) != "001" && filepath.Base(filepath.Dir(path)) != "002" {
			left = append(left, path)
		}
		return err
	})
	if err != nil || len(left) > 0 {
		t.Errorf("these files are left: %q, %v", left, err)
	}
	uploads, err := f.Store.OverdueUploads(t.Context(), time.Now().Add(time.Hour), importjob.Place{}, 10)
	if err != nil || len(uploads) > 0 {
		t.Errorf("%d uploads are left, %v", len(uploads), err)
	}
}
