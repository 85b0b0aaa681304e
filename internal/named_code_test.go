package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// codeName matches a name of a package's code in a document, such as `usercsv.Survey`.
var codeName = regexp.MustCompile("`([a-z]+(?:/[a-z]+)*)\\.([A-Z][A-Za-z0-9]*)")

// TestDocumentsNameCode: the documents name only types, functions and constants that the code
// has. What is renamed in the code is renamed there.
func TestDocumentsNameCode(t *testing.T) {
	code, named := map[string]string{}, 0
	for _, place := range []string{"README.md", "CONTRIBUTING.md", "docs"} {
		err := filepath.WalkDir(filepath.Join("..", place), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".md" {
				return err
			}
			page, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, name := range codeName.FindAllStringSubmatch(string(page), -1) {
				text, known := code[name[1]]
				if !known {
					text = textOfPackage(t, name[1])
					code[name[1]] = text
				}
				if text == "" {
					continue // not a package of ours, such as the name of a file
				}
				if named++; !regexp.MustCompile(`\b` + name[2] + `\b`).MatchString(text) {
					t.Errorf("%s names %s.%s, which the code does not have", path, name[1], name[2])
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if named < 100 {
		t.Errorf("only %d names were found", named)
	}
}

// textOfPackage returns the code of a package below internal, or of e2e, "" if there is none.
func textOfPackage(t *testing.T, name string) string {
	dir := name
	if name == "internal" {
		dir = "."
	} else if name == "e2e" {
		dir = "../e2e"
	}
	files, err := filepath.Glob(filepath.Join(filepath.FromSlash(dir), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
