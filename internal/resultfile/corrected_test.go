package resultfile

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// opened counts the bytes that are read of a text.
type opened struct {
	text string
	read int
}

func (o *opened) open(offset int64) (io.ReadCloser, error) {
	return io.NopCloser(&counting{strings.NewReader(o.text[offset:]), o}), nil
}

type counting struct {
	io.Reader
	of *opened
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.of.read += n
	return n, err
}

// TestCorrectedComesBack: each value is found again, in any order of rows and columns. Rows
// that were not returned are not found.
func TestCorrectedComesBack(t *testing.T) {
	f := NewNotImported(CSV, header)
	lines := []string{f.Header()}
	for i, value := range awkward {
		lines = append(lines, f.Record(row(int64(10*i+2), "user", value, "true", "$2b$10$secret", value)))
	}
	sorted := strings.Join(lines, "")
	mixed := slices.Clone(lines[1:])
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	for name, text := range map[string]string{"sorted": sorted, "mixed": lines[0] + strings.Join(mixed, "")} {
		file := &opened{text: text}
		c, err := ReadCorrected(file.open, header, usercsv.Limits{})
		if err != nil {
			t.Fatal(name, err)
		}
		for i, value := range awkward {
			if _, ok, err := c.Of(int64(10*i + 3)); ok || err != nil {
				t.Errorf("%s: a row that was not sent: %t, %v", name, ok, err)
			}
			sent, ok, err := c.Of(int64(10*i + 2))
			want := map[string]string{"cognito:username": "user", "email": Plain(value), "email_verified": "true", "password_hash": usercsv.Hidden, "name": Plain(value)}
			if err != nil || !ok || !maps.Equal(sent.Values, want) || sent.Text != "" {
				t.Errorf("%s: %q comes back as %+v, %t, %v", name, value, sent, ok, err)
			}
		}
		if err := c.Rest(); err != nil || c.Len() != len(awkward) {
			t.Errorf("%s: %d rows, %v", name, c.Len(), err)
		}
	}
}

// TestCorrectedRefused: a file that is not a result file, and rows that match no row of the
// job, are refused with an error that says what would be right.
func TestCorrectedRefused(t *testing.T) {
	const own = "cognito:username,email,email_verified,password_hash,name,poolhouse:line\n"
	many := own
	for i := range 8 {
		many += fmt.Sprintf("a,b,true,,n,x%d\n", i)
	}
	for text, want := range map[string]string{
		"":                                "empty",
		"PK\x03\x04 and more":             "",
		"cognito:username,email\na,b\n":   "no column poolhouse:line",
		"cognito:username;email\n":        "no column poolhouse:line",
		"custom:x,name,poolhouse:line\n":  `"custom:x". Delete them`,
		"name,name,poolhouse:line\n":      `"name" twice`,
		own + "a,b,true,,n,\n":            "line 2: poolhouse:line is empty",
		own + "a,b,true,,n,0\n":           "line 2: poolhouse:line is no line number",
		own + "a,b,true,,n\n":             "line 2: the row has 5 values, and the header has 6 columns",
		own + "a,\"b,true,,n,2\n":         "line 2: A value begins with a quotation mark",
		own + "a,b,true,,n,2\nc,d,,,,2\n": "poolhouse:line 2 stands there twice",
		many:                              "8 rows of the uploaded file cannot be matched with rows of the job: line 2: poolhouse:line is no line number; line 3",
	} {
		file := &opened{text: text}
		_, err := ReadCorrected(file.open, header, usercsv.Limits{})
		if userpool.KindOf(err) != userpool.InvalidParameter || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want …%s…", text, err, want)
		}
	}
	file := &opened{text: own + "a,b,true,,n,4\na,b,true,,n,7\na,b,true,,n,2\n"}
	c, err := ReadCorrected(file.open, header, usercsv.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := c.Of(4); !ok || err != nil {
		t.Error(ok, err)
	}
	if err := c.Rest(); userpool.KindOf(err) != userpool.InvalidParameter || !strings.Contains(err.Error(), "2, 7.") {
		t.Errorf("rows of no one: %v", err)
	}
}

// TestCorrectedIsReadInParts: a large file in the order of its lines is read about twice. At
// most one part of it is in memory.
func TestCorrectedIsReadInParts(t *testing.T) {
	var text strings.Builder
	text.WriteString("name,poolhouse:line\n")
	value := strings.Repeat("x", 10_000)
	const rows = 3000
	for i := range rows {
		fmt.Fprintf(&text, "%s%d,%d\n", value, i, i+2)
	}
	file := &opened{text: text.String()}
	c, err := ReadCorrected(file.open, []string{"name"}, usercsv.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	most := 0
	for i := range rows {
		sent, ok, err := c.Of(int64(i) + 2)
		if err != nil || !ok || sent.Values["name"] != value+fmt.Sprint(i) {
			t.Fatalf("row %d: %t, %v", i, ok, err)
		}
		most = max(most, len(c.part))
	}
	if most > partBytes/10_000 {
		t.Errorf("%d rows are in memory", most)
	}
	if file.read > 2*len(file.text)+len(file.text)/4 {
		t.Errorf("%d bytes are read of %d", file.read, len(file.text))
	}
}
