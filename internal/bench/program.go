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
	driver    string // of SQLite
	revision  string // of the source
	goVersion string // of the compiler
}

// The modules that SQLite comes from, with cgo and without.
const (
	driverInC  = "github.com/mattn/go-sqlite3"
	driverInGo = "modernc.org/sqlite"
)

// programs returns the program to measure, and the one that runs.
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

// programAt reads what a program was built from. The path is made absolute,
// else it would be looked for in PATH.
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

// revisionOf says which source the program was built from, as far as the build
// recorded it.
func revisionOf(info *debug.BuildInfo) string {
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && !strings.Contains(version, s.Value[:min(12, len(s.Value))]) {
			version += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return version
}

// driverOf says which of the two drivers the build has, from whether it has
// cgo.
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

// inC tells whether the build's SQLite is the one in C.
func (p program) inC() bool {
	return len(p.driver) >= len(driverInC) && p.driver[:len(driverInC)] == driverInC
}
