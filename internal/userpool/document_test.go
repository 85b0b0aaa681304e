package userpool

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/filled"
)

var update = flag.Bool("update", false, "write the expected files again")

func number(n int) Decimal {
	d, _ := ParseDecimal(strconv.Itoa(n) + ".50")
	return d
}

// TestDocuments pins the stored form of pools and app clients: it compares a pool and a
// client with every member to testdata. It fails if a tag is renamed or lost, because
// existing documents would lose that member and must be upgraded. After an upgrade was
// added, and after a new member, -update writes the file again.
func TestDocuments(t *testing.T) {
	var p UserPool
	filled.Full(&p, number)
	text, err := p.Document()
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "testdata/pool.json", text)
	p.Users, p.Number, p.LogGroup = 0, 0, "" // the store sets these
	if again, err := ReadPool(p.ID, text); err != nil || !cmp.Equal(&p, again) {
		t.Errorf("the pool that is read again: %v\n%s", err, cmp.Diff(&p, again))
	}

	var c Client
	filled.Full(&c)
	if text, err = c.Document(); err != nil {
		t.Fatal(err)
	}
	compare(t, "testdata/client.json", text)
	if again, err := ReadClient(c.PoolID, c.ID, text); err != nil || !cmp.Equal(&c, again) {
		t.Errorf("the app client that is read again: %v\n%s", err, cmp.Diff(&c, again))
	}
}

func compare(t *testing.T, path, text string) {
	t.Helper()
	var got bytes.Buffer
	if err := json.Indent(&got, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the document is not as in %s (-update writes it again):\n%s", path, diff)
	}
}

// TestEmptySettingsAreKept: an empty setting differs from a missing one.
func TestEmptySettingsAreKept(t *testing.T) {
	var p UserPool
	filled.Empty(&p.Settings)
	filled.Empty(&p.MFASettings)
	text, err := p.Document()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ReadPool("", text); err != nil || !cmp.Equal(&p, again) {
		t.Errorf("%v\n%s", err, cmp.Diff(&p, again))
	}
	var c Client
	filled.Empty(&c.Settings)
	if text, err = c.Document(); err != nil {
		t.Fatal(err)
	}
	if again, err := ReadClient("", "", text); err != nil || !cmp.Equal(&c, again) {
		t.Errorf("%v\n%s", err, cmp.Diff(&c, again))
	}
}

// TestDocumentsThatCannotBeRead: the error names the thing, what was found and what would
// be right.
func TestDocumentsThatCannotBeRead(t *testing.T) {
	for _, c := range []struct{ name, document, want string }{
		{"newer", `{"version":2,"id":"us-east-1_a"}`, "the document of user pool us-east-1_a has version 2; this program reads versions up to 1: run the version of Poolhouse that wrote it"},
		{"newer, and not like this one", `{"version":7,"id":7,"schema":{}}`, "has version 7"},
		{"without a version", `{"id":"us-east-1_a","settings":{"LambdaConfig":{"PreSignUp":"arn"}}}`, "the document of user pool us-east-1_a has no version, so it is older than the first release of Poolhouse, and this program cannot read it: start with a new data directory"},
		{"nothing", `{}`, "has no version"},
		{"a member too many", `{"version":1,"settings":{"triggers":{"preSignIn":"arn"}}}`, `the document of user pool us-east-1_a does not have the form of version 1: json: unknown field "preSignIn"`},
		{"a limit that is no number", `{"version":1,"schema":[{"name":"a","type":"Number","range":{"min":"x"}}]}`, "a stored number cannot be parsed"},
		{"two values", `{"version":1}{}`, "is not a JSON object with a version"},
		{"no JSON", `{"version":1`, "the document of user pool us-east-1_a is not a JSON object with a version"},
		{"no object", `[]`, "is not a JSON object with a version"},
	} {
		if p, err := ReadPool("us-east-1_a", c.document); p != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	_, err := ReadClient("us-east-1_a", "abc", `{"name":"app"}`)
	if err == nil || !strings.Contains(err.Error(), "the document of app client abc of user pool us-east-1_a has no version") || !strings.Contains(err.Error(), "create the app client again") {
		t.Error(err)
	}
}

// TestOlderDocuments: documents of every older version are upgraded.
func TestOlderDocuments(t *testing.T) {
	type thing struct {
		Version int         `json:"version"`
		Given   string      `json:"given"`
		Size    json.Number `json:"size"`
	}
	f := form{thing: "thing", remedy: "create it again", upgrades: []func(map[string]any){
		func(d map[string]any) { d["first"] = d["name"]; delete(d, "name") },
		func(d map[string]any) { d["given"] = d["first"]; delete(d, "first") },
	}}
	for document, want := range map[string]string{
		`{"version":1,"name":"ada","size":9007199254740993}`:  "",
		`{"version":2,"first":"ada","size":9007199254740993}`: "",
		`{"version":3,"given":"ada","size":9007199254740993}`: "",
		`{"version":4,"given":"ada","size":9007199254740993}`: "versions up to 3",
		`{"version":0,"name":"ada"}`:                          "create it again",
		`{"version":-1,"name":"ada"}`:                         "create it again",
		`{"version":2,"name":"ada"}`:                          `the document of thing t cannot be upgraded from version 2 to 3: json: unknown field "name"`,
	} {
		got, err := read(f, "t", document, func(d *thing) int { return d.Version })
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", document, err, want)
			}
			continue
		}
		if err != nil || *got != (thing{3, "ada", "9007199254740993"}) {
			t.Errorf("%s: %+v, %v", document, got, err)
		}
	}
}

// FuzzReadPool reads any text. It must not panic, and a pool that was read is stored and
// read again unchanged.
func FuzzReadPool(f *testing.F) {
	f.Add(`{"version":1,"id":"us-east-1_a","schema":[{"name":"a","type":"Number","range":{"min":1}}],"settings":{"levels":{}}}`)
	f.Add(`{"version":2}`)
	f.Add(`{"Version":1,"VERSION":0,"tags":{"a":null}}`)
	f.Fuzz(func(t *testing.T, document string) {
		p, err := ReadPool("us-east-1_a", document)
		if err != nil {
			return
		}
		text, err := p.Document()
		if err != nil { // a time with a year that cannot be written
			return
		}
		again, err := ReadPool("us-east-1_a", text)
		if err != nil {
			t.Fatalf("%q is kept as %q, and that is not read: %v", document, text, err)
		}
		if once, err := again.Document(); err != nil || once != text {
			t.Fatalf("%q is kept as %q, then as %q: %v", document, text, once, err)
		}
	})
}
