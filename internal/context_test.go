package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// contextsInStructs are the structs that contain a context. Each is an io.Reader, whose
// Read has no parameter for a context.
var contextsInStructs = []string{"importfile.watched",
	"importjob.contextReader", "importjob/propertytest.troubledReader", "upload.s3Reader"}

// TestContextsAreParameters: a context belongs to a call. If an interface of ours needs
// one, it gets a parameter for it; no struct carries the context.
func TestContextsAreParameters(t *testing.T) {
	found := map[string]bool{}
	eachFile(t, parser.SkipObjectResolution, func(pkg string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			declared, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			ast.Inspect(declared.Type, func(n ast.Node) bool {
				if s, ok := n.(*ast.StructType); ok && slices.ContainsFunc(s.Fields.List, isContext) {
					found[pkg+"."+declared.Name.Name] = true
				}
				return true
			})
			return true
		})
	})
	if diff := cmp.Diff(contextsInStructs, slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("structs that contain a context:\n%s", diff)
	}
}

// TestNothingRidesInContexts: facts about a call are fields of dispatch.Call, which the
// compiler checks. A context cancels work and carries no values.
func TestNothingRidesInContexts(t *testing.T) {
	eachFile(t, parser.SkipObjectResolution, func(pkg string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok || s.Sel.Name != "WithValue" {
				return true
			}
			if name, ok := s.X.(*ast.Ident); ok && name.Name == "context" {
				t.Errorf("internal/%s puts a value into a context", pkg)
			}
			return true
		})
	})
}

// isContext reports whether a field is a context.Context.
func isContext(f *ast.Field) bool {
	s, ok := f.Type.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != "Context" {
		return false
	}
	name, ok := s.X.(*ast.Ident)
	return ok && name.Name == "context"
}

// eachFile parses each Go file of the packages, except tests.
func eachFile(t *testing.T, mode parser.Mode, look func(pkg string, file *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, mode)
		if err == nil {
			look(filepath.ToSlash(filepath.Dir(path)), file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
