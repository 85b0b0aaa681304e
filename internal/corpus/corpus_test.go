package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"poolhouse/internal/worldcsv"
)

const world = "../usercsv/testdata/world"

// TestWorld reads the table's files as make corpus does, without the other readers.
func TestWorld(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out, world, false, nil); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestReadmeCountsTheFiles: the README counts the programs and files of the table as they are.
func TestReadmeCountsTheFiles(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	table, err := worldcsv.Load(world)
	if err != nil {
		t.Fatal(err)
	}
	programs, byRule := map[string]bool{}, 0
	for _, f := range table.Files {
		if f.ByRule {
			byRule++
		} else {
			programs[f.Program] = true
		}
	}
	text := strings.Join(strings.Fields(string(readme)), " ")
	for _, told := range []string{
		fmt.Sprintf("CSV files of %d programs are read right", len(programs)),
		fmt.Sprintf("%d programs wrote the same %d users into %d files, and %d more files", len(programs), table.Users(), len(table.Files)-byRule, byRule),
		fmt.Sprintf("Poolhouse reads all %d right", len(table.Files)),
	} {
		if !strings.Contains(text, told) {
			t.Errorf("the README does not say %q", told)
		}
	}
}

// TestPublic reads the same files as if nothing were known of them.
func TestPublic(t *testing.T) {
	var out strings.Builder
	if err := readPublic(t.Context(), &out, world); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), "62 files") {
		t.Errorf("the run says\n%s", out.String())
	}
}

// TestAnswers parses the output of the other readers.
func TestAnswers(t *testing.T) {
	text := []byte(`{"file":"a","rows":[{"x":"1"}],"error":""}` + "\n" + `{"file":"b","rows":[],"error":"no"}` + "\n")
	all, err := answers(text, []string{"a", "b"})
	if err != nil || len(all) != 2 || all[0].users[0]["x"] != "1" || all[1].cause != "no" {
		t.Errorf("the answers are %v, %v", all, err)
	}
	for _, paths := range [][]string{{"b", "a"}, {"a", "b", "c"}} {
		if _, err := answers(text, paths); err == nil {
			t.Errorf("the answers fit %v", paths)
		}
	}
}
