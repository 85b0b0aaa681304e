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

// renames are the packages that may call os.Rename or os.WriteFile, each with its
// reason. All others write files with package durable. A renamed file that was not
// synced may be empty after a loss of power.
var renames = map[string]string{
	"durable":  "owns the order of the steps",
	"platform": "has the steps that systems take differently",
	"upload":   "does the same in an os.Root",
	"datadir":  "its files are not needed after a loss of power",
	"release":  "makes archives again from the same commit",
	"scratch":  "builds a program for tests",
	"api/gen":  "writes Go source",
	"bench":    "writes reports, and copies for tests",
	"cli":      "writes the sample of a demonstration",

	"console/gen": "writes what the console embeds",
}

func TestFilesAreMadeDurably(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if _, may := renames[filepath.ToSlash(filepath.Dir(path))]; may {
			return nil
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, is := n.(*ast.SelectorExpr)
			if is && slices.Contains([]string{"Rename", "WriteFile"}, call.Sel.Name) && isPackage(call.X, "os") {
				t.Errorf("%s: os.%s; use package durable", files.Position(call.Pos()), call.Sel.Name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// isPackage reports whether an expression is the name of a package.
func isPackage(x ast.Expr, name string) bool {
	id, is := x.(*ast.Ident)
	return is && id.Name == name
}
