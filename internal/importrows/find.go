package importrows

import (
	"context"
	"slices"

	"poolhouse/internal/importjob"
)

// Query selects rows of a job, in the order of the file.
type Query struct {
	After    int64 // only rows that begin on later lines
	Limit    int   // maximum number of rows
	Verdicts []importjob.Verdict
	// Cause selects the rows that the import rejected for this cause. Its Column, Code and
	// Flaw count. nil selects all.
	Cause *importjob.Cause
	// OnlyCorrected selects rows with a correction. OnlyOpen selects rows without one, and
	// rows whose correction did not pass when it was written.
	OnlyCorrected, OnlyOpen bool
}

// Page has some of the rows of a query.
type Page struct {
	Rows []Found
	// More says that there may be further rows on lines after Next.
	More bool
	Next int64
}

// The limits of a page: how many rows are examined for it, and about how many bytes of rows
// and corrections it has.
const (
	lookedAtOnce = 50_000
	pageBytes    = 4 << 20
)

// Find returns a page of rows.
func Find(ctx context.Context, store importjob.Rows, key importjob.Key, q Query) (Page, error) {
	w := walk{store: store, key: key, query: q, page: Page{Next: q.After}, corrections: cursor{store: store, key: key}}
	for {
		more, err := w.segments(ctx)
		if err != nil || !more {
			return w.page, err
		}
	}
}

// walk collects the rows of a page.
type walk struct {
	store         importjob.Rows
	key           importjob.Key
	query         Query
	corrections   cursor
	page          Page
	looked, bytes int
}

// segments examines the next rows, and reports whether there are more to examine for this
// page.
func (w *walk) segments(ctx context.Context) (more bool, err error) {
	after := w.page.Next
	if w.query.OnlyCorrected {
		next, ok, err := w.corrections.from(ctx, after+1)
		if err != nil || !ok {
			w.page.More = false
			return false, err
		}
		after = next.Line - 1
	}
	segments, err := w.store.KeptRows(ctx, w.key, after, max(w.query.Limit-len(w.page.Rows), 1), true)
	if err != nil || len(segments) == 0 {
		w.page.More = false
		return false, err
	}
	for _, segment := range segments {
		for _, row := range segment.Rejected {
			if row.Line <= after {
				continue
			}
			if w.full() {
				w.page.More = true
				return false, nil
			}
			if err := w.look(ctx, row); err != nil {
				return false, err
			}
		}
	}
	if w.page.Next <= after { // their rows are all before the line
		w.page.Next = max(w.page.Next, lastLine(segments))
	}
	w.page.More = false
	return w.page.Next > after, nil
}

// lastLine returns the last line that segments have a row of.
func lastLine(segments []importjob.Kept) (last int64) {
	for _, s := range segments {
		if n := len(s.Rejected); n > 0 {
			last = max(last, s.Rejected[n-1].Line)
		}
		if n := len(s.Users); n > 0 {
			last = max(last, s.Users[n-1].Line+s.Users[n-1].Rows-1)
		}
	}
	return last
}

// full reports whether the page has reached a limit.
func (w *walk) full() bool {
	return len(w.page.Rows) >= w.query.Limit || w.looked >= lookedAtOnce || w.bytes >= pageBytes
}

// look adds a row to the page if it is wanted.
func (w *walk) look(ctx context.Context, row importjob.KeptRow) error {
	c, ok, err := w.corrections.at(ctx, row.Line)
	if err != nil {
		return err
	}
	w.page.Next = row.Line
	w.looked++
	f := Found{KeptRow: row, Correction: c, Corrected: ok}
	if w.query.wants(f) {
		w.page.Rows = append(w.page.Rows, f)
		w.bytes += len(row.Text) + size(c)
	}
	return nil
}

func size(c importjob.Correction) int {
	n := len(c.Text)
	for name, value := range c.Values {
		n += len(name) + len(value)
	}
	return n
}

func (q *Query) wants(f Found) bool {
	switch c := q.Cause; {
	case len(q.Verdicts) > 0 && !slices.Contains(q.Verdicts, f.Verdict):
		return false
	case c != nil && (f.Column != c.Column || f.Code != c.Code || f.Flaw != c.Flaw):
		return false
	case q.OnlyCorrected && !f.Corrected:
		return false
	case q.OnlyOpen && f.Corrected && f.Correction.Passes:
		return false
	}
	return true
}

// cursor reads the corrections of a job in their order.
type cursor struct {
	store importjob.Rows
	key   importjob.Key
	read  []importjob.Correction
	all   bool // the corrections of all lines have been read
}

// correctionsAtOnce is how many corrections are read at a time.
const correctionsAtOnce = 200

// from returns the first correction on or after a line. The lines must not decrease from call
// to call.
func (c *cursor) from(ctx context.Context, line int64) (importjob.Correction, bool, error) {
	for {
		for len(c.read) > 0 && c.read[0].Line < line {
			c.read = c.read[1:]
		}
		if len(c.read) > 0 {
			return c.read[0], true, nil
		}
		if c.all {
			return importjob.Correction{}, false, nil
		}
		read, err := c.store.Corrections(ctx, c.key, line-1, correctionsAtOnce)
		if err != nil {
			return importjob.Correction{}, false, err
		}
		c.read, c.all = read, len(read) < correctionsAtOnce
	}
}

// at returns the correction of a line.
func (c *cursor) at(ctx context.Context, line int64) (importjob.Correction, bool, error) {
	found, ok, err := c.from(ctx, line)
	if err != nil || !ok || found.Line != line {
		return importjob.Correction{}, false, err
	}
	return found, true, nil
}
