package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

// target is a system that an archive is for.
type target struct {
	os, arch string
	c        bool // SQLite in C, which needs a C compiler for the system
}

func (t target) String() string { return t.os + "/" + t.arch }

// targets are the systems of a release. SQLite is in C on Linux with the
// architecture of this machine, for which there is a C compiler; elsewhere it is
// in Go.
func targets() (all []target) {
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, arch := range []string{"amd64", "arm64"} {
			all = append(all, target{system, arch, runtime.GOOS == "linux" && system == runtime.GOOS && arch == runtime.GOARCH})
		}
	}
	return all
}

// program is the name of the program on the system.
func (t target) program() string {
	if t.os == "windows" {
		return "poolhouse.exe"
	}
	return "poolhouse"
}

// suffix is the end of the archive's name.
func (t target) suffix() string {
	if t.os == "windows" {
		return ".zip"
	}
	return ".tar.gz"
}

// driver says which SQLite the program has.
func (t target) driver() string {
	if t.c {
		return "SQLite in C"
	}
	return "SQLite in Go"
}

// environment is what go is run with for the system.
func (t target) environment() []string {
	c := "0"
	if t.c {
		c = "1"
	}
	return append(os.Environ(), "GOOS="+t.os, "GOARCH="+t.arch, "CGO_ENABLED="+c, "GOWORK=off", "GOFLAGS=-mod=readonly")
}

// tags are the build tags for the system. A program with C in it is linked
// statically, so that it runs beside any C library, and these keep out what a
// static program cannot do: to ask the C library for names of hosts and users,
// and to load extensions of SQLite.
func (t target) tags() string {
	if t.c {
		return "netgo,osusergo,sqlite_omit_load_extension"
	}
	return ""
}

// build compiles the program.
func (t target) build(ctx context.Context, to, stamp string) error {
	link := "-s -w -buildid= -X poolhouse/internal/buildinfo.stamp=" + stamp
	if t.c {
		link += " -linkmode=external -extldflags=-static"
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", t.tags(), "-ldflags", link, "-o", to, "./cmd/poolhouse")
	cmd.Env = t.environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}
