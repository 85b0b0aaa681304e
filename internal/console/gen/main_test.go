package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"poolhouse/internal/scratch"
)

// TestEmbedded: the files in the repository are those that gen makes from the packages.
func TestEmbedded(t *testing.T) {
	modules, err := scratch.NodeModules(t.Context(), "../npm", t.TempDir())
	if errors.Is(err, scratch.ErrNoPackages) {
		scratch.Lacking(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "static"), os.DirFS("../static")); err != nil {
		t.Fatal(err)
	}
	for _, c := range append(copied, [2]string{"", "static/tokens.css"}) {
		if err := os.Remove(filepath.Join(dir, c[1])); err != nil {
			t.Error(err)
		}
	}
	if err := generate(modules, dir); err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(os.DirFS("../static"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		want, err := os.ReadFile(filepath.Join("../static", path))
		if err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join(dir, "static", path))
		if err == nil && string(got) != string(want) {
			t.Errorf("static/%s is not what make console-assets makes", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestProperties: a stylesheet gets the tokens that it names, and no others.
func TestProperties(t *testing.T) {
	const source = `{"tokens":{"color-a":{"$value":{"light":"#fff","dark":"#000"}},"color-b":{"$value":{"light":"#111","dark":"#111"}},"font-c":{"$value":"serif"},"odd":{"$value":[1]}}}`
	got, err := properties([]byte("x{color:var(--b);background:var(--a);font:var(--font-c) var(--a)}"), []byte(source))
	if err != nil || !strings.Contains(got, ":root{--a:light-dark(#fff,#000);\n--b:#111;\n--font-c:serif}") {
		t.Error(got, err)
	}
	for style, want := range map[string]string{"x{color:var(--z)}": "no design token is called z", "x{color:var(--odd)}": "the design token odd"} {
		if _, err := properties([]byte(style), []byte(source)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", style, err)
		}
	}
	if _, err := properties(nil, []byte("{")); err == nil {
		t.Error("a file that is broken is read")
	}
}
