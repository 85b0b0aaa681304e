package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNoMergeMarks: no file contains the conflict markers of a merge. The compiler
// detects them only in Go files.
func TestNoMergeMarks(t *testing.T) {
	looked := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains([]string{".git", "node_modules"}, entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !slices.Contains([]string{".css", ".go", ".html", ".json", ".md", ".sql", ".txtar"}, filepath.Ext(path)) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		looked++
		for n, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "<<<<<<"+"< ") || strings.HasPrefix(line, ">>>>>>"+"> ") {
				t.Errorf("%s:%d has a conflict marker: %s", path, n+1, line)
			}
		}
		return nil
	})
	if err != nil || looked < 500 {
		t.Errorf("only %d files were checked: %v", looked, err)
	}
}
