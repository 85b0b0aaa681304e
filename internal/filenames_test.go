package internal_test

import (
	"go/ast"
	"go/parser"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fileName matches the names of Go files in prose, with or without a path.
var fileName = regexp.MustCompile(`[\w./-]*\w\.go\b`)

// TestCommentsNameExistingFiles: every Go file that a comment names exists in the
// package or in the repository.
func TestCommentsNameExistingFiles(t *testing.T) {
	named := 0
	eachFile(t, parser.ParseComments, func(pkg string, file *ast.File) {
		for _, group := range file.Comments {
			for _, name := range fileName.FindAllString(group.Text(), -1) {
				named++
				if !isFile(filepath.Join(pkg, name)) && !isFile(filepath.Join("..", name)) && !isFile(name) {
					t.Errorf("a comment in internal/%s names %s, which does not exist", pkg, name)
				}
			}
		}
	})
	if named == 0 {
		t.Error("no comment names a file: the search does not find any")
	}
}

// TestPackageDocsNameAllFiles: a package comment that lists the files of its package
// lists all of them.
func TestPackageDocsNameAllFiles(t *testing.T) {
	for _, pkg := range []string{"iam", "policy"} {
		doc, err := os.ReadFile(filepath.Join(pkg, "doc.go"))
		if err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(pkg, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name := filepath.Base(file)
			if name != "doc.go" && !strings.HasSuffix(name, "_test.go") && !strings.Contains(string(doc), " "+name) && !strings.Contains(string(doc), "("+name) {
				t.Errorf("internal/%s/doc.go does not say what %s is for", pkg, name)
			}
		}
	}
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
