package durable

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// step returns the recorded steps, without the names that differ in each run.
func step(done []string) (steps []string) {
	for _, s := range done {
		steps = append(steps, strings.Fields(s)[0])
	}
	return steps
}

// begun returns a file with a text that is not committed.
func begun(t *testing.T, r *recorder, path, text string) *File {
	t.Helper()
	file, err := create(r, path)
	if err == nil {
		_, err = io.WriteString(file, text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// wantNames fails the test unless a directory has exactly these files.
func wantNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	var names []string
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("the directory has %q, want %q (%v)", names, want, err)
	}
}

// TestFile: a file gets its name when it is complete, on disk, and readable to its owner only.
// After a failure, only the previous file is there.
func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "rows.csv")
	for _, text := range []string{"one", "two"} {
		r := &recorder{}
		file := begun(t, r, path, text)
		if before, err := os.ReadFile(path); err == nil && string(before) == text {
			t.Error("the file has its name before it is whole")
		}
		if err := file.Commit(); err != nil {
			t.Fatal(err)
		}
		if want := []string{"sync", "rename", "sync"}; !slices.Equal(step(r.done), want) {
			t.Errorf("the steps are %q, want %q", r.done, want)
		}
		wantFile(t, path, text)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the permissions: %v, %v", info, err)
	}
	for _, fails := range []string{"sync", "rename"} {
		if err := begun(t, &recorder{fail: fails}, path, "three").Commit(); err == nil {
			t.Errorf("a %s that fails is no error", fails)
		}
		wantFile(t, path, "two")
	}
	if err := begun(t, &recorder{}, path, "three").Discard(); err != nil {
		t.Error(err)
	}
	wantFile(t, path, "two")
	wantNames(t, dir, "rows.csv")
	if _, err := Create(filepath.Join(dir, "nowhere", "x")); err == nil {
		t.Error("a directory that is not there is no error")
	}
}

// TestFileThatCannotBeWritten: a file with a failed Write is not committed.
func TestFileThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	file := begun(t, &recorder{}, filepath.Join(dir, "rows.csv"), "one")
	if err := file.file.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, "two"); err == nil {
		t.Error("it was written")
	}
	if err := file.Commit(); err == nil {
		t.Error("it was committed")
	}
	wantNames(t, dir)
}
