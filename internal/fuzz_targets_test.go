package internal_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// notFuzzed are the packages that have a parser but no fuzz target, each with its
// reason.
var notFuzzed = map[string]string{
	"apineeds": "reads members of inputs that are already decoded",
	"api/gen":  "reads models and tables of the repository, when it generates",
	"fuzz":     "reads test files and the output of go test",
}

// parserName matches the names of functions that parse a text.
var parserName = regexp.MustCompile(`^(Parse|parse|Decode|decode|Unmarshal|unmarshal|read$)`)

// TestParsersHaveTargets: a package has a fuzz target if it has a function that is
// named like a parser and takes a text, bytes, a file or a request. Parsers with other
// names are not detected.
func TestParsersHaveTargets(t *testing.T) {
	targets := map[string]bool{}
	for name := range allTests(t) {
		if pkg, fn, _ := strings.Cut(name, "."); strings.HasPrefix(fn, "Fuzz") {
			targets[pkg] = true
		}
	}
	seen := map[string]bool{}
	eachFile(t, 0, func(pkg string, file *ast.File) {
		for _, decl := range file.Decls {
			fn, is := decl.(*ast.FuncDecl)
			if !is || !parserName.MatchString(fn.Name.Name) || !takesText(fn.Type.Params) {
				continue
			}
			seen[pkg] = true
			if _, not := notFuzzed[pkg]; !targets[pkg] && !not {
				t.Errorf("internal/%s has the parser %s, but no fuzz target", pkg, fn.Name.Name)
			}
		}
	})
	if len(seen) < 15 {
		t.Errorf("parsers were seen in %v only", seen)
	}
	for pkg := range notFuzzed {
		if targets[pkg] || !seen[pkg] {
			t.Errorf("internal/%s has a fuzz target, or no parser; remove it from notFuzzed", pkg)
		}
	}
}

// takesText reports whether a function has a parameter of a type that parsers read.
func takesText(params *ast.FieldList) bool {
	return slices.ContainsFunc(params.List, func(field *ast.Field) bool {
		switch kind := field.Type.(type) {
		case *ast.Ident:
			return kind.Name == "string"
		case *ast.ArrayType:
			id, is := kind.Elt.(*ast.Ident)
			return is && id.Name == "byte"
		case *ast.SelectorExpr:
			return kind.Sel.Name == "Reader"
		case *ast.StarExpr:
			of, is := kind.X.(*ast.SelectorExpr)
			return is && slices.Contains([]string{"Request", "File"}, of.Sel.Name)
		}
		return false
	})
}

// TestTargetsHaveACorpus: each fuzz target has inputs in the repository. Each input is
// small, belongs to an existing target, and has a name that describes it.
func TestTargetsHaveACorpus(t *testing.T) {
	tests, had := allTests(t), map[string]bool{}
	found, err := filepath.Glob("*/testdata/fuzz/*/*")
	if err != nil {
		t.Fatal(err)
	}
	deeper, err := filepath.Glob("*/*/testdata/fuzz/*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(found, deeper...) {
		pkg, rest, _ := strings.Cut(filepath.ToSlash(file), "/testdata/fuzz/")
		target, _, _ := strings.Cut(rest, "/")
		had[pkg+"."+target] = true
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(text, []byte("go test fuzz v1\n")) || len(text) > 4096 {
			t.Errorf("internal/%s has %d bytes, or is not an input of a fuzz target", file, len(text))
		}
		if !tests[pkg+"."+target] {
			t.Errorf("internal/%s belongs to a target that does not exist", file)
		}
	}
	for name := range tests {
		if strings.Contains(name, ".Fuzz") && !had[name] {
			t.Errorf("%s has no inputs in testdata/fuzz", name)
		}
	}
}

// eachTestFile calls each with the syntax of every test file in a directory tree, and
// with its package: the path below internal, or "e2e", or "internal".
func eachTestFile(t *testing.T, dir string, each func(pkg string, file *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		pkg := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")
		if pkg == "." {
			pkg = "internal"
		}
		each(pkg, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
