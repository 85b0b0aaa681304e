//go:build unix

package platform

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestIsDiskFull(t *testing.T) {
	for _, err := range []error{syscall.ENOSPC, &os.PathError{Err: syscall.EDQUOT}, fmt.Errorf("more: %w", syscall.ENOSPC)} {
		if !IsDiskFull(err) {
			t.Errorf("%v is no full disk", err)
		}
	}
}

// TestRightsOfOthers: the mode and the owner are those of the file.
func TestRightsOfOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	file := create(t, path)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if mode, err := Permissions(file); err != nil || mode != 0o640 {
		t.Errorf("mode %04o, %v", mode, err)
	}
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if uid, known := Owner(info); !known || uid != os.Getuid() {
		t.Errorf("owner %d, %t", uid, known)
	}
	if gid, known := Group(info); !known || gid < 0 {
		t.Errorf("group %d, %t", gid, known)
	}
}
