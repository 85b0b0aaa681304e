package internal_test

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSlowTestsRun: make test runs each test that it leaves out of the run with the race detector
// in the run without it. Each name in the lists exists.
func TestSlowTestsRun(t *testing.T) {
	makefile := readPage(t, "../Makefile")
	slow, packages := listOf(makefile, "SLOW_TESTS"), listOf(makefile, "SLOW_PACKAGES")
	used := map[string]bool{}
	eachTestFile(t, ".", func(pkg string, file *ast.File) {
		for _, decl := range file.Decls {
			fn, is := decl.(*ast.FuncDecl)
			if !is {
				continue
			}
			for _, name := range slow {
				test, part, _ := strings.Cut(name, "/")
				if fn.Name.Name != test || part != "" && !hasParts(fn) {
					continue
				}
				used[name], used["./internal/"+pkg] = true, true
				if !slices.Contains(packages, "./internal/"+pkg) {
					t.Errorf("SLOW_PACKAGES in the Makefile lacks ./internal/%s, which has %s", pkg, name)
				}
			}
		}
	})
	for _, name := range slices.Concat(slow, packages) {
		if !used[name] {
			t.Errorf("the Makefile lists %s, which is no slow test, or has none", name)
		}
	}
	if len(slow) == 0 || len(packages) == 0 {
		t.Errorf("the lists SLOW_TESTS and SLOW_PACKAGES have %d and %d names", len(slow), len(packages))
	}
}

// hasParts reports whether a test runs parts of itself.
func hasParts(test *ast.FuncDecl) (found bool) {
	ast.Inspect(test, func(n ast.Node) bool {
		call, is := n.(*ast.CallExpr)
		found = found || is && called(call) == "t.Run"
		return !found
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
