package main

import (
	"strings"
	"testing"
)

const world = "../usercsv/testdata/world"

// TestWorld reads the table's files as make corpus does, without the other readers.
func TestWorld(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out, world, false, nil); err != nil {
		t.Errorf("%v\n%s", err, out.String())
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
