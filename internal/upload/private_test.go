package upload

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
)

// TestFilesAreForTheirOwner: other users of the machine can neither list nor read uploaded files,
// finished or not.
func TestFilesAreForTheirOwner(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "uploads")
	d, err := OpenDisk(dir, 1000)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	look := func() (files int) {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s has the mode %04o", path, info.Mode().Perm())
			}
			if err == nil && !info.IsDir() {
				files++
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		return files
	}
	d.sync = func(*os.File) error { // while the file is being received, and afterwards
		if look() != 1 {
			t.Error("there is no file, or more than one")
		}
		return nil
	}
	if _, err := d.Receive(importjob.Key{PoolID: poolID, JobID: jobID}, strings.NewReader("text")); err != nil {
		t.Fatal(err)
	}
	if look() != 1 {
		t.Error("there is no file, or more than one")
	}
}
