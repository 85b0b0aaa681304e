package bench

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// program is a build of Poolhouse.
type program struct {
	path      string
	driver    string // the SQLite driver
	revision  string // the revision of the source
	goVersion string // the version of the compiler
}

// The modules of the SQLite drivers, with cgo and without.
const (
	driverInC  = "github.com/mattn/go-sqlite3"
	driverInGo = "modernc.org/sqlite"
)

// programs returns the program to measure and the running one.
func (o Options) programs() (measured, running program, err error) {
	if running.path, err = os.Executable(); err != nil {
		return measured, running, err
	}
	path := o.Program
	if path == "" {
		path = filepath.Join(filepath.Dir(running.path), "poolhouse")
		if _, err := os.Stat(path); err != nil {
			return measured, running, fmt.Errorf("there is no poolhouse to measure: %w; build it there, or name it with --program", err)
		}
	}
	measured, err = programAt(path)
	return measured, running, err
}

// programAt reads the build information of a program. The path is made absolute, because
// otherwise it would be searched in PATH.
func programAt(path string) (p program, err error) {
	if p.path, err = filepath.Abs(path); err != nil {
		return p, err
	}
	info, err := buildinfo.ReadFile(p.path)
	if err != nil {
		return p, fmt.Errorf("%s is not a build of poolhouse: %w", path, err)
	}
	p.driver, p.revision, p.goVersion = driverOf(info), revisionOf(info), info.GoVersion
	return p, nil
}

// revisionOf returns the source revision that the build recorded.
func revisionOf(info *debug.BuildInfo) string {
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && !strings.Contains(version, s.Value[:min(12, len(s.Value))]) {
			version += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return version
}

// driverOf returns which of the two drivers the build has, which depends on cgo.
func driverOf(info *debug.BuildInfo) string {
	name, kind := driverInGo, "pure Go"
	for _, s := range info.Settings {
		if s.Key == "CGO_ENABLED" && s.Value == "1" {
			name, kind = driverInC, "C"
		}
	}
	for _, d := range info.Deps {
		if d.Path == name {
			return name + " " + d.Version + " (" + kind + ")"
		}
	}
	return name + " (" + kind + ")"
}

// inC reports whether the build's SQLite is the one in C.
func (p program) inC() bool {
	return len(p.driver) >= len(driverInC) && p.driver[:len(driverInC)] == driverInC
}
