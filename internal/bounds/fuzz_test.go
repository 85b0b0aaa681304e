package bounds

import (
	"path/filepath"
	"strings"
	"testing"
)

// FuzzCgroup: the files that may limit the memory are below the root, for any content of
// /proc/self/cgroup.
func FuzzCgroup(f *testing.F) {
	for _, text := range []string{"0::/system.slice/poolhouse.service\n", "4:memory:/a\n1:name=systemd:/b\n", "0::/../../etc\n", "::", "0::" + strings.Repeat("/a", 50), "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, file := range parseCgroup("/root/", []byte(text)) {
			if !strings.HasPrefix(filepath.Clean(file), "/root/sys/fs/cgroup/") {
				t.Fatalf("%q leads to %s", text, file)
			}
		}
	})
}

// FuzzLimit: a limit is a number of bytes, or 0 if the file has none. The same holds for the
// memory of the machine.
func FuzzLimit(f *testing.F) {
	for _, text := range []string{"max\n", "1073741824\n", "", "-1", "9223372036854775807", "9223372036854775808", " 1 2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n := parseLimit([]byte(text)); n < 0 || n > 0 && strings.Trim(strings.TrimSpace(text), "+0123456789") != "" {
			t.Errorf("%q is a limit of %d", text, n)
		}
		if n := parseMachine([]byte("MemTotal: " + text + " kB\n")); n < 0 {
			t.Errorf("a machine with %q kB has %d bytes", text, n)
		}
	})
}
