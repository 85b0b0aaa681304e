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

// Relation says what a job does with the rows of its parent.
type Relation string

// The relations of a job to its parent.
const (
	Retry  Relation = "Retry"  // it tries rows again that were not imported
	Resume Relation = "Resume" // it goes on after the rows that a stopped job reached
)

// LineColumn is the column of a child's file, and of a result file, that tells the line
// on which a row begins in the file of the first job: the rows of a child keep it.
const LineColumn = usercsv.ColumnLine

// FromRowsOf makes j, which no store has yet, the job that does something with rows of a
// parent: what is known of the values of the parent's file holds for its own.
func (j *Job) FromRowsOf(parent *Job, relation Relation) {
	j.ParentID, j.Relation, j.Format = parent.ID, relation, parent.Format.Inherited()
}

// Rewrite returns what is to stand in a child's file in place of a row that is kept: the
// values of the parent's columns, in their order, or a whole row of the parent's file,
// without its line end. With ok false the row stays as it is.
type Rewrite func(KeptRow) (values []string, text string, ok bool)

// WriteChild writes the file of a job that tries rows of a parent again, or goes on with
// them. header is the parent's ([Job.Header]). The rows come in the order of the parent's
// file; an error among them ends the writing. limits are those of import files, and a
// nil rewrite leaves all rows as they are.
//
// The first column is [LineColumn], before those of the parent. If the parent has that
// column already, as a child does, its rows keep the lines that they have: then the file
// has the parent's columns, and rewrite returns that value, too.
//
// Each row is read in the child's file as it was in the parent's, whatever rows are left
// out before and after it. A row whose quotation mark is not closed, and would be closed
// by what follows now, gets an end that makes it fail alone.
func WriteChild(w io.Writer, header string, limits usercsv.Limits, rows iter.Seq2[KeptRow, error], rewrite Rewrite) error {
	columns, err := usercsv.ParseRow(header, usercsv.Limits{RowChars: len(header) + 1}) // it was taken once
	if err == nil && columns.Err != nil {
		err = columns.Err
	}
	if err != nil {
		return fmt.Errorf("importjob: the header of a job cannot be read: %w", err)
	}
	c := &childWriter{out: bufio.NewWriter(w), lined: slices.Contains(columns.Fields, LineColumn)}
	if c.lined {
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
	c.settle(true)
	return c.out.Flush()
}

// childWriter writes the rows of a child's file.
type childWriter struct {
	out    *bufio.Writer // keeps its first error until the end
	limits usercsv.Limits
	lined  bool // the rows have their line already
	// waiting is rows that are not written yet, and size their bytes: what becomes of the
	// first, whose quotation mark is not closed, depends on those after it.
	waiting []childRow
	size    int
}

// childRow is a row of a child's file.
type childRow struct {
	text string
	end  string // of its line
	open bool   // its quotation mark is not closed
}

func (c *childWriter) write(texts ...string) {
	for _, text := range texts {
		c.out.WriteString(text) // Flush returns the error
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
	if !c.lined {
		text = strconv.FormatInt(row.Line, 10) + "," + text
	}
	single := usercsv.SingleOf(text, c.limits)
	if single == usercsv.NotSingle {
		return fmt.Errorf("importjob: what is to stand in place of line %d is not one row", row.Line)
	}
	added := childRow{text: text, end: "\n", open: single == usercsv.SingleOpen}
	if strings.HasSuffix(text, "\r") {
		added.end = "\r\n" // else the row's CR would be taken for a part of the line end
	}
	if len(c.waiting) == 0 && !added.open {
		c.write(added.text, added.end)
		return nil
	}
	c.waiting = append(c.waiting, added)
	c.size += len(added.text) + len(added.end)
	c.settle(false)
	return nil
}

// settle writes the waiting rows of which it is known what becomes of them: of all, when
// no more come.
func (c *childWriter) settle(all bool) {
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

// notClosed is the end of a row that would go on in the rows after it.
const notClosed = `" (this quotation mark was not closed)`

// window is how many bytes are looked at for the end of a row.
func (c *childWriter) window() int { return 4*max(c.limits.RowChars, usercsv.DefaultRowChars) + 64 }

// failsAlone reports whether the first of the waiting rows is read as one row, with those
// after it.
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
