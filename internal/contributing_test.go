package internal_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	goTestCommand = regexp.MustCompile(`go test \./(internal|e2e)(?:/([a-z0-9/]+))?([^` + "`" + `\n]*)`)
	chosenTest    = regexp.MustCompile(`-(?:run|fuzz) (\w+)`)
	makeCommand   = regexp.MustCompile(`\bmake ([a-z-]+)`)
	namedPath     = regexp.MustCompile("`((?:internal|docs|tools|\\.ci|\\.github|e2e)[\\w./-]*)`|\\]\\(([^)]+)\\)")
)

// TestContributing: all packages, tests, fuzz targets, make targets and files that
// CONTRIBUTING.md names exist.
func TestContributing(t *testing.T) {
	page := readPage(t, "../CONTRIBUTING.md")
	for _, problem := range contributingProblems(page, allTests(t), readPage(t, "../Makefile")) {
		t.Error(problem)
	}
	for _, must := range []string{"go test ./internal/", "go test ./e2e -run ", "-fuzz ", "make generate", "make lint-all", "SECURITY.md", "docs/glossary.md"} {
		if !strings.Contains(page, must) {
			t.Errorf("CONTRIBUTING.md does not say %q", must)
		}
	}
}

// TestContributingIsHeld: the test above detects names of missing things.
func TestContributingIsHeld(t *testing.T) {
	tests := map[string]bool{"usercsv.TestReader": true}
	for page, want := range map[string]int{
		"`go test ./internal/usercsv -run TestRead`":     0,
		"`go test ./internal/usercsv -run TestWrite -v`": 1,
		"`go test ./internal/nothere`":                   1,
		"`make lint` and `make coffee`":                  1,
		"`internal/layers_test.go`, [no](docs/not.md)":   1,
	} {
		if got := contributingProblems(page, tests, "lint:\n"); len(got) != want {
			t.Errorf("%s: %q, want %d", page, got, want)
		}
	}
}

// contributingProblems returns what the page names and the repository does not have.
func contributingProblems(page string, tests map[string]bool, makefile string) (problems []string) {
	missing := func(what string) { problems = append(problems, "CONTRIBUTING.md names "+what+", which does not exist") }
	for _, command := range goTestCommand.FindAllStringSubmatch(page, -1) {
		pkg := command[1]
		if command[2] != "" {
			pkg = command[2]
			if _, err := os.Stat(pkg); err != nil {
				missing("the package " + pkg)
			}
		}
		for _, chosen := range chosenTest.FindAllStringSubmatch(command[3], -1) {
			found := slices.ContainsFunc(slices.Collect(maps.Keys(tests)), func(name string) bool {
				return strings.HasPrefix(name, pkg+"."+chosen[1])
			})
			if !found && chosen[1] != "Example" {
				missing("the test " + pkg + "." + chosen[1])
			}
		}
	}
	for _, command := range makeCommand.FindAllStringSubmatch(page, -1) {
		if !strings.Contains("\n"+makefile, "\n"+command[1]+":") {
			missing("make " + command[1])
		}
	}
	for _, named := range namedPath.FindAllStringSubmatch(page, -1) {
		path := named[1] + named[2]
		if _, err := os.Stat("../" + path); err != nil && !strings.Contains(path, "://") {
			missing(path)
		}
	}
	return problems
}
