// Command gen writes the packages below api: the Go types, constraints and operation tables of
// API models. go generate runs it in the package's directory.
//
// sources.go lists what is generated and finds the models. model.go reads a model, and check.go
// refuses what Go cannot express. needs.go reads what the operations need of IAM, and refuses
// an operation without an entry. pages.go finds out how to read lists page by page. shared.go
// reads which structures share members, and writes the shared types. The other files write the
// source.
package main

import (
	"errors"
	"flag"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
)

func main() {
	models := flag.String("models", "", "folder of AWS's API models; see findModel in sources.go for the names of its files")
	own := flag.String("own", "poolhouse.json", "path of the model of our own operations")
	flag.Parse()
	if err := run(*models, *own); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run writes all files of the package. It reads and checks every model before it writes the
// first file.
func run(models, own string) error {
	if models == "" {
		return errors.New("no folder of models: call make generate MODELS=FOLDER, or set POOLHOUSE_MODELS")
	}
	read := make([]*model, len(sources))
	for i, in := range sources {
		path := own
		if in.service != "" {
			found, err := findModel(models, in.service)
			if err != nil {
				return err
			}
			path = found
		}
		m, err := in.read(path)
		if err != nil {
			return err
		}
		read[i] = m
	}
	files := map[string][]byte{}
	for i, in := range sources {
		if err := in.generate(read[i], files); err != nil {
			return err
		}
	}
	for name, text := range files {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// read reads the model at path, and the needs of its operations.
func (in source) read(path string) (*model, error) {
	m, err := readModel(path, in.only)
	if err != nil {
		return nil, err
	}
	if m.Paginators, err = readPaginators(path); err != nil {
		return nil, err
	}
	if m.Needs, err = needsOf(needsFile, in.service); err != nil {
		return nil, err
	}
	m.Shared, err = sharedOf(sharedFile, in.service)
	return m, err
}

// generate adds the files of a model, by name.
func (in source) generate(m *model, files map[string][]byte) (err error) {
	if err := m.check(); err != nil {
		return fmt.Errorf("%s: %w", in.name, err)
	}
	for part, text := range generate(m, in.name, in.pkg) {
		name := filepath.Join(in.dir, in.name+"_"+part+"_gen.go")
		if files[name], err = format.Source(text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
