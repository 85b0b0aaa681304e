// Command gen writes package api: Go types, constraints and the operation
// table of the API models that it is given. It runs in the directory of the
// package, through go generate.
package main

import (
	"flag"
	"fmt"
	"go/format"
	"os"
)

func main() {
	cognito := flag.String("cognito", "", "path of Cognito's API model (service-2.json of cognito-idp)")
	own := flag.String("own", "poolhouse.json", "path of the model of our own operations")
	flag.Parse()
	if err := run(*cognito, *own); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(cognito, own string) error {
	if cognito == "" {
		return fmt.Errorf("no model: set POOLHOUSE_API_MODEL to the path of cognito-idp's service-2.json")
	}
	for _, in := range []struct{ path, name string }{{cognito, "cognito"}, {own, "poolhouse"}} {
		m, err := readModel(in.path)
		if err != nil {
			return err
		}
		if err := m.check(); err != nil {
			return fmt.Errorf("%s: %w", in.path, err)
		}
		for part, text := range generate(m, in.name) {
			if err := write(in.name+"_"+part+"_gen.go", text); err != nil {
				return err
			}
		}
	}
	return nil
}

func write(name string, text []byte) error {
	source, err := format.Source(text)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(name, source, 0o644)
}
