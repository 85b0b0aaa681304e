package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoTimingIsAsserted: a test that measures real time and compares it fails on a busy machine.
// So a test file that compares an elapsed time must use testing/synctest, whose time is not real.
func TestNoTimingIsAsserted(t *testing.T) {
	for path, file := range testFiles(t) {
		for _, line := range assertedTimings(t, path, file) {
			t.Errorf("%s:%d compares an elapsed time: use testing/synctest, or check a result that only the timely case has", path, line)
		}
	}
}

// TestAssertedTimingsAreFound: the test above finds each form.
func TestAssertedTimingsAreFound(t *testing.T) {
	const head, begin = "package x\nimport (\"time\"; %\"testing\")\n", "func TestX(t *testing.T) { begun := time.Now();"
	for text, want := range map[string]int{
		"if time.Since(begun) > time.Second {} }":                        1,
		"if took := time.Since(begun); time.Minute < took || false {} }": 1,
		"took := time.Since(begun); switch { case took >= 3: } }":        1,
		"for time.Since(begun) < time.Minute {} }":                       0, // how long it tries
		"t.Log(time.Since(begun)) }":                                     0,
	} {
		for synctest, want := range map[string]int{"": want, "\"testing/synctest\"; ": 0} {
			if got := assertedTimings(t, "x_test.go", strings.Replace(head, "%", synctest, 1)+begin+text); len(got) != want {
				t.Errorf("%s with %q: lines %v, want %d", text, synctest, got, want)
			}
		}
	}
}

// assertedTimings returns the lines of a test file that compare an elapsed real time.
func assertedTimings(t *testing.T, path, text string) (lines []int) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, imported := range file.Imports {
		if imported.Path.Value == `"testing/synctest"` {
			return nil
		}
	}
	for _, declared := range file.Decls {
		elapsed := elapsedNames(declared)
		find := func(condition ast.Expr) {
			if condition != nil && comparesElapsed(condition, elapsed) {
				lines = append(lines, files.Position(condition.Pos()).Line)
			}
		}
		ast.Inspect(declared, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.IfStmt:
				find(n.Cond)
			case *ast.CaseClause:
				for _, condition := range n.List {
					find(condition)
				}
			}
			return true
		})
	}
	return lines
}

// elapsedNames returns the variables that a declaration sets to an elapsed time.
func elapsedNames(declared ast.Decl) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(declared, func(n ast.Node) bool {
		if set, ok := n.(*ast.AssignStmt); ok && len(set.Lhs) == len(set.Rhs) {
			for i, value := range set.Rhs {
				if name, ok := set.Lhs[i].(*ast.Ident); ok && isElapsed(value, nil) {
					names[name.Name] = true
				}
			}
		}
		return true
	})
	return names
}

// isElapsed reports whether an expression is an elapsed time.
func isElapsed(e ast.Expr, names map[string]bool) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return names[e.Name]
	case *ast.CallExpr:
		called, ok := e.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		pkg, ok := called.X.(*ast.Ident)
		return ok && pkg.Name == "time" && called.Sel.Name == "Since"
	}
	return false
}

// comparesElapsed reports whether a condition compares an elapsed time with something.
func comparesElapsed(condition ast.Expr, names map[string]bool) (found bool) {
	ast.Inspect(condition, func(n ast.Node) bool {
		if compared, ok := n.(*ast.BinaryExpr); ok && (isElapsed(compared.X, names) || isElapsed(compared.Y, names)) {
			found = true
		}
		return true
	})
	return found
}

// testFiles returns the text of each test file of the module.
func testFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, root := range []string{"../cmd", "../e2e", "."} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			files[path] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}
