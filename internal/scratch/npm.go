package scratch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// ErrNoPackages says that the packages of a lock file could not be installed.
var ErrNoPackages = errors.New("scratch: the npm packages could not be installed")

// npmFiles say which packages there are: the lock file has their hashes.
var npmFiles = []string{"package.json", "package-lock.json", ".npmrc"}

// NodeModules returns the directory that has the packages of a project of npm,
// just those of its lock file. project is the project's directory, into which
// nothing is written. The packages are kept where programs keep what they can
// make again, so that they are installed once a machine; without such a place,
// in dir.
func NodeModules(ctx context.Context, project, dir string) (string, error) {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", fmt.Errorf("%w: %s is not installed (Debian: apt-get install nodejs npm)", ErrNoPackages, program)
		}
	}
	files := map[string][]byte{}
	sum := sha256.New()
	for _, name := range npmFiles {
		data, err := os.ReadFile(filepath.Join(project, name))
		if err != nil {
			return "", err
		}
		files[name] = data
		fmt.Fprintf(sum, "%s %d\n%s", name, len(data), data)
	}
	if cache, err := os.UserCacheDir(); err == nil {
		dir = filepath.Join(cache, "poolhouse-test")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	installed := filepath.Join(dir, "npm-"+hex.EncodeToString(sum.Sum(nil)[:8]))
	unlock, err := lock(ctx, installed+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	modules := filepath.Join(installed, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules, nil
	}
	return modules, install(ctx, files, installed)
}

// install installs the packages in a new directory, which gets its name when
// they are all there.
func install(ctx context.Context, files map[string][]byte, installed string) error {
	part := installed + ".part" // what an install that was broken off has left is removed; the lock is ours
	if err := errors.Join(os.RemoveAll(part), os.RemoveAll(installed), os.Mkdir(part, 0o700)); err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(part, name), data, 0o600); err != nil {
			return err
		}
	}
	npm := exec.CommandContext(ctx, "npm", "ci", "--no-progress", "--prefer-offline")
	npm.Dir = part
	var said bytes.Buffer
	npm.Stdout, npm.Stderr = &said, &said
	if err := npm.Run(); err != nil {
		return errors.Join(fmt.Errorf("%w: npm ci: %w: %s", ErrNoPackages, err, said.String()), os.RemoveAll(part))
	}
	return os.Rename(part, installed)
}
