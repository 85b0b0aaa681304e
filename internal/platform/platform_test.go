package platform

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func create(t *testing.T, path string) *os.File {
	t.Helper()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// TestTryLock: only shared locks go together, and a locked file can be read and written.
func TestTryLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	one, two := create(t, path), create(t, path)
	for _, try := range []struct {
		first, second bool // shared
		want          error
	}{{false, false, ErrLocked}, {false, true, ErrLocked}, {true, false, ErrLocked}, {true, true, nil}} {
		if err := TryLock(one, try.first); err != nil {
			t.Fatal(err)
		}
		if err := TryLock(two, try.second); !errors.Is(err, try.want) {
			t.Errorf("shared %t, then %t: %v, want %v", try.first, try.second, err, try.want)
		}
		if _, err := two.WriteAt([]byte("text"), 0); err != nil {
			t.Errorf("writing to a locked file: %v", err)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != "text" {
			t.Errorf("reading a locked file: %q, %v", text, err)
		}
		one.Close()
		two.Close()
		one, two = create(t, path), create(t, path)
	}
	if err := TryLock(one, false); err != nil {
		t.Errorf("after the other was closed: %v", err)
	}
}

func TestOpenNoFollow(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	for range 2 { // the file is made, and opened again
		file, err := OpenNoFollow(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	if _, err := OpenNoFollow(filepath.Join(dir, "none"), os.O_RDONLY, 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := os.Symlink(path, link); err != nil {
		if runtime.GOOS == "windows" {
			t.Skip("Windows lets this account make no symbolic link:", err)
		}
		t.Fatal(err)
	}
	for _, flag := range []int{os.O_RDONLY, os.O_CREATE | os.O_RDWR} {
		if _, err := OpenNoFollow(link, flag, 0o600); !errors.Is(err, ErrLink) {
			t.Errorf("a link, flag %#x: %v", flag, err)
		}
	}
}

// TestPermissions: a directory with mode 0700 is private, and so is a file in it.
func TestPermissions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "private")
	if err := Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Mkdir(dir, 0o700); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a directory that is there: %v", err)
	}
	if err := Mkdir(filepath.Join(dir, "none", "below"), 0o700); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("below none: %v", err)
	}
	create(t, filepath.Join(dir, "file"))
	for _, path := range []string{dir, filepath.Join(dir, "file")} {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if mode, err := Permissions(file); err != nil || mode&0o077 != 0 {
			t.Errorf("%s has mode %04o, %v; want none for others", path, mode, err)
		}
	}
	if command := Restrict("600", dir); !strings.Contains(command, dir) {
		t.Errorf("the command %q does not name the file", command)
	}
}

func TestDisk(t *testing.T) {
	dir := t.TempDir()
	free, size, err := DiskSpace(dir)
	if err != nil || free < 0 || size <= 0 || free > size {
		t.Errorf("%d bytes of %d free, %v", free, size, err)
	}
	if _, _, err := DiskSpace(filepath.Join(dir, "none")); err == nil {
		t.Error("a directory that is not there has free space")
	}
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	for path, text := range map[string]string{from: "new", to: "old"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := SyncPath(path); err != nil {
			t.Error(err)
		}
	}
	if err := errors.Join(Rename(from, to), SyncPath(dir)); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(to); err != nil || string(text) != "new" {
		t.Errorf("after the rename: %q, %v", text, err)
	}
	if err := Rename(from, to); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is gone: %v", err)
	}
	for _, path := range []string{dir, to} {
		file, err := os.OpenFile(path, os.O_RDONLY, 0)
		if path == to {
			file, err = os.OpenFile(path, os.O_RDWR, 0)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(Sync(file), file.Close()); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if IsDiskFull(fs.ErrNotExist) {
		t.Error("a missing file is a full disk")
	}
}

func TestProcess(t *testing.T) {
	if most, err := OpenFiles(); err != nil || most < 16 {
		t.Errorf("%d files, %v", most, err)
	}
	one, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	two, err := net.Listen("tcp", one.Addr().String())
	if err == nil {
		two.Close()
	}
	if !IsAddressInUse(err) || IsAddressInUse(fs.ErrNotExist) {
		t.Errorf("an address that is in use: %v", err)
	}
}
