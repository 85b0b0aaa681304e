package scratch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNodeModules uses a stand-in for npm that records the order of steps; no registry is needed.
func TestNodeModules(t *testing.T) {
	cache, bin, project := t.TempDir(), t.TempDir(), t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	for _, name := range npmFiles {
		if err := os.WriteFile(filepath.Join(project, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	npm := func(script string) {
		t.Helper()
		for _, program := range []string{"node", "npm"} {
			if err := os.WriteFile(filepath.Join(bin, program), []byte("#!/bin/sh\nPATH=/usr/bin:/bin\n"+script), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("PATH", bin)
	}
	refused := func(text string) {
		t.Helper()
		modules, err := NodeModules(t.Context(), project, t.TempDir())
		if !errors.Is(err, ErrNoPackages) || !strings.Contains(err.Error(), text) {
			t.Errorf("%q, %v; want %q", modules, err, text)
		}
		left, err := filepath.Glob(filepath.Join(cache, "*", "npm-*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range left {
			if !strings.HasSuffix(path, ".lock") {
				t.Errorf("left behind: %s", path)
			}
		}
	}
	t.Setenv("PATH", bin)
	refused("node is not installed")
	npm("mkdir node_modules; echo the registry does not answer; exit 1")
	refused("the registry does not answer")
	npm("cat package-lock.json .npmrc; mkdir node_modules; echo 1 >node_modules/made")
	modules, err := NodeModules(t.Context(), project, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(modules, "made")); err != nil {
		t.Error(err)
	}
	npm("echo is run again; exit 1")
	if again, err := NodeModules(t.Context(), project, t.TempDir()); err != nil || again != modules {
		t.Errorf("%q, %v; want %q", again, err, modules)
	}
	if err := os.WriteFile(filepath.Join(project, "package-lock.json"), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NodeModules(t.Context(), project, t.TempDir()); err == nil || !strings.Contains(err.Error(), "is run again") {
		t.Errorf("with another lock file: %v", err)
	}
}
