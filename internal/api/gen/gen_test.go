package main

import (
	"bytes"
	"flag"
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the expected files anew")

// TestGenerate holds what small models with every kind of member become, one
// for each protocol, against testdata.
func TestGenerate(t *testing.T) {
	for model, golden := range map[string]string{"model.json": "", "query.json": "query_"} {
		m := read(t, filepath.Join("testdata", model))
		if err := m.check(); err != nil {
			t.Fatal(err)
		}
		for part, text := range generate(m, "test", "api") {
			source, err := format.Source(text)
			if err != nil {
				t.Fatalf("%s is no Go: %v", part, err)
			}
			compare(t, filepath.Join("testdata", golden+part+".golden"), source)
		}
	}
}

func compare(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the source is not as in %s (-update writes it anew):\n%s", path, got)
	}
}

// TestGeneratedFilesAreCurrent generates package api again, as far as its
// models are at hand: our own always is, the others where POOLHOUSE_API_MODEL,
// POOLHOUSE_LOGS_MODEL, POOLHOUSE_IAM_MODEL and POOLHOUSE_STS_MODEL name them.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	for _, in := range []source{
		{path: "../poolhouse.json", name: "poolhouse", pkg: "api"},
		{path: os.Getenv("POOLHOUSE_API_MODEL"), name: "cognito", pkg: "api"},
		{path: os.Getenv("POOLHOUSE_LOGS_MODEL"), name: "logs", dir: "logs", pkg: "logs", only: logs},
		{path: os.Getenv("POOLHOUSE_IAM_MODEL"), name: "iam", dir: "iam", pkg: "iamapi", only: iam},
		{path: os.Getenv("POOLHOUSE_STS_MODEL"), name: "sts", dir: "sts", pkg: "stsapi", only: sts},
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
		{"a member's shape", map[string]shape{"S": {Type: "structure", Members: members{{Name: "M", Shape: "Gone"}}}}, `S names the shape "Gone"`},
		{"a list of nothing", map[string]shape{"S": {Type: "list"}}, `S names the shape ""`},
		{"a map without values", map[string]shape{"S": {Type: "map", Key: ref{Shape: "K"}}, "K": str}, `S names the shape ""`},
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
	m := model{Operations: map[string]operation{"Op": {Input: ref{Shape: "Gone"}}}}
	if err := m.check(); err == nil || !strings.Contains(err.Error(), "the input of Op") {
		t.Errorf("check: %v", err)
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
