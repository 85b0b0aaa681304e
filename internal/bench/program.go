package bench

import (
	"debug/buildinfo"
	"os"
	"runtime/debug"
)

// program is a build of Poolhouse.
type program struct {
	path   string
	driver string // of SQLite
}

// The modules that SQLite comes from, with cgo and without.
const (
	driverInC  = "github.com/mattn/go-sqlite3"
	driverInGo = "modernc.org/sqlite"
)

// thisProgram is the one that runs.
func thisProgram() (program, error) {
	path, err := os.Executable()
	if err != nil {
		return program{}, err
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return program{path: path, driver: "unknown"}, nil
	}
	return program{path: path, driver: driverOf(info)}, nil
}

func otherProgram(path string) (program, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return program{}, err
	}
	return program{path: path, driver: driverOf(info)}, nil
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
