package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// skippers are the files that may skip a test: one for all tests, and those that it cannot serve.
var skippers = []string{
	"scratch/lacking.go",
	"platform/platform_test.go", // package scratch imports package platform
	"../e2e/terraform_test.go",  // Terraform is skipped in CI, too; CONTRIBUTING.md says so
}

// TestWaitsHaveReasons: tests wait for signals, or in a bubble of testing/synctest. A sleep or a loop
// with a deadline outside of a bubble needs a comment on its line that says why. Tests are skipped by
// scratch.Lacking only, which fails in CI.
func TestWaitsHaveReasons(t *testing.T) {
	seen := 0
	for _, root := range []string{".", "../e2e", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
				return err
			}
			w := waits{path: path, tests: strings.HasSuffix(path, "_test.go") || strings.Contains(filepath.ToSlash(path), "test/"), files: token.NewFileSet()}
			if w.file, err = parser.ParseFile(w.files, path, nil, parser.ParseComments); err != nil {
				return err
			}
			seen += w.check(t)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 100 {
		t.Errorf("only %d sleeps were seen", seen)
	}
}

// waits looks for sleeps, deadlines and skips in a file.
type waits struct {
	path    string
	tests   bool // it belongs to tests
	files   *token.FileSet
	file    *ast.File
	reasons map[int]bool   // lines with a comment
	bubbles []*ast.FuncLit // functions that run in a bubble
}

// check reports what lacks a reason, and returns the number of sleeps.
func (w *waits) check(t *testing.T) (sleeps int) {
	w.reasons = map[int]bool{}
	for _, group := range w.file.Comments {
		for _, c := range group.List {
			w.reasons[w.files.Position(c.Pos()).Line] = true
		}
	}
	ast.Inspect(w.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			switch name := called(n); {
			case (name == "synctest.Test" || name == "timed") && len(n.Args) == 2: // timed is a fixture in a bubble
				if f, ok := n.Args[1].(*ast.FuncLit); ok {
					w.bubbles = append(w.bubbles, f)
				}
			case name == "time.Sleep":
				sleeps++
				w.need(t, n.Pos(), "a sleep")
			case slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, name[strings.LastIndex(name, ".")+1:]) && !slices.Contains(skippers, filepath.ToSlash(w.path)):
				t.Errorf("%s skips a test; scratch.Lacking does that, and fails in CI", w.files.Position(n.Pos()))
			}
		case *ast.ForStmt:
			if w.tests && waitsForTime(n) {
				w.need(t, n.Pos(), "a loop with a deadline")
			}
		}
		return true
	})
	return sleeps
}

// need demands a comment on a line outside of a bubble.
func (w *waits) need(t *testing.T, at token.Pos, what string) {
	for _, f := range w.bubbles {
		if f.Pos() < at && at < f.End() {
			return
		}
	}
	if place := w.files.Position(at); !w.reasons[place.Line] {
		t.Errorf("%s: %s has no comment on its line that says why it is not a signal", place, what)
	}
}

// called returns the name of a called function with its qualifier, if it has one.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
		return "." + f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

// waitsForTime reports whether the head of a loop asks for the time.
func waitsForTime(loop *ast.ForStmt) (found bool) {
	for _, part := range []ast.Node{loop.Init, loop.Cond} {
		if part == nil || part == ast.Stmt(nil) || part == ast.Expr(nil) {
			continue
		}
		ast.Inspect(part, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				found = found || called(call) == "time.Now" || called(call) == "time.Since"
			}
			return true
		})
	}
	return found
}
