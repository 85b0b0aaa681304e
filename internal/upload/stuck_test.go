package upload

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStuckLeftoversOfACrash: a leftover that cannot be removed does not keep the others from being
// removed, nor the directory from being opened.
func TestStuckLeftoversOfACrash(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b/not-empty", "c"} {
		path := filepath.Join(dir, incoming, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d, err := OpenDisk(dir, 1000)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.RemoveErrors(); err == nil || !strings.Contains(err.Error(), "incoming/b") {
		t.Errorf("what is stuck: %v", err)
	}
	left, err := os.ReadDir(filepath.Join(dir, incoming))
	if err != nil || len(left) != 1 || left[0].Name() != "b" {
		t.Errorf("there are %v, %v", left, err)
	}
	if _, err := d.Receive(testKey, strings.NewReader("text")); err != nil {
		t.Error(err)
	}
}
