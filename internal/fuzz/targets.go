package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// find returns the targets below a directory whose name matches, in the order of their
// packages and files.
func find(dir string, wanted *regexp.Regexp) (targets []target, err error) {
	err = filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			return err
		}
		pkg, err := filepath.Rel(dir, filepath.Dir(file))
		if err != nil {
			return err
		}
		for _, decl := range syntax.Decls {
			fn, is := decl.(*ast.FuncDecl)
			if !is || fn.Recv != nil || !strings.HasPrefix(fn.Name.Name, "Fuzz") {
				continue
			}
			if t := (target{filepath.ToSlash(pkg), fn.Name.Name}); wanted.MatchString(t.String()) {
				targets = append(targets, t)
			}
		}
		return nil
	})
	return targets, err
}

// figures are the numbers that go test prints for a target.
type figures struct {
	executions, inputs int64
	skipped            bool
}

// progress matches the line that go test prints every three seconds and at the end.
var progress = regexp.MustCompile(`(?m)^fuzz: elapsed: \S+, execs: (\d+) .*new interesting: (\d+)`)

// read parses the output of go test -v -fuzz.
func read(output string) (f figures) {
	for _, line := range progress.FindAllStringSubmatch(output, -1) {
		f.executions, _ = strconv.ParseInt(line[1], 10, 64) // the pattern has only digits
		f.inputs, _ = strconv.ParseInt(line[2], 10, 64)
	}
	f.skipped = strings.Contains(output, "\n--- SKIP: Fuzz")
	return f
}
