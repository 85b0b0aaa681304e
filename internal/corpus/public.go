package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/usercsv/dialect"
	"poolhouse/internal/userpool"
)

// tally counts what became of the files of a folder.
type tally struct {
	files, read         int
	rows, taken, failed int64
	causes              map[string]int // why files were refused
	faults              []string       // bugs of ours
}

// readPublic reads each CSV file below a folder. Nothing is known of its columns: the first
// one becomes the username, and the others are not imported. Each file must be refused for a
// cause, or each of its rows must get a verdict.
func readPublic(ctx context.Context, out io.Writer, folder string) error {
	t := tally{causes: map[string]int{}}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isTable(path) {
			return cmp.Or(err, ctx.Err())
		}
		t.file(path)
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s: %d files\n  read: %d, with %d rows: %d pass, %d fail\n", folder, t.files, t.read, t.rows, t.taken, t.failed)
	for _, cause := range slices.SortedFunc(maps.Keys(t.causes), func(a, b string) int { return t.causes[b] - t.causes[a] }) {
		fmt.Fprintf(out, "  refused: %d, %s\n", t.causes[cause], cause)
	}
	if len(t.faults) > 0 {
		return fmt.Errorf("%d files of %s have no verdict for every row:\n%s", len(t.faults), folder, strings.Join(t.faults, "\n"))
	}
	return nil
}

func isTable(path string) bool {
	return slices.Contains([]string{".csv", ".tsv"}, strings.ToLower(filepath.Ext(path)))
}

// file reads one file and counts the result.
func (t *tally) file(path string) {
	t.files++
	defer func() {
		if p := recover(); p != nil {
			t.faults = append(t.faults, fmt.Sprintf("%s: panic: %v\n%s", path, p, debug.Stack()))
		}
	}()
	text, err := os.ReadFile(path)
	if err != nil {
		t.faults = append(t.faults, err.Error())
		return
	}
	look, err := checked(text)
	switch {
	case err != nil:
		t.faults = append(t.faults, path+": "+err.Error())
	case look.Problem != nil:
		t.causes[look.Problem.Code+": "+look.Problem.Reason]++
	case look.Passing+look.Skipped+look.Failing != look.Rows:
		t.faults = append(t.faults, fmt.Sprintf("%s: %d rows, and %d have a verdict", path, look.Rows, look.Passing+look.Skipped+look.Failing))
	default:
		t.read++
		t.rows, t.taken, t.failed = t.rows+look.Rows, t.taken+look.Passing, t.failed+look.Failing
	}
}

// checked surveys a file as an import does.
func checked(file []byte) (*usercsv.Report, error) {
	pool := &userpool.UserPool{ID: "us-east-1_corpus", Schema: userpool.StandardSchema()}
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(file))), nil }
	want := usercsv.Import{Pool: pool, Asked: usercsv.Asked{Map: mapOf(columns(file))}}
	return usercsv.Check(open, usercsv.Limits{}, want)
}

// columns returns the names in a file's header, unchecked.
func columns(file []byte) []string {
	encoding, mark := filetext.Recognise(file[:min(len(file), filetext.SampleSize)])
	text, err := filetext.NewReader(strings.NewReader(string(file)), filetext.Form{Encoding: encoding, Mark: mark}, usercsv.DefaultBytes)
	if err != nil {
		return nil
	}
	detector := dialect.NewDetector(dialect.Want{Known: func(names []string) int { return len(names) }})
	if _, err := io.Copy(detector, text); err != nil {
		return nil
	}
	if found := detector.End(); len(found) > 0 {
		return found[0].Header
	}
	return nil
}

// mapOf maps the first column to the username.
func mapOf(columns []string) (all []usercsv.Mapped) {
	for i, name := range columns {
		if slices.Index(columns, name) != i || name == "" {
			continue
		}
		m := usercsv.Mapped{Column: name}
		if len(all) == 0 {
			m.Attribute = usercsv.ColumnUsername
		}
		all = append(all, m)
	}
	return all
}
