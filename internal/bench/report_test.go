package bench

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMarkdown: tables are put between the marks of a file, and the rest of the file does not
// change.
func TestMarkdown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.md")
	page := "before\n<!-- begin: poolhouse-bench list -->\nold\n<!-- end: poolhouse-bench list -->\nafter\n"
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	r, err := newReport(&out, "list", path)
	if err != nil {
		t.Fatal(err)
	}
	r.paragraph("one\ntwo")
	r.add(table{title: "Title", head: []string{"", "a"}, rows: [][]string{{"row", "1"}}})
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	want := strings.Replace(page, "old", "\n- one\n- two\n\n**Title**\n\n|  | a |\n|---|--:|\n| row | 1 |\n", 1)
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
	if text := out.String(); !strings.Contains(text, "Title\n") || strings.Contains(text, "|") {
		t.Errorf("the text is %s", text)
	}
	if _, err := newReport(&out, "api", path); err == nil || !strings.Contains(err.Error(), "is not overwritten") {
		t.Errorf("a page without the marks: %v", err)
	}
}

// TestMarkdownOut: nothing but Markdown is printed.
func TestMarkdownOut(t *testing.T) {
	var out bytes.Buffer
	r, err := newReport(&out, "list", "-")
	if err != nil {
		t.Fatal(err)
	}
	r.add(table{title: "Title", head: []string{"", "a"}, rows: [][]string{{"row", "1"}}})
	if err := r.close(); err != nil || !strings.HasPrefix(out.String(), "**Title**\n\n|  | a |\n") {
		t.Errorf("%v: %s", err, out.String())
	}
}
