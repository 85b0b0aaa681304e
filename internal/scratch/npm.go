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

// ErrNoPackages means that the packages of a lock file could not be installed.
var ErrNoPackages = errors.New("scratch: the npm packages could not be installed")

// npmFiles define the packages: the lock file has their hashes.
var npmFiles = []string{"package.json", "package-lock.json", ".npmrc"}

// NodeModules returns the directory with the packages of an npm project, exactly those of its lock
// file. project is the project's directory; nothing is written there. The packages are stored in
// the user's cache directory, so that they are installed once on a machine; without a cache
// directory, in dir.
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

// install installs the packages in a temporary directory, and renames it when it is complete.
func install(ctx context.Context, files map[string][]byte, installed string) error {
	part := installed + ".part" // may be left by an interrupted install; the lock makes it safe to remove
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
