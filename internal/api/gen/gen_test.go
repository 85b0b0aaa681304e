package main

import (
	"bytes"
	"flag"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the expected files anew")

// TestGenerate holds what a small model with every kind of member becomes
// against testdata.
func TestGenerate(t *testing.T) {
	m := read(t, "testdata/model.json")
	if err := m.check(); err != nil {
		t.Fatal(err)
	}
	for part, text := range generate(m, "test", "api") {
		source, err := format.Source(text)
		if err != nil {
			t.Fatalf("%s is no Go: %v", part, err)
		}
		path := filepath.Join("testdata", part+".golden")
		if *update {
			if err := os.WriteFile(path, source, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(source, want) {
			t.Errorf("%s is not as in %s (-update writes it anew):\n%s", part, path, source)
		}
	}
}

// TestGeneratedFilesAreCurrent generates package api again, as far as its
// models are at hand: our own always is, the others where POOLHOUSE_API_MODEL
// and POOLHOUSE_LOGS_MODEL name them.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	for _, in := range []source{
		{path: "../poolhouse.json", name: "poolhouse", pkg: "api"},
		{path: os.Getenv("POOLHOUSE_API_MODEL"), name: "cognito", pkg: "api"},
		{path: os.Getenv("POOLHOUSE_LOGS_MODEL"), name: "logs", dir: "logs", pkg: "logs", only: logs},
	} {
		if in.path == "" {
			continue
		}
		m, err := readModel(in.path, in.only)
		if err != nil {
			t.Fatal(err)
		}
		for part, text := range generate(m, in.name, in.pkg) {
			source, err := format.Source(text)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(in.dir, in.name+"_"+part+"_gen.go")
			if committed, err := os.ReadFile(filepath.Join("..", file)); err != nil || !bytes.Equal(source, committed) {
				t.Errorf("%s is not what the generator makes (%v): run go generate ./internal/api", file, err)
			}
		}
	}
}

func read(t *testing.T, path string) *model {
	t.Helper()
	m, err := readModel(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReadModelKeepsTheOrderOfMembers(t *testing.T) {
	m := read(t, "testdata/model.json")
	if got := m.Shapes["GetRequest"].Members[0].Name; got != "Zeta" {
		t.Errorf("the first member is %s", got)
	}
}

func TestModelsThatCannotBeExpressed(t *testing.T) {
	str := shape{Type: "string"}
	cases := []struct {
		name   string
		shapes map[string]shape
		want   string
	}{
		{"a pattern", map[string]shape{"S": {Type: "string", Pattern: "(?<!a)b"}}, "the pattern of S is no RE2"},
		{"a type", map[string]shape{"S": {Type: "bigdecimal"}}, `S has the type "bigdecimal"`},
		{"a member's shape", map[string]shape{"S": {Type: "structure", Members: members{{"M", "Gone"}}}}, `S names the shape "Gone"`},
		{"a list of nothing", map[string]shape{"S": {Type: "list"}}, `S names the shape ""`},
		{"a map without values", map[string]shape{"S": {Type: "map", Key: ref{"K"}}, "K": str}, `S names the shape ""`},
		{"an enumeration's names", map[string]shape{"S": {Type: "string", Enum: []string{"a-b", "a_b"}}}, `"a-b" and "a_b" of S`},
		{"an enumeration's signs", map[string]shape{"S": {Type: "string", Enum: []string{"+"}}}, `"+" of S`},
		{"a required member", map[string]shape{"S": {Type: "structure", Required: []string{"M"}}}, "S requires M"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := (&model{Shapes: c.shapes}).check(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("check: %v, want %s", err, c.want)
			}
		})
	}
	m := model{Operations: map[string]operation{"Op": {Input: ref{"Gone"}}}}
	if err := m.check(); err == nil || !strings.Contains(err.Error(), "the input of Op") {
		t.Errorf("check: %v", err)
	}
}

// TestTranslatedPattern holds the one translation to what the look-behind
// means: no dot at the end.
func TestTranslatedPattern(t *testing.T) {
	translated := regexp.MustCompile(`\A(?:` + re2[`^[0-9A-Za-z\.\-_]*(?<!\.)$`] + `)\z`)
	for text, want := range map[string]bool{
		"": true, "a": true, "my-bucket.logs_1": true, "..a": true, "-": true,
		"a.": false, ".": false, "a/b": false, "é": false, "a\n": false,
	} {
		if got := translated.MatchString(text); got != want {
			t.Errorf("%q matches: %v, want %v", text, got, want)
		}
	}
}

func TestRun(t *testing.T) {
	two := func(cognito, own string) error {
		return run(source{path: cognito, name: "cognito", dir: ".", pkg: "api"}, source{path: own, name: "poolhouse", dir: ".", pkg: "api"})
	}
	if err := two("", "x"); err == nil || !strings.Contains(err.Error(), "POOLHOUSE_API_MODEL") {
		t.Errorf("without a model: %v", err)
	}
	if err := two("testdata/none.json", "x"); err == nil {
		t.Error("a model that is not there is accepted")
	}
	own, err := filepath.Abs("testdata/model.json")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := two(own, own); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cognito_types_gen.go", "cognito_shapes_gen.go", "cognito_operations_gen.go", "poolhouse_types_gen.go"} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
	if err := os.WriteFile("other.json", []byte(`{"openapi":"3"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := two("other.json", own); err == nil || !strings.Contains(err.Error(), "not an API model") {
		t.Errorf("another format: %v", err)
	}
}
