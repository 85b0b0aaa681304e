package internal_test

import (
	"go/ast"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// threatModel is docs/threat-model.md.
const threatModel = "../docs/threat-model.md"

// TestThreatModel checks docs/threat-model.md. Each attacker has promises and
// non-promises. Each promise names existing tests that are not empty. Each non-promise
// has a reason.
func TestThreatModel(t *testing.T) {
	page := readPage(t, threatModel)
	tests := allTests(t)
	_, attackers, _ := strings.Cut(page, "\n## Attackers\n")
	attackers, _, _ = strings.Cut(attackers, "\n## ")
	sections := strings.Split(attackers, "\n### ")[1:]
	if len(sections) < 11 {
		t.Errorf("the page has %d attackers", len(sections))
	}
	for _, section := range sections {
		name, text, _ := strings.Cut(section, "\n")
		promises := rowsOf(t, text, "promised", "tests")
		others := rowsOf(t, text, "not promised", "why")
		if len(promises) == 0 || len(others) == 0 {
			t.Errorf("%s: %d promises and %d non-promises", name, len(promises), len(others))
		}
		for _, row := range promises {
			wantTests(t, tests, name, row)
		}
		for _, row := range others {
			if len(strings.Fields(row[1])) < 4 {
				t.Errorf("%s: the reason of the non-promise %q is %q", name, row[0], row[1])
			}
		}
	}
}

// TestThreatModelNamesTargets: each input from outside names existing fuzz targets, and
// each fuzz target has a row.
func TestThreatModelNamesTargets(t *testing.T) {
	tests, named := allTests(t), map[string]bool{}
	for _, row := range rowsOf(t, readPage(t, threatModel), "what is read", "from", "targets") {
		wantTests(t, tests, "what is read from outside", []string{row[0], row[2]})
		for _, name := range namesOf(row[2]) {
			if named[name] {
				t.Errorf("%s has two rows", name)
			}
			named[name] = true
		}
	}
	for name := range tests {
		if strings.Contains(name, ".Fuzz") && !named[name] {
			t.Errorf("%s has no row among the inputs from outside in docs/threat-model.md", name)
		}
	}
}

// TestThreatModelIsHeld: the tests above detect a missing test, a row without a test,
// and a row without a reason.
func TestThreatModelIsHeld(t *testing.T) {
	tests := map[string]bool{"sigv4.TestSkew": true}
	for cell, want := range map[string]string{
		"`sigv4.TestSkew`": "", "": "names no test", "later": "names no test", "`sigv4.TestNot`": "is not there", "`sigv4.TestSkew`, and others": "not a list",
	} {
		if got := strings.Join(wrongTests(tests, cell), "; "); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
	if rows := rowsOf(t, "| a | b |\n|---|---|\n| x | y |\n| z | |\n\n| c | d |\n|---|---|\n| v | w |\n", "a", "b"); len(rows) != 2 || rows[1][1] != "" {
		t.Errorf("%q", rows)
	}
}

func readPage(t *testing.T, path string) string {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// rowsOf returns the rows of the tables with this head. Cells are trimmed.
func rowsOf(t *testing.T, text string, head ...string) (rows [][]string) {
	t.Helper()
	in := false
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(line, "|") {
			in = false
			continue
		}
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case slices.Equal(cells, head):
			in = true
		case in && len(cells) != len(head):
			t.Errorf("the row has %d cells, not %d: %s", len(cells), len(head), line)
		case in && !strings.HasPrefix(cells[0], "---"):
			rows = append(rows, cells)
		}
	}
	return rows
}

// wantTests checks that a row names tests. section is its place in the page.
func wantTests(t *testing.T, tests map[string]bool, section string, row []string) {
	t.Helper()
	for _, wrong := range wrongTests(tests, row[1]) {
		t.Errorf("%s: the row %q %s", section, row[0], wrong)
	}
}

var (
	testName  = regexp.MustCompile("`([a-z0-9/]+\\.(?:Test|Fuzz)[A-Za-z0-9]+)`")
	testNames = regexp.MustCompile("^`[^`]+`(, `[^`]+`)*$")
)

func namesOf(cell string) (names []string) {
	for _, match := range testName.FindAllStringSubmatch(cell, -1) {
		names = append(names, match[1])
	}
	return names
}

// wrongTests returns the faults of a list of tests.
func wrongTests(tests map[string]bool, cell string) (wrong []string) {
	names := namesOf(cell)
	switch {
	case len(names) == 0:
		return []string{"names no test"}
	case !testNames.MatchString(cell):
		wrong = append(wrong, "has not a list of tests, but "+cell)
	}
	for _, name := range names {
		if !tests[name] {
			wrong = append(wrong, "names "+name+", which is not there")
		}
	}
	return wrong
}

// allTests returns the names of the tests and fuzz targets in the repository that are
// not empty. A name begins with the package's path below internal, or with "e2e" or
// "internal".
func allTests(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, dir := range []string{".", "../e2e"} {
		eachTestFile(t, dir, func(pkg string, file *ast.File) {
			for _, decl := range file.Decls {
				fn, is := decl.(*ast.FuncDecl)
				if is && fn.Recv == nil && len(fn.Body.List) > 0 && (strings.HasPrefix(fn.Name.Name, "Test") || strings.HasPrefix(fn.Name.Name, "Fuzz")) {
					all[pkg+"."+fn.Name.Name] = true
				}
			}
		})
	}
	return all
}
