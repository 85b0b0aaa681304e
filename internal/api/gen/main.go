// Command gen writes the packages below api: Go types, constraints and the operation
// table of the API models that it is given. It runs in the directory of the
// package, through go generate.
//
// sources.go says what is generated and where the models are found; model.go
// reads a model, check.go refuses what cannot be expressed in Go; needs.go reads
// what the operations need of IAM, and refuses an operation of which that is not
// said; pages.go finds how lists are read page by page; shared.go reads which
// structures share members, and writes the types of these; the other files write
// the source.
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

// run writes all files of the package. Every model is read and checked before
// the first file is written.
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

// read reads the model at path, and what its operations need.
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

// generate adds the files that are made of a model, by name.
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
