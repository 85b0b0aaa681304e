package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"poolhouse/internal/scratch"
)

// byNode returns a function that reads files with a reader pinned in npm/package-lock.json.
func byNode(name string) func(context.Context, []string) ([]answer, error) {
	return func(ctx context.Context, paths []string) ([]answer, error) {
		const project = "internal/corpus/npm"
		dir, err := os.MkdirTemp("", "corpus")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		modules, err := scratch.NodeModules(ctx, project, dir)
		if err != nil {
			return nil, err
		}
		command := exec.CommandContext(ctx, "node", filepath.Join(project, "read.mjs"), name)
		command.Env = append(os.Environ(), "NODE_PATH="+modules)
		command.Stdin = strings.NewReader(strings.Join(paths, "\n") + "\n")
		text, err := command.Output()
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			return nil, fmt.Errorf("%w: %s", err, failed.Stderr)
		}
		if err != nil {
			return nil, err
		}
		return answers(text, paths)
	}
}

// answers parses the output of read.mjs.
func answers(text []byte, paths []string) (all []answer, err error) {
	lines := json.NewDecoder(bytes.NewReader(text))
	for _, path := range paths {
		var line struct {
			File, Error string
			Rows        []map[string]string
		}
		if err := lines.Decode(&line); err != nil {
			return nil, err
		}
		if line.File != path {
			return nil, fmt.Errorf("the answer is about %s; want %s", line.File, path)
		}
		all = append(all, answer{users: line.Rows, cause: line.Error})
	}
	return all, nil
}
