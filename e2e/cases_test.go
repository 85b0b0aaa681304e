package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A trial is one folder of testdata/cases: an input with which an import failed for a
// person, and the right result. It is data in case.json; its files lie beside it. Its steps
// are done in turn, on a server that other tests use too. In every text, $pool and $other
// are the IDs of the trial's two pools, $role is the log role, and $NAME is a value that a
// step has kept.
type trial struct {
	About  string         // what failed
	Pool   map[string]any // members of CreateUserPool, for $pool and $other
	Strict bool           // the server reads files only as Amazon Cognito does
	Steps  []step
}

// A step has one of Import, Upload, Call and Run.
type step struct {
	Import *importStep
	Upload *uploadStep
	Call   *callStep
	Run    *runStep
}

// values replace the names in a step's texts.
type values map[string]string

// in returns a copy of a part of a case with its names replaced.
func in[T any](t *testing.T, v values, part T) (replaced T) {
	t.Helper()
	text, err := json.Marshal(part)
	if err != nil {
		t.Fatal(err)
	}
	var pairs []string
	for name, value := range v {
		quoted, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, "$"+name, string(quoted[1:len(quoted)-1]))
	}
	if err := json.Unmarshal([]byte(strings.NewReplacer(pairs...).Replace(string(text))), &replaced); err != nil {
		t.Fatal(err)
	}
	return replaced
}

// TestCases runs all trials.
func TestCases(t *testing.T) {
	together(t)
	shared, strict := sharedNode(t), startNode(t, t.TempDir(), "--import-dialect", "cognito")
	shared.makeLogRole()
	strict.makeLogRole()
	folders, err := filepath.Glob("testdata/cases/*/case.json")
	if err != nil || len(folders) < 10 {
		t.Fatalf("the cases are not there: %d, %v", len(folders), err)
	}
	for _, path := range folders {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			t.Parallel()
			c := readTrial(t, path)
			if len(c.Steps) == 0 || c.About == "" {
				t.Fatal("the case says nothing")
			}
			n := shared
			if c.Strict {
				n = strict
			}
			a := &attempt{node: n, t: t, dir: filepath.Dir(path), v: values{"role": logRole}}
			for _, name := range []string{"pool", "other"} {
				a.v[name] = a.makePool(c.Pool)
			}
			for _, s := range c.Steps {
				a.do(s)
			}
		})
	}
}

func readTrial(t *testing.T, path string) (c trial) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return c
}

// attempt is a running trial.
type attempt struct {
	node *node
	t    *testing.T
	dir  string // directory of the trial's files
	v    values
}

func (a *attempt) do(s step) {
	a.t.Helper()
	switch {
	case s.Import != nil:
		a.doImport(in(a.t, a.v, *s.Import))
	case s.Upload != nil:
		a.doUpload(in(a.t, a.v, *s.Upload))
	case s.Call != nil:
		a.doCall(in(a.t, a.v, *s.Call))
	case s.Run != nil:
		a.doRun(in(a.t, a.v, *s.Run))
	default:
		a.t.Error("a step does nothing")
	}
}

// parts fails the test unless a text has each of some parts. A part that begins with an
// exclamation mark must be absent.
func (a *attempt) parts(what, text string, parts []string) {
	a.t.Helper()
	for _, part := range parts {
		unwanted, no := strings.CutPrefix(part, "!")
		if no && strings.Contains(text, unwanted) {
			a.t.Errorf("%s has %q:\n%s", what, unwanted, text)
		}
		if !no && !strings.Contains(text, part) {
			a.t.Errorf("%s lacks %q:\n%s", what, part, text)
		}
	}
}

func (a *attempt) file(name string) []byte {
	a.t.Helper()
	data, err := os.ReadFile(filepath.Join(a.dir, name))
	if err != nil {
		a.t.Fatal(err)
	}
	return data
}
