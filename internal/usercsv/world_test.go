package usercsv

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"poolhouse/internal/userpool"
	"poolhouse/internal/worldcsv"
)

// worldPool is the pool for the files of testdata/world.
func worldPool(t testing.TB) *userpool.UserPool {
	t.Helper()
	p := testPool(t, func(p *userpool.UserPool) { p.AutoVerified = []string{"email"} })
	most := int64(2048)
	note := userpool.SchemaAttribute{Name: "custom:note", Type: userpool.String, Mutable: true, Bounds: &userpool.Bounds{Max: &most}}
	p.Schema = append(p.Schema, note)
	return p
}

// imported is the result of importing a file with the default settings.
type imported struct {
	seen   *Surveyed
	users  []map[string]string
	failed []string // why rows fail
	err    error    // the file as a whole
}

// importAs reads a file as an import does: it surveys the file and decodes its rows in
// the detected format.
func importAs(t testing.TB, path string, want Import) (out imported) {
	t.Helper()
	open := func(offset int64) (io.ReadCloser, error) {
		file, err := os.Open(path)
		if err == nil {
			_, err = file.Seek(offset, io.SeekStart)
		}
		return file, err
	}
	if out.seen, out.err = Survey(OpenAt(open).Open, Limits{}, want); out.err != nil {
		return out
	}
	text, err := out.seen.Format.OpenText(open, 0, Limits{}.LinedBytes())
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	r := out.seen.Format.NewReader(text, Position{}, Limits{})
	header, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDecoder(want.Pool, out.seen.Format.ReadAs(header), want.Algorithm, Limits{}, out.seen.Format)
	if err != nil {
		t.Fatal(err)
	}
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		u, problem := d.Decode(record)
		if problem != nil {
			out.failed = append(out.failed, fmt.Sprintf("line %d: %s %s", problem.Line, problem.Column, problem.Reason))
			continue
		}
		user := map[string]string{ColumnUsername: u.Username}
		for _, a := range u.Attributes {
			user[a.Name] = a.Value
		}
		out.users = append(out.users, user)
	}
}

// TestWorld imports the files of many programs with the default settings. At least 60 of
// them come out completely right, and no user is wrong in any. A file that is not
// imported has an error with the reason.
func TestWorld(t *testing.T) {
	w, err := worldcsv.Load("testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	whole := 0
	for _, f := range w.Files {
		got := importAs(t, w.Path(f), Import{Pool: worldPool(t)})
		j := w.Judge(f, got.users)
		mark := "whole"
		switch {
		case j.Whole():
			whole++
		case got.err != nil:
			mark = "refused"
			if FileProblems(got.err) == nil {
				t.Errorf("%s: %v", f.Name, got.err)
			}
		default:
			mark = "in part"
		}
		t.Logf("%-8s %-44s %3d of %3d right, %d wrong; %s", mark, f.Name, j.Right, j.Counted, len(j.Wrong), inShort(got))
		for _, wrong := range j.Wrong[:min(len(j.Wrong), 5)] {
			t.Errorf("%s: %s", f.Name, wrong)
		}
	}
	t.Logf("%d of %d files are wholly right", whole, len(w.Files))
	if whole < 60 {
		t.Errorf("only %d files are wholly right", whole)
	}
}

// inShort summarises the result for a file.
func inShort(got imported) string {
	if got.err != nil {
		return got.err.Error()
	}
	return strings.Join(append(got.seen.Format.Notes(), got.failed[:min(len(got.failed), 2)]...), " ")
}
