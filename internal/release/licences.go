package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// licence is a file with the licence of a module.
type licence struct {
	name string // in the archive: the module's path and the file's name
	from string
}

// licenceName matches the names of such files at the top of a module.
var licenceName = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|notice|patents)([-._].*)?$`)

// grants matches only files that can grant a licence: no notices and no patents.
var grants = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying)`)

// licences returns the licences of Go and of all modules in the program.
func (t target) licences(ctx context.Context) ([]licence, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-tags", t.tags(), "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", "./cmd/poolhouse")
	cmd.Env = t.environment()
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	modules := strings.Fields(strings.ReplaceAll(string(out), "\t", "|"))
	slices.Sort(modules)
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	all, err := licencesOf("go", strings.TrimSpace(string(root)))
	if err != nil {
		return nil, err
	}
	for _, module := range slices.Compact(modules) {
		path, dir, _ := strings.Cut(module, "|")
		found, err := licencesOf(path, dir)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// licencesOf returns the licence files of a module in a directory. It refuses a
// module without a licence, because that may not be redistributed.
func licencesOf(module, dir string) (found []licence, err error) {
	if dir == "" {
		return nil, fmt.Errorf("the module %s is not in the module cache; run: go mod download", module)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	granted := false
	for _, file := range files {
		if name := file.Name(); file.Type().IsRegular() && licenceName.MatchString(name) {
			found = append(found, licence{module + "/" + name, filepath.Join(dir, name)})
			granted = granted || grants.MatchString(name)
		}
	}
	if !granted {
		return nil, errors.New("the module " + module + " has no licence file in " + dir)
	}
	return found, nil
}
