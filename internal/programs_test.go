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

// programs lists the packages of ours that each program in cmd may import.
var programs = map[string][]string{
	"poolhouse":       {"cli"},
	"poolhouse-bench": {"bench", "plaintext"},
}

// notShipped are the packages for tests, measurements and generation. cmd/poolhouse
// must not contain them.
var notShipped = []string{"api/gen", "bench", "cli/sample", "console/gen", "console/session/memstore", "filled", "fuzz", "importjob/memstore", "importjob/propertytest", "release", "scratch", "service/servicetest", "storetest"}

// testLibraries are packages of others that cmd/poolhouse must not contain.
var testLibraries = []string{"testing", "net/http/httptest", "pgregory.net/rapid", "github.com/anishathalye",
	"github.com/google/go-cmp", "github.com/rogpeppe/go-internal"}

// TestPrograms: each program imports only what the table allows.
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

// TestShippedProgram: no package for tests or measurements is among the direct and
// indirect imports of cmd/poolhouse.
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
				t.Errorf("%s imports %s, which must not be in the released program", from, path)
			}
			if ours && !seen[own] {
				seen[own] = true
				follow("internal/"+own, all[own])
			}
		}
	}
	follow("cmd/poolhouse", importsOfProgram(t, "poolhouse"))
	if !seen["server"] {
		t.Error("the imports of cmd/poolhouse do not lead to internal/server: the search is broken")
	}
}

func isTestLibrary(path string) bool {
	return slices.ContainsFunc(testLibraries, func(name string) bool {
		return path == name || strings.HasPrefix(path, name+"/")
	})
}

// importsOfProgram returns the imports of a program, without its tests.
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
