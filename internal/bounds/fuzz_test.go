package bounds

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzCgroup: the files that may limit the memory are below the root, whatever
// /proc/self/cgroup says.
func FuzzCgroup(f *testing.F) {
	for _, text := range []string{"0::/system.slice/poolhouse.service\n", "4:memory:/a\n1:name=systemd:/b\n", "0::/../../etc\n", "::", "0::" + strings.Repeat("/a", 50), "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 || strings.Contains(text, "\x00") {
			return
		}
		root := t.TempDir() + "/"
		if err := os.MkdirAll(filepath.Join(root, "proc/self"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "proc/self/cgroup"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, file := range cgroupFiles(root) {
			if !strings.HasPrefix(filepath.Clean(file), filepath.Join(root, "sys/fs/cgroup")) {
				t.Fatalf("%q leads to %s", text, file)
			}
		}
	})
}

// FuzzLimit: a limit is a number of bytes, and 0 where the file has none; so is what
// the machine has.
func FuzzLimit(f *testing.F) {
	for _, text := range []string{"max\n", "1073741824\n", "", "-1", "9223372036854775807", "9223372036854775808", " 1 2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := filepath.Join(t.TempDir(), "memory.max")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if n := readLimit(file); n < 0 || n > 0 && strings.Trim(strings.TrimSpace(text), "+0123456789") != "" {
			t.Errorf("%q is a limit of %d", text, n)
		}
		if err := os.WriteFile(file, []byte("MemTotal: "+text+" kB\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if n := machineMemory(file); n < 0 {
			t.Errorf("a machine with %q kB has %d bytes", text, n)
		}
	})
}
