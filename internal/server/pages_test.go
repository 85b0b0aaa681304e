package server

import (
	"os"
	"path/filepath"
	"testing"

	"poolhouse/internal/pagetoken"
)

// TestPageTokensGoWithTheDatabase: every server of the database accepts a token, with
// any root credentials. Servers of other databases refuse it.
func TestPageTokensGoWithTheDatabase(t *testing.T) {
	cfg, list := settings(t.TempDir()), pagetoken.List{"ListUsers", "us-east-1_AbCdEfGhI"}
	first := mustOpen(t, cfg)
	token := first.pages.Seal(list, "ada")
	end(t, first)
	for _, name := range []string{"credentials", "sealing-key"} {
		if err := os.Remove(filepath.Join(cfg.Data, name)); err != nil && name == "credentials" {
			t.Fatal(err)
		}
	}
	later := mustOpen(t, cfg)
	if place, err := later.pages.Open(list, token); err != nil || place != "ada" {
		t.Errorf("a later server: %q, %v", place, err)
	}
	end(t, later)
	other := mustOpen(t, settings(t.TempDir()))
	if place, err := other.pages.Open(list, token); err == nil {
		t.Errorf("a server of another database takes it: %q", place)
	}
	end(t, other)
}
