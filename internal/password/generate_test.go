package password

import (
	"strings"
	"testing"
)

func TestGenerate(t *testing.T) {
	seen := map[string]bool{}
	for length, want := range map[int]int{-1: 12, 0: 12, 6: 12, 12: 12, 14: 14, 99: 99, 256: 256} {
		for range 100 {
			p := Generate(length)
			if len(p) != want || !allClasses(p) {
				t.Fatalf("a generated password lacks a class of characters or has %d characters, not %d", len(p), want)
			}
			if strings.ContainsAny(p, " 0O1lI") {
				t.Fatal("a generated password has characters that are taken for one another")
			}
			if seen[p] {
				t.Fatal("a password is generated twice")
			}
			seen[p] = true
		}
	}
}

// TestGenerateMixes: no position of a password always has the same class of character.
func TestGenerateMixes(t *testing.T) {
	var upper [12]int
	for range 500 {
		for i, r := range Generate(12) {
			if r >= 'A' && r <= 'Z' {
				upper[i]++
			}
		}
	}
	for i, n := range upper {
		if n == 0 || n == 500 {
			t.Errorf("place %d has %d capital letters in 500 passwords", i, n)
		}
	}
}

func allClasses(p string) bool {
	for _, set := range []string{"ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!#%&*+-=?@^_~"} {
		if !strings.ContainsAny(p, set) {
			return false
		}
	}
	return true
}
