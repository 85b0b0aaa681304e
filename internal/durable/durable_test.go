package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// recorder records the steps and fails at a chosen one.
type recorder struct {
	system
	done []string
	fail string
}

func (r *recorder) note(step, path string) error {
	r.done = append(r.done, step+" "+filepath.Base(path))
	if step == r.fail || step+" "+filepath.Base(path) == r.fail {
		return errors.New("no " + step)
	}
	return nil
}

func (r *recorder) create(path string, text []byte, mode fs.FileMode) error {
	return errors.Join(r.note("create", path), r.system.create(path, text, mode))
}

func (r *recorder) rename(from, to string) error {
	if err := r.note("rename", from); err != nil {
		return err
	}
	return r.system.rename(from, to)
}

func (r *recorder) sync(dir string) error {
	return errors.Join(r.note("sync", dir), r.system.sync(dir))
}

func TestWriteFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	path := filepath.Join(dir, "key")
	if err := MakeDirectory(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", []byte("what a crash left"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"one", "two"} {
		r := &recorder{}
		if err := writeFile(r, path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if want := []string{"create key.new", "sync key.new", "rename key.new", "sync data"}; !slices.Equal(r.done, want) {
			t.Errorf("the steps are %q, want %q", r.done, want)
		}
		wantFile(t, path, text)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the permissions: %v, %v", info, err)
	}
	for _, step := range []string{"create", "sync key.new", "rename"} {
		if err := writeFile(&recorder{fail: step}, path, []byte("three"), 0o600); err == nil {
			t.Errorf("a %s that fails is no error", step)
		}
		wantFile(t, path, "two")
		if _, err := os.Lstat(path + ".new"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a %s that fails leaves its file: %v", step, err)
		}
	}
	if err := writeFile(&recorder{fail: "sync data"}, path, []byte("three"), 0o600); err == nil {
		t.Error("a directory that is not synced is no error")
	}
}

func TestRename(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := MakeDirectory(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	from, to := filepath.Join(dir, "key.next"), filepath.Join(dir, "key")
	for path, text := range map[string]string{from: "new", to: "old"} {
		if err := WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := rename(&recorder{fail: "rename"}, from, to); err == nil {
		t.Error("a rename that fails is no error")
	}
	wantFile(t, to, "old")
	r := &recorder{}
	if err := rename(r, from, to); err != nil {
		t.Fatal(err)
	}
	if want := []string{"rename key.next", "sync data"}; !slices.Equal(r.done, want) {
		t.Errorf("the steps are %q, want %q", r.done, want)
	}
	wantFile(t, to, "new")
	if err := Rename(from, to); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is gone: %v", err)
	}
}

func TestMakeDirectory(t *testing.T) {
	top := t.TempDir()
	path := filepath.Join(top, "a", "b")
	r := &recorder{}
	if err := makeDirectory(r, path, 0o700); err != nil {
		t.Fatal(err)
	}
	if want := []string{"sync " + filepath.Base(top), "sync a"}; !slices.Equal(r.done, want) {
		t.Errorf("the steps are %q, want %q", r.done, want)
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory: %v, %v", info, err)
	}
	r = &recorder{}
	if err := makeDirectory(r, path, 0o700); err != nil || len(r.done) != 0 {
		t.Errorf("a directory that is there: %q, %v", r.done, err)
	}
	t.Chdir(path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := MakeDirectory("c", 0o700); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("below a directory that is gone: %v", err)
	}
	file := filepath.Join(top, "file")
	if err := WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := MakeDirectory(file, 0o700); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file in its place: %v", err)
	}
}

func wantFile(t *testing.T, path, want string) {
	t.Helper()
	if text, err := os.ReadFile(path); err != nil || string(text) != want {
		t.Errorf("%s is %q, want %q (%v)", path, text, want, err)
	}
}
