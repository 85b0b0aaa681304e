package sqlstore

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// ownerOf returns the part of the package that a file belongs to: a backend, or "" for the shared
// part. store.go puts the parts together.
func ownerOf(file string) string {
	for _, backend := range []string{"sqlite", "postgres"} {
		if file == backend+".go" || strings.HasPrefix(file, backend+"_") {
			return backend
		}
	}
	return ""
}

// TestBackendsAreApart: only a backend's own files and store.go use names that the backend
// declares.
func TestBackendsAreApart(t *testing.T) {
	files := map[string]*ast.File{}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || name == "store.go" {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	declared := map[string]string{} // names, with the file of the backend that declares them
	for name, file := range files {
		if ownerOf(name) == "" {
			continue
		}
		for _, ident := range topLevel(file) {
			declared[ident] = name
		}
	}
	if len(declared) < 50 {
		t.Fatalf("the backends declare only %d names", len(declared))
	}
	for name, file := range files {
		for _, used := range packageNames(file) {
			if from, ok := declared[used]; ok && ownerOf(from) != ownerOf(name) {
				t.Errorf("%s uses %s, which is %s's", name, used, from)
			}
		}
	}
}

// packageNames returns the names in a file that may be package-level ones: without fields, methods
// and local names.
func packageNames(file *ast.File) (names []string) {
	members := map[*ast.Ident]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			members[n.Sel] = true
		case *ast.Field:
			for _, ident := range n.Names {
				members[ident] = true
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				members[key] = true
			}
		case *ast.Ident:
			if !members[n] && n.Obj == nil {
				names = append(names, n.Name)
			}
		}
		return true
	})
	return names
}

// topLevel returns the package-level names that a file declares.
func topLevel(file *ast.File) (names []string) {
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil {
				names = append(names, decl.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, spec.Name.Name)
				case *ast.ValueSpec:
					for _, ident := range spec.Names {
						names = append(names, ident.Name)
					}
				}
			}
		}
	}
	return names
}
