package internal_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"poolhouse/internal/scratch"
)

// mostExposure is the upper limit, exclusive, for the exposure of the unit in
// systemd-analyze security, on its scale from 0 to 10.
const mostExposure = 2.0

// unit writes the unit to a place that systemd-analyze searches, with an existing
// program, and returns its path.
func unit(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		scratch.Lacking(t, "systemd-analyze is not installed")
	}
	const program = "/usr/local/bin/poolhouse"
	text := readPage(t, "../packaging/systemd/poolhouse.service")
	if !strings.Contains(text, "ExecStart="+program+" serve ") {
		t.Fatal("the unit does not start the program")
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "poolhouse.service")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, program, own)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestUnitVerifies: systemd-analyze verify reports nothing about the unit.
func TestUnitVerifies(t *testing.T) {
	path := unit(t)
	out, err := exec.Command("systemd-analyze", "verify", "--man=no", path).CombinedOutput()
	if err != nil || strings.Contains(string(out), path) {
		t.Errorf("systemd-analyze verify: %v: %s", err, out)
	}
}

// TestUnitIsSandboxed: the exposure of the unit is below the limit.
func TestUnitIsSandboxed(t *testing.T) {
	out, err := exec.Command("systemd-analyze", "security", "--offline=true", "--no-pager", unit(t)).CombinedOutput()
	found := regexp.MustCompile(`Overall exposure level for \S+: ([0-9.]+) `).FindSubmatch(out)
	if found == nil {
		t.Fatalf("systemd-analyze security: %v: %s", err, out)
	}
	if exposure, err := strconv.ParseFloat(string(found[1]), 64); err != nil || exposure >= mostExposure {
		t.Errorf("the exposure is %s, %v: %s", found[1], err, out)
	}
}

// TestNotice: NOTICE names every package that the console embeds, with the version in
// the lock file.
func TestNotice(t *testing.T) {
	var lock struct {
		Packages map[string]struct{ Version string } `json:"packages"`
	}
	if err := json.Unmarshal([]byte(readPage(t, "console/npm/package-lock.json")), &lock); err != nil {
		t.Fatal(err)
	}
	notice := readPage(t, "../NOTICE")
	named := 0
	for path, module := range lock.Packages {
		if name, ok := strings.CutPrefix(path, "node_modules/"); ok && name != "axe-core" { // only for tests, not embedded
			named++
			if !strings.Contains(notice, name+" "+module.Version) {
				t.Errorf("NOTICE does not name %s %s", name, module.Version)
			}
		}
	}
	if named == 0 {
		t.Error("the lock file names no package")
	}
}
