package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

// target is the operating system and architecture of an archive.
type target struct {
	os, arch string
	c        bool // with SQLite in C, which needs a C compiler for the system
}

func (t target) String() string { return t.os + "/" + t.arch }

// targets returns the systems of a release. If this machine runs Linux, its own
// system gets SQLite in C, because there is a C compiler for it. The others get
// SQLite in Go.
func targets() (all []target) {
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, arch := range []string{"amd64", "arm64"} {
			all = append(all, target{system, arch, runtime.GOOS == "linux" && system == runtime.GOOS && arch == runtime.GOARCH})
		}
	}
	return all
}

// program returns the file name of the program on the system.
func (t target) program() string {
	if t.os == "windows" {
		return "poolhouse.exe"
	}
	return "poolhouse"
}

// suffix returns the end of the archive's name.
func (t target) suffix() string {
	if t.os == "windows" {
		return ".zip"
	}
	return ".tar.gz"
}

// driver names the SQLite of the program.
func (t target) driver() string {
	if t.c {
		return "SQLite in C"
	}
	return "SQLite in Go"
}

// environment returns the environment in which the go command builds for the
// system.
func (t target) environment() []string {
	c := "0"
	if t.c {
		c = "1"
	}
	return append(os.Environ(), "GOOS="+t.os, "GOARCH="+t.arch, "CGO_ENABLED="+c, "GOWORK=off", "GOFLAGS=-mod=readonly")
}

// tags returns the build tags for the system. A program with C in it is linked
// statically, so that it needs no C library on its machine. The tags exclude what
// a static program cannot do: look up hosts and users by the C library, and load
// extensions of SQLite.
func (t target) tags() string {
	if t.c {
		return "netgo,osusergo,sqlite_omit_load_extension"
	}
	return ""
}

// build compiles the program to a path.
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
