package importjob

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"poolhouse/internal/usercsv"
)

// Relation says why a child job has rows of its parent.
type Relation string

// The relations of a child job to its parent.
const (
	Retry  Relation = "Retry"  // it imports failed or skipped rows again
	Resume Relation = "Resume" // it imports the rows that a stopped job did not reach
)

// LineColumn is a column of the files of child jobs and of result files. It has the line on
// which the row begins in the file of the first job. The rows of a child keep that line.
const LineColumn = usercsv.ColumnLine

// SetParent makes j a child of parent. j is not stored yet. What is known of the values of
// the parent's file also holds for the file of j.
func (j *Job) SetParent(parent *Job, relation Relation) {
	j.ParentID, j.Relation, j.Format = parent.ID, relation, parent.Format.Inherited()
}

// Rewrite returns the replacement of a kept row in a child's file. That is either the values
// of the parent's columns, in their order, or a whole row of the parent's file without its
// line end. If ok is false, the row is not changed.
type Rewrite func(KeptRow) (values []string, text string, ok bool)

// WriteChild writes the file of a child job. header is the parent's ([Job.Header]). The rows
// come in the order of the parent's file; an error among them ends the writing. limits are
// those of import files. If rewrite is nil, no row is changed.
//
// The first column is [LineColumn], followed by the columns of the parent. If the parent has
// that column already, because it is a child itself, its rows keep their lines. Then the file
// has the parent's columns, and rewrite returns the line as well.
//
// Each row reads in the child's file as it did in the parent's, whichever rows around it are
// left out. If the quotation mark of a row is not closed, and rows that now follow would
// close it, the row gets an end that makes it fail alone.
func WriteChild(w io.Writer, header string, limits usercsv.Limits, rows iter.Seq2[KeptRow, error], rewrite Rewrite) error {
	columns, err := usercsv.ParseRow(header, usercsv.Limits{RowChars: len(header) + 1}) // it was accepted once
	if err == nil && columns.Err != nil {
		err = columns.Err
	}
	if err != nil {
		return fmt.Errorf("importjob: cannot parse the job's header: %w", err)
	}
	c := &childWriter{out: bufio.NewWriter(w), hasLines: slices.Contains(columns.Fields, LineColumn)}
	if c.hasLines {
		c.limits = limits.For(columns.Fields)
		c.write(header, "\n")
	} else {
		c.limits = limits.For([]string{LineColumn})
		c.write(LineColumn, ",", header, "\n")
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := c.row(row, rewrite); err != nil {
			return err
		}
	}
	c.flush(true)
	return c.out.Flush()
}

// childWriter writes the rows of a child's file.
type childWriter struct {
	out      *bufio.Writer // it keeps its first error, which Flush returns
	limits   usercsv.Limits
	hasLines bool // the rows have LineColumn already
	// waiting has the rows that are not written yet, and size their length in bytes. The
	// quotation mark of the first one is not closed. How it is written depends on the rows
	// after it.
	waiting []childRow
	size    int
}

// childRow is a row of a child's file.
type childRow struct {
	text string
	end  string // the line end
	open bool   // a quotation mark of the row is not closed
}

func (c *childWriter) write(texts ...string) {
	for _, text := range texts {
		_, _ = c.out.WriteString(text) // Flush returns the error
	}
}

// row adds a row.
func (c *childWriter) row(row KeptRow, rewrite Rewrite) error {
	text := row.Text
	if rewrite != nil {
		if values, whole, ok := rewrite(row); ok && values != nil {
			text = usercsv.FormatRow(values)
		} else if ok {
			text = whole
		}
	}
	if !c.hasLines {
		text = strconv.FormatInt(row.Line, 10) + "," + text
	}
	single := usercsv.SingleOf(text, c.limits)
	if single == usercsv.NotSingle {
		return fmt.Errorf("importjob: the replacement for line %d is not one row", row.Line)
	}
	added := childRow{text: text, end: "\n", open: single == usercsv.SingleOpen}
	if strings.HasSuffix(text, "\r") {
		added.end = "\r\n" // otherwise the CR of the row would count as part of the line end
	}
	if len(c.waiting) == 0 && !added.open {
		c.write(added.text, added.end)
		return nil
	}
	c.waiting = append(c.waiting, added)
	c.size += len(added.text) + len(added.end)
	c.flush(false)
	return nil
}

// flush writes the waiting rows that can be written now. all says that no more rows come;
// then it writes all of them.
func (c *childWriter) flush(all bool) {
	for len(c.waiting) > 0 {
		first := c.waiting[0]
		if first.open {
			if !all && c.size <= c.window() {
				return
			}
			if !c.failsAlone() {
				first.text += notClosed
			}
		}
		c.write(first.text, first.end)
		c.size -= len(c.waiting[0].text) + len(first.end)
		c.waiting = c.waiting[1:]
	}
}

// notClosed is appended to a row that would otherwise continue in the rows after it.
const notClosed = `" (this quotation mark was not closed)`

// window is how many bytes are searched for the end of a row.
func (c *childWriter) window() int { return 4*max(c.limits.RowChars, usercsv.DefaultRowChars) + 64 }

// failsAlone reports whether the first waiting row is read as one row when the others follow
// it.
func (c *childWriter) failsAlone() bool {
	var text strings.Builder
	for _, row := range c.waiting {
		text.WriteString(row.text)
		text.WriteString(row.end)
		if text.Len() > c.window() {
			break
		}
	}
	record, err := usercsv.NewReader(strings.NewReader(text.String()), usercsv.Position{}, c.limits).Next()
	return err == nil && record.Text == c.waiting[0].text
}
