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

// outputs are the functions and values that could write foreign text to a terminal or a
// log without escaping it. Printed text must go through a [plaintext.Writer]. Logged
// text must go through the log that plaintext.NewLogger makes.
var outputs = []string{
	"os.Stdout", "os.Stderr", "fmt.Print", "fmt.Printf", "fmt.Println", "print", "println", "syscall.Stdout", "syscall.Stderr", "os.NewFile",
	"log.New", "log.Print", "log.Printf", "log.Println", "log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln", "log.Default", "log.SetOutput", "log.Writer",
	"slog.New", "slog.NewTextHandler", "slog.NewJSONHandler", "slog.SetDefault", "slog.Default", "slog.Debug", "slog.Info", "slog.Warn", "slog.Error", "slog.NewLogLogger",
}

// printers are forbidden on the command line, too. There a line feed in foreign text
// must not start a line, so the command line prints with plaintext.Printf.
var printers = []string{"fmt.Fprint", "fmt.Fprintf", "fmt.Fprintln"}

// mayOutput lists the files that may use some of these, with the reason.
var mayOutput = map[string][]string{
	"internal/plaintext/logger.go": {"slog.New", "slog.NewTextHandler", "slog.NewJSONHandler"}, // the log is made here
	"internal/plaintext/writer.go": {"fmt.Fprintf"},                                            // its arguments are escaped

	// A program passes its streams to a Writer when it starts.
	"cmd/poolhouse/main.go":       {"os.Stdout", "os.Stderr"},
	"cmd/poolhouse-bench/main.go": {"os.Stdout", "os.Stderr"},

	"internal/server/http.go":           {"log.New"}, // writes to the server's log
	"internal/server/metrics_listen.go": {"log.New"}, // the same

	// The default if no log is set. The server sets all of them.
	"internal/importfile/reader.go":       {"slog.Default"},
	"internal/importjob/engine.go":        {"slog.Default"},
	"internal/dispatch/dispatcher.go":     {"slog.Default"},
	"internal/service/cognito/service.go": {"slog.Default"},

	// For tests, measurements and generation.
	"internal/api/gen/main.go":                 {"os.Stderr"},
	"internal/console/gen/main.go":             {"os.Stderr"},
	"internal/release/main.go":                 {"os.Stderr"},
	"internal/fuzz/main.go":                    {"os.Stdout", "os.Stderr"},
	"internal/corpus/main.go":                  {"os.Stdout", "os.Stderr"},
	"internal/cli/sample/main.go":              {"os.Stdout", "fmt.Fprintln"},
	"internal/bench/floor.go":                  {"slog.New", "slog.NewJSONHandler"},
	"internal/importjob/propertytest/check.go": {"os.Stderr"},
	"internal/importjob/propertytest/node.go":  {"slog.New"},
	"internal/service/servicetest/fixture.go":  {"slog.New"},
	"internal/storetest/signins_race.go":       {"slog.New"},
	"internal/service/servicetest/iam.go":      {"slog.New", "slog.NewTextHandler"},
}

// TestOutputs: only the files in the table use these functions and values.
func TestOutputs(t *testing.T) {
	used := map[string][]string{}
	for _, root := range []string{".", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			name := filepath.ToSlash(filepath.Join("internal", path))
			banned := outputs
			if strings.HasPrefix(name, "internal/cli/") || strings.HasPrefix(name, "internal/plaintext/") {
				banned = slices.Concat(outputs, printers)
			}
			used[name] = outputsIn(file, banned)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(used) < 100 {
		t.Errorf("only %d files were found", len(used))
	}
	for name, found := range used {
		for _, way := range found {
			if !slices.Contains(mayOutput[name], way) {
				t.Errorf("%s uses %s: print through a plaintext.Writer, log through the log that plaintext.NewLogger makes", name, way)
			}
		}
	}
	for name, ways := range mayOutput {
		for _, way := range ways {
			if !slices.Contains(used[name], way) {
				t.Errorf("%s does not use %s: remove it from the table", name, way)
			}
		}
	}
}

// outputsIn returns the banned functions and values that a file uses.
func outputsIn(file *ast.File, banned []string) (found []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		var name string
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Obj == nil { // a package, not a variable
				name = x.Name + "." + n.Sel.Name
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && f.Obj == nil {
				name = f.Name
			}
		}
		if slices.Contains(banned, name) && !slices.Contains(found, name) {
			found = append(found, name)
		}
		return true
	})
	return found
}
