package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNoMergeMarks: no file has the marks that a merge leaves where both sides
// changed the same lines. The compiler sees them only in Go.
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
				t.Errorf("%s:%d has the mark of a merge: %s", path, n+1, line)
			}
		}
		return nil
	})
	if err != nil || looked < 500 {
		t.Errorf("%d files were looked at: %v", looked, err)
	}
}
