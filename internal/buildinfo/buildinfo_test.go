package buildinfo

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	written := &debug.BuildInfo{Main: debug.Module{Version: "v0.9.0"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"}, {Key: "vcs.modified", Value: "true"}}}
	for name, test := range map[string]struct {
		stamp   string
		written *debug.BuildInfo
		want    Info
	}{
		"stamped":               {"v1.2.3,def,2026-05-06T00:00:00Z", written, Info{Version: "v1.2.3", Commit: "def", Time: "2026-05-06T00:00:00Z"}},
		"the version alone":     {"v1.2.3", written, Info{Version: "v1.2.3", Commit: "abc+changes", Time: "2026-01-02T03:04:05Z"}},
		"what Go wrote":         {"", written, Info{Version: "v0.9.0", Commit: "abc+changes", Time: "2026-01-02T03:04:05Z"}},
		"a build without a VCS": {"", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, Info{Version: "(devel)", Commit: unknown, Time: unknown}},
		"nothing":               {"", nil, Info{Version: unknown, Commit: unknown, Time: unknown}},
	} {
		test.want.Go, test.want.System = runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH
		if got := combine(test.stamp, test.written); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// TestStampOfTheLinker: -ldflags -X sets the variable that Read reads.
func TestStampOfTheLinker(t *testing.T) {
	if out := os.Getenv("PRINT_BUILDINFO"); out != "" {
		info := Read()
		if err := os.WriteFile(out, []byte(info.Version+" "+info.Commit+" "+info.Time), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	dir := t.TempDir()
	program, out := filepath.Join(dir, "stamped.test"), filepath.Join(dir, "out")
	build := exec.Command("go", "test", "-c", "-o", program, "-ldflags", "-X poolhouse/internal/buildinfo.stamp=v7.8.9,feed,2026-01-01T00:00:00Z", ".")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	run := exec.Command(program, "-test.run=^TestStampOfTheLinker$")
	run.Env = append(os.Environ(), "PRINT_BUILDINFO="+out)
	if said, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if got, err := os.ReadFile(out); err != nil || strings.TrimSpace(string(got)) != "v7.8.9 feed 2026-01-01T00:00:00Z" {
		t.Errorf("the stamped program says %q, %v", got, err)
	}
}
