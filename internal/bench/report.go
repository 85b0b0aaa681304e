package bench

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"
)

// table is a table of figures: a head, and rows whose first cell is their name.
type table struct {
	title string
	head  []string
	rows  [][]string
}

// report is the output of a command: text at once, Markdown at the end.
type report struct {
	text     io.Writer
	markdown bytes.Buffer
	command  string
	path     string // the file for Markdown, "" for none, - for out
	out      io.Writer
}

// newReport checks that the file for Markdown can be written before anything is measured,
// because that may take an hour.
func newReport(out io.Writer, command, path string) (*report, error) {
	r := &report{text: out, command: command, path: path, out: out}
	if path == "-" {
		r.text = io.Discard
		return r, nil
	}
	if path == "" {
		return r, nil
	}
	_, err := r.spliced()
	return r, err
}

func (r *report) paragraph(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	fmt.Fprintln(r.text, text+"\n")
	lines := strings.Split(text, "\n")
	if len(lines) > 1 {
		text = "- " + strings.Join(lines, "\n- ")
	}
	r.markdown.WriteString(text + "\n\n")
}

func (r *report) add(t table) {
	fmt.Fprintln(r.text, t.title)
	columns := tabwriter.NewWriter(r.text, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.head}, t.rows...) {
		fmt.Fprintln(columns, "  "+strings.Join(row, "\t"))
	}
	_ = columns.Flush() // the only possible error is that of r.text, which ignores errors as well
	fmt.Fprintln(r.text)

	fmt.Fprintf(&r.markdown, "**%s**\n\n| %s |\n|---|%s\n", t.title, strings.Join(t.head, " | "), strings.Repeat("--:|", len(t.head)-1))
	for _, row := range t.rows {
		fmt.Fprintf(&r.markdown, "| %s |\n", strings.Join(row, " | "))
	}
	r.markdown.WriteString("\n")
}

// close writes the Markdown if it was asked for.
func (r *report) close() error {
	switch r.path {
	case "":
		return nil
	case "-":
		_, err := r.out.Write(r.markdown.Bytes())
		return err
	}
	text, err := r.spliced()
	if err != nil {
		return err
	}
	return os.WriteFile(r.path, text, 0o666)
}

// spliced returns the file with the Markdown between the marks of the command. A new file
// gets the marks.
func (r *report) spliced() ([]byte, error) {
	begin, end := fmt.Sprintf("<!-- begin: poolhouse-bench %s -->\n", r.command), fmt.Sprintf("<!-- end: poolhouse-bench %s -->\n", r.command)
	old, err := os.ReadFile(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		old, err = []byte(begin+end), nil
	}
	if err != nil {
		return nil, err
	}
	before, rest, found1 := bytes.Cut(old, []byte(begin))
	_, after, found2 := bytes.Cut(rest, []byte(end))
	if !found1 || !found2 {
		return nil, fmt.Errorf("%s is not overwritten: it lacks the lines %q and %q, between which the tables belong", r.path,
			strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return bytes.Join([][]byte{before, []byte(begin), []byte("\n"), r.markdown.Bytes(), []byte(end), after}, nil), nil
}
