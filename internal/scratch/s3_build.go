package scratch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// ErrNotBuilt says that a server's program could not be built, for instance
// because the machine cannot download its source.
var ErrNotBuilt = errors.New("scratch: the server could not be built")

// s3Program returns the path of a versitygw of the version that
// tools/s3server pins. It is kept where programs keep what they can make
// again, so that it is built once a machine; without such a place, in dir.
func s3Program(ctx context.Context, dir string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	module := filepath.Join(root, "tools", "s3server")
	sums, err := os.ReadFile(filepath.Join(module, "go.sum"))
	if err != nil {
		return "", err
	}
	if cache, err := os.UserCacheDir(); err == nil {
		dir = filepath.Join(cache, "poolhouse-test")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	sum := sha256.Sum256(sums)
	program := filepath.Join(dir, "versitygw-"+runtime.GOOS+"-"+runtime.GOARCH+"-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	unlock, err := lock(ctx, program+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(program); err == nil { // somebody else has built it meanwhile
		return program, nil
	}
	return program, build(ctx, module, program)
}

// lock waits until no other process has the lock. go test runs the tests of
// several packages at once, and builds of one program at once take each
// other's time. A process that dies lets go of the lock.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { file.Close() }, nil // nothing was written; closing unlocks
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(err, file.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), file.Close())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// build compiles versitygw beside program and renames it, so that who finds
// the program finds a whole one.
func build(ctx context.Context, module, program string) (err error) {
	place, err := os.MkdirTemp(filepath.Dir(program), "build-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(place)) }()
	built := filepath.Join(place, "versitygw")
	command := exec.CommandContext(ctx, "go", "build", "-C", module, "-o", built, "github.com/versity/versitygw/cmd/versitygw")
	// A workspace of the developer's does not know this module.
	command.Env = append(os.Environ(), "GOWORK=off")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %w\n%s", ErrNotBuilt, err, strings.TrimSpace(string(output)))
	}
	return os.Rename(built, program)
}

// moduleRoot returns the directory of Poolhouse's go.mod, which is above the
// directory in which go test runs a package's tests.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module poolhouse\n") {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("scratch: the working directory is not in Poolhouse's source")
		}
		dir = up
	}
}
