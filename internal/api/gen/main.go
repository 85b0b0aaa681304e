// Command gen writes package api: Go types, constraints and the operation
// table of the API models that it is given. It runs in the directory of the
// package, through go generate.
//
// sources.go says what is generated and where the models are found; model.go
// reads a model, check.go refuses what cannot be expressed in Go, the other
// files write the source.
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
	files := map[string][]byte{}
	for _, in := range sources {
		path := own
		if in.service != "" {
			found, err := findModel(models, in.service)
			if err != nil {
				return err
			}
			path = found
		}
		if err := in.generate(path, files); err != nil {
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

// generate adds the files that are made of the model at path, by name.
func (in source) generate(path string, files map[string][]byte) error {
	m, err := readModel(path, in.only)
	if err != nil {
		return err
	}
	if err := m.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for part, text := range generate(m, in.name, in.pkg) {
		name := filepath.Join(in.dir, in.name+"_"+part+"_gen.go")
		if files[name], err = format.Source(text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
