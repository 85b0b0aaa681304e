package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the expected files anew")

// TestGenerate compares the output for small models, one per protocol, with testdata. The
// models have every kind of member.
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

// TestGeneratedFilesAreCurrent generates the packages again from the available models. Our own
// model is always available, the others if POOLHOUSE_MODELS names their folder.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	models := os.Getenv("POOLHOUSE_MODELS")
	for _, in := range sources {
		path := "../poolhouse.json"
		if in.service != "" {
			if models == "" {
				continue
			}
			found, err := findModel(models, in.service)
			if err != nil {
				t.Fatal(err)
			}
			path = found
		}
		m, err := in.read(path)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{}
		if err := in.generate(m, files); err != nil {
			t.Fatal(err)
		}
		for name, text := range files {
			if committed, err := os.ReadFile(filepath.Join("..", name)); err != nil || !bytes.Equal(text, committed) {
				t.Errorf("%s is not what the generator makes (%v): run make generate", name, err)
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
	service := strings.TrimSuffix(filepath.Base(path), ".json")
	file, err := os.ReadFile("testdata/needs.json")
	if err != nil {
		t.Fatal(err)
	}
	if m.Needs, err = needsOf(file, service); err != nil {
		t.Fatal(err)
	}
	if file, err = os.ReadFile("testdata/shared.json"); err != nil {
		t.Fatal(err)
	}
	if m.Shared, err = sharedOf(file, service); err != nil {
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
		{"a pattern", map[string]shape{"S": {Type: "string", Pattern: "(?<!a)b"}}, "the pattern of S is not valid RE2"},
		{"a type", map[string]shape{"S": {Type: "bigdecimal"}}, `S has the unknown type "bigdecimal"`},
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

// folder returns a folder of models: files by name, with a copy of the small model if the text
// is empty.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	small, err := os.ReadFile("testdata/model.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "a[b]*")
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		data := []byte(text)
		if text == "" {
			data = small
		}
		if filepath.Ext(name) == ".gz" {
			data = gzipped(t, data)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFindModel(t *testing.T) {
	cases := []struct {
		name  string
		files []string
		want  string
	}{
		{"botocore's data", []string{"logs/2014-03-28/service-2.json.gz"}, "logs/2014-03-28/service-2.json.gz"},
		{"the newest version", []string{"logs/2014-03-28/service-2.json", "logs/2026-01-01/service-2.json"}, "logs/2026-01-01/service-2.json"},
		{"a newer model beside it", []string{"logs/2014-03-28/service-2.json.gz", "logs-model.json"}, "logs-model.json"},
		{"a flat folder", []string{"logs.json", "iam.json"}, "logs.json"},
		{"a folder a service", []string{"logs/service-2.json"}, "logs/service-2.json"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{}
			for _, name := range c.files {
				files[name] = ""
			}
			dir := folder(t, files)
			path, err := findModel(dir, "logs")
			if err != nil || path != filepath.Join(dir, c.want) {
				t.Fatalf("found %s, %v", path, err)
			}
			if _, err := readModel(path, nil); err != nil {
				t.Error(err)
			}
		})
	}
	if _, err := findModel(folder(t, map[string]string{"iam.json": ""}), "logs"); err == nil || !strings.Contains(err.Error(), "no model of logs: it must have one of logs-model.json") {
		t.Errorf("no such model: %v", err)
	}
	if _, err := findModel(filepath.Join(t.TempDir(), "gone"), "logs"); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("no such folder: %v", err)
	}
}

// TestRunWritesAllOrNothing runs the command with incomplete models. It must write nothing.
func TestRunWritesAllOrNothing(t *testing.T) {
	own, err := filepath.Abs("../poolhouse.json")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, models, want string
	}{
		{"no folder", "", "make generate MODELS=FOLDER"},
		{"a service is missing", folder(t, map[string]string{"cognito-idp.json": ""}), "no model of logs"},
		{"another format", folder(t, map[string]string{"cognito-idp.json": `{"openapi":"3"}`}), "not an API model"},
		{"an operation is missing", folder(t, map[string]string{"cognito-idp.json": "", "logs.json": "", "iam.json": "", "sts.json": ""}), "the model has no operation DescribeLogGroups"},
	}
	t.Chdir(t.TempDir())
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := run(c.models, own); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("run: %v, want %q", err, c.want)
			}
			if written, err := os.ReadDir("."); err != nil || len(written) > 0 {
				t.Errorf("it has written %v, %v", written, err)
			}
		})
	}
}

// TestOthers: if only some operations of an API are declared, Others has the names of the rest.
func TestOthers(t *testing.T) {
	for _, c := range []struct{ path, only, want string }{
		{"model.json", "Drop", `Others() []apicore.OperationInfo { return []apicore.OperationInfo{ {API: &API, Name: "Get", Signed: true}, {API: &API, Name: "Set", Signed: true}, } }`},
		{"model.json", "Get", `{API: &API, Name: "Drop", Signed: false}, {API: &API, Name: "Set", Signed: true}, } }`},
		{"query.json", "Ping", `Others() []apicore.OperationInfo { return []apicore.OperationInfo{ {API: &API, Name: "Put", Signed: true}, } }`},
	} {
		all := string(generate(read(t, filepath.Join("testdata", c.path)), "test", "api")["operations"])
		if strings.Contains(all, "Others") {
			t.Errorf("%s: there are others, though all are declared", c.path)
		}
		some, err := readModel(filepath.Join("testdata", c.path), []string{c.only})
		if err != nil {
			t.Fatal(err)
		}
		got, err := format.Source(generate(some, "test", "api")["operations"])
		if text := strings.Join(strings.Fields(string(got)), " "); err != nil || !strings.Contains(text, c.want) {
			t.Errorf("%s with %s alone: %v: %s", c.path, c.only, err, got)
		}
	}
}
