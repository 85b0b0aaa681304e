package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestParseMap: both forms of a map are read, in the order of the file.
func TestParseMap(t *testing.T) {
	want := []mappedColumn{{"E-Mail", "email"}, {"", "name"}, {"Notes", ""}}
	for _, text := range []string{
		`{"E-Mail": "email", "": "name", "Notes": ""}`,
		"\ufeff{\r\n\t\"E-Mail\": \"email\",\r\n\"\":\"name\",\"Notes\":\"\"}\r\n",
		`[{"Column":"E-Mail","Attribute":"email"},{"Attribute":"name","Column":""},{"Column":"Notes"}]`,
	} {
		if got, err := parseMap([]byte(text)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

// TestMapErrors: an error names the line, the key, what is wrong and what would be right.
func TestMapErrors(t *testing.T) {
	long, many := strings.Repeat("x", 257), new(strings.Builder)
	for i := range 1001 {
		fmt.Fprintf(many, ",\n%q: \"\"", fmt.Sprint(i))
	}
	const right = `; it must have the name of a column in quotation marks, such as "email", or "" for a column that is not imported`
	for text, want := range map[string]string{
		"":                                `it is not JSON: it ends too early; it must be an object such as {"E-Mail": "email", "Notes": ""}`,
		"{":                               `it is not JSON: it ends too early; it must be an object such as {"E-Mail": "email", "Notes": ""}`,
		"E-Mail: email":                   "line 1: it is not JSON: invalid character 'E' looking for beginning of value",
		"{\n\"a\": \"b\",\n}":             "line 3: it is not JSON: invalid character '}' ",
		"{\n\"a\": \"b\"\n\"c\": \"d\"}":  "line 3: it is not JSON: ",
		"{\"a\":\n email}":                "line 2: it is not JSON: invalid character 'e' looking for beginning of value",
		"{1: \"a\"}":                      "line 1: it is not JSON: ",
		"\xff{}":                          "it is not UTF-8; save it as UTF-8",
		"\"email\"":                       `it is a JSON string; it must be an object such as {"E-Mail": "email", "Notes": ""}, or a list of objects with Column and Attribute`,
		"null":                            "it is a JSON null; it must be an object",
		"{}":                              "it names no column; it must be an object",
		"[]":                              "it names no column; it must be an object",
		"{\"a\": \"b\"} {}":               "line 1: text follows the end of the map; remove it",
		"{\n\"E-Mail\": 5}":               `line 2: the key "E-Mail" has a JSON number` + right,
		"{\"E-Mail\": null}":              `line 1: the key "E-Mail" has a JSON null` + right,
		"{\"E-Mail\": true}":              `line 1: the key "E-Mail" has a JSON boolean` + right,
		"{\"E-Mail\":\n\n[\"a\"]}":        `line 3: the key "E-Mail" has a JSON array` + right,
		"{\"Map\": {\"a\": \"b\"}}":       `line 1: the key "Map" has a JSON object` + right,
		"{\"a\": \"x\",\n\n\"a\": \"y\"}": `line 3: the column "a" occurs twice, first on line 1; write it once`,
		"[{\"Column\":\"a\"},\n{\"Column\":\"a\"}]": `line 2: the column "a" occurs twice, first on line 1; write it once`,
		"{\"" + long + "\": \"\"}":                  `line 1: the name "` + long[:200] + `… (257 characters)" has more than 256 characters, the most that a name may have`,
		"{\"a\": \"" + long + "\"}":                 "has more than 256 characters",
		"{\"x\": \"\"" + many.String() + "}":        "line 1001: the map has more than 1,000 columns, the most that it may have",
		"[\n\"a\"]":                                 "line 2: entry 1 is a JSON string; it must be an object with Column and Attribute",
		"[{\"Column\":\"a\"},\n[]]":                 "line 2: entry 2 is a JSON array; it must be an object with Column and Attribute",
		"[{\"column\":\"a\"}]":                      `line 1: entry 1 has the member "column"; it must have Column and Attribute, each once`,
		"[{\"Column\":\"a\",\"Column\":\"b\"}]":     `line 1: entry 1 has the member "Column"; it must have Column and Attribute, each once`,
		"[{\n\"Column\":7}]":                        "line 2: Column of entry 1 has a JSON number" + right,
		"[{\n\"Attribute\":\"a\"}]":                 "line 1: entry 1 has no member Column; it must name a column of the file",
		"[{\"Column\":\"a\"}":                       "it is not JSON: it ends too early",
	} {
		if got, err := parseMap([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) && !strings.Contains(err.Error(), want) || got != nil {
			t.Errorf("%.40q: %v, %v\nwant %s", text, got, err, want)
		}
	}
	path := filepath.Join(t.TempDir(), "map.json")
	if err := os.WriteFile(path, []byte("[\n{}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readMap(path); err == nil || err.Error() != path+": line 2: entry 1 has no member Column; it must name a column of the file" {
		t.Error(err)
	}
	writeLarge(t, path, "{\n", maxMapFile)
	if _, err := readMap(path); err == nil || err.Error() != path+" has more than 4,194,304 bytes; it must be a map of columns" {
		t.Error(err)
	}
}

// TestWriteMap: a written map can be read again, its file is private to its owner, and no
// file is replaced.
func TestWriteMap(t *testing.T) {
	path := filepath.Join(t.TempDir(), "map.json")
	columns := []mappedColumn{{"E-Mail", "email"}, {"<Notes> \"x\"\n", ""}, {"Zoë", "custom:a&b"}, {"E-Mail", "name"}}
	if err := writeMap(path, columns); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	want := "{\n  \"E-Mail\": \"email\",\n  \"<Notes> \\\"x\\\"\\n\": \"\",\n  \"Zoë\": \"custom:a&b\"\n}\n"
	if err != nil || string(text) != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if got, err := readMap(path); err != nil || !slices.Equal(got, columns[:3]) {
		t.Errorf("%v, %v", got, err)
	}
	if err := writeMap(path, columns[:1]); err == nil || err.Error() != path+" exists already; --write-map must name a new file" {
		t.Error(err)
	}
	if again, err := os.ReadFile(path); err != nil || string(again) != want {
		t.Errorf("the file was replaced: %s, %v", again, err)
	}
}
