package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"poolhouse/internal/cli"
)

// TestMain turns the test binary into both programs.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"poolhouse":       func() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) },
		"poolhouse-bench": main,
	})
}

// TestScripts runs the commands as a user does.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != ""})
}
