package internal_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// describedWithParent are the packages that docs/architecture.md describes together
// with the package above them.
var describedWithParent = []string{"api/cognito", "api/poolhouse", "api/logs", "api/iam", "api/sts", "api/gen", "cli/sample", "console/gen"}

// TestLayersAreDocumented compares the table of packages in docs/architecture.md with
// the table of layers. Every package has one row. If a row lists packages, it lists
// those that the layer allows.
func TestLayersAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "may import, of ours |\n|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := map[string]bool{}
	for row := range strings.SplitSeq(table, "\n") {
		cells := strings.Split(strings.Trim(row, "| "), " | ")
		if len(cells) != 3 {
			t.Errorf("the row has %d cells, not 3: %s", len(cells), row)
			continue
		}
		pkg := strings.Trim(cells[0], "`")
		if rows[pkg] {
			t.Errorf("%s has two rows", pkg)
		}
		rows[pkg] = true
		if listed, ok := packagesOf(cells[2]); ok && !slices.Equal(listed, slices.Sorted(slices.Values(layers[pkg]))) {
			t.Errorf("%s may import %v, but the page says %v", pkg, layers[pkg], listed)
		}
	}
	for pkg := range layers {
		if !rows[pkg] && !slices.Contains(describedWithParent, pkg) {
			t.Errorf("docs/architecture.md has no row for %s", pkg)
		}
	}
}

var onlyPackages = regexp.MustCompile("^(`[a-z/]+`(, )?)+$")

// packagesOf returns the packages that a cell lists, sorted. ok is false for a cell in
// words.
func packagesOf(cell string) (listed []string, ok bool) {
	if cell == "nothing" {
		return nil, true
	}
	if !onlyPackages.MatchString(cell) {
		return nil, false
	}
	listed = strings.Split(strings.ReplaceAll(cell, "`", ""), ", ")
	slices.Sort(listed)
	return listed, true
}
