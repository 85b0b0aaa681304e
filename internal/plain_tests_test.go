package internal_test

import (
	"go/ast"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPlainTestsRun: make test runs exactly those tests again without the race detector that
// are skipped with it.
func TestPlainTestsRun(t *testing.T) {
	tests, packages := map[string]bool{}, map[string]bool{}
	eachTestFile(t, ".", func(pkg string, file *ast.File) {
		for _, decl := range file.Decls {
			fn, is := decl.(*ast.FuncDecl)
			if !is || !callsPlain(fn) {
				continue
			}
			if !strings.HasPrefix(fn.Name.Name, "Test") {
				t.Errorf("%s calls racing.Plain in %s; the test itself must", pkg, fn.Name.Name)
			}
			tests[fn.Name.Name], packages["./internal/"+pkg] = true, true
		}
	})
	makefile := readPage(t, "../Makefile")
	for name, want := range map[string]map[string]bool{"PLAIN_TESTS": tests, "PLAIN_PACKAGES": packages} {
		if got, want := listOf(makefile, name), slices.Sorted(maps.Keys(want)); !slices.Equal(got, want) {
			t.Errorf("%s in the Makefile lists %q, want %q", name, got, want)
		}
	}
	if len(tests) == 0 {
		t.Error("no test calls racing.Plain")
	}
}

// callsPlain reports whether a function calls racing.Plain.
func callsPlain(fn *ast.FuncDecl) (found bool) {
	ast.Inspect(fn, func(n ast.Node) bool {
		call, is := n.(*ast.SelectorExpr)
		if is && call.Sel.Name == "Plain" {
			pkg, is := call.X.(*ast.Ident)
			found = found || is && pkg.Name == "racing"
		}
		return true
	})
	return found
}

// listOf returns the words of a variable of a Makefile, sorted.
func listOf(makefile, name string) []string {
	value := regexp.MustCompile(`(?m)^` + name + ` := ((?:.*\\\n)*.*)$`).FindStringSubmatch(makefile)
	if value == nil {
		return nil
	}
	words := strings.Fields(strings.ReplaceAll(value[1], "\\\n", " "))
	slices.Sort(words)
	return words
}
