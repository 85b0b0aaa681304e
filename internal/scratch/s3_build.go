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
	"time"

	"poolhouse/internal/platform"
)

// ErrNotBuilt means that a server's program could not be built, for instance because the machine
// cannot download its source.
var ErrNotBuilt = errors.New("scratch: the server could not be built")

// s3Program returns the path of versitygw in the version that tools/s3server pins. It is stored in
// the user's cache directory, so that it is built once on a machine; without a cache directory, in
// dir.
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
	if _, err := os.Stat(program); err == nil { // another process has built it meanwhile
		return program, nil
	}
	return program, build(ctx, module, program)
}

// lock waits until no other process has the lock. go test runs several packages at once, and
// concurrent builds of the same program would slow each other down. The lock ends with its process.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := platform.TryLock(file, false)
		if err == nil {
			return func() { file.Close() }, nil // nothing was written; closing unlocks
		}
		if !errors.Is(err, platform.ErrLocked) {
			return nil, errors.Join(err, file.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), file.Close())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// build compiles versitygw to a temporary file and renames it, so that program is always complete.
func build(ctx context.Context, module, program string) (err error) {
	place, err := os.MkdirTemp(filepath.Dir(program), "build-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(place)) }()
	built := filepath.Join(place, "versitygw")
	command := exec.CommandContext(ctx, "go", "build", "-C", module, "-o", built, "github.com/versity/versitygw/cmd/versitygw")
	// A workspace of the developer does not include this module.
	command.Env = append(os.Environ(), "GOWORK=off")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %w\n%s", ErrNotBuilt, err, strings.TrimSpace(string(output)))
	}
	return os.Rename(built, program)
}

// moduleRoot returns the directory of Poolhouse's go.mod. It searches upwards, because go test runs
// a package's tests in the package's directory.
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
