package internal_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// programs says which packages of ours each program below cmd may import.
var programs = map[string][]string{
	"poolhouse":       {"cli"},
	"poolhouse-bench": {"bench", "plaintext"},
}

// notShipped are the packages that are for tests, measurements and generation,
// and none of which the program that people run may have in it.
var notShipped = []string{"api/gen", "bench", "cli/sample", "console/gen", "console/session/memstore", "filled", "fuzz", "importjob/memstore", "importjob/propertytest", "release", "scratch", "service/servicetest", "storetest"}

// testLibraries are the same, of others.
var testLibraries = []string{"testing", "net/http/httptest", "pgregory.net/rapid", "github.com/anishathalye",
	"github.com/google/go-cmp", "github.com/rogpeppe/go-internal"}

// TestPrograms holds the programs to their table.
func TestPrograms(t *testing.T) {
	found, err := os.ReadDir("../cmd")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range found {
		allowed, known := programs[entry.Name()]
		if !known {
			t.Errorf("cmd/%s is not in the table of programs", entry.Name())
		}
		for _, path := range importsOfProgram(t, entry.Name()) {
			if own, ok := strings.CutPrefix(path, "poolhouse/internal/"); ok && !slices.Contains(allowed, own) {
				t.Errorf("cmd/%s imports internal/%s, which the table of programs does not allow", entry.Name(), own)
			}
		}
	}
}

// TestShippedProgram follows what cmd/poolhouse imports, and what that imports:
// no package that is for tests or measurements is among it.
func TestShippedProgram(t *testing.T) {
	all := importsByPackage(t)
	for _, pkg := range notShipped {
		if _, ok := all[pkg]; !ok {
			t.Errorf("internal/%s does not exist", pkg)
		}
	}
	seen := map[string]bool{}
	var follow func(from string, imports []string)
	follow = func(from string, imports []string) {
		for _, path := range imports {
			own, ours := strings.CutPrefix(path, "poolhouse/internal/")
			if ours && slices.Contains(notShipped, own) || !ours && isTestLibrary(path) {
				t.Errorf("%s imports %s, which is not for the program that people run", from, path)
			}
			if ours && !seen[own] {
				seen[own] = true
				follow("internal/"+own, all[own])
			}
		}
	}
	follow("cmd/poolhouse", importsOfProgram(t, "poolhouse"))
	if !seen["server"] {
		t.Error("the imports of cmd/poolhouse do not lead to internal/server: the test sees nothing")
	}
}

func isTestLibrary(path string) bool {
	return slices.ContainsFunc(testLibraries, func(name string) bool {
		return path == name || strings.HasPrefix(path, name+"/")
	})
}

// importsOfProgram returns what the files of a program import, tests left out.
func importsOfProgram(t *testing.T, name string) (imports []string) {
	t.Helper()
	files, err := filepath.Glob("../cmd/" + name + "/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("cmd/%s: %d files, %v", name, len(files), err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			imports = append(imports, path)
		}
	}
	return imports
}
