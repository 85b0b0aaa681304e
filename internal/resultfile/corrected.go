package resultfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Open returns the bytes of a file from an offset on.
type Open func(offset int64) (io.ReadCloser, error)

// Corrected is a result file of the rows that were not imported, as a person sent it back.
// Its rows are in any order, and those that the person deleted are not there. It is read
// in parts, so that its memory is bounded: of a row it keeps the place.
type Corrected struct {
	open   Open
	limits usercsv.Limits
	header []string // of the job's file
	places []int    // of its columns in this file, -1 for one that is not there
	line   int      // the place of the lines' column
	text   int      // the place of the texts' column, -1 for none
	count  int      // of the columns

	index []place // by line
	next  int     // in the index
	part  map[int64][]string
	until int // the place in the index after the rows of the part
	stray []string
}

// place is where a row is in the file.
type place struct{ line, offset, size int64 }

// ReadCorrected looks a file over that is to be the corrected result file of a job whose
// own file has this header. It returns InvalidParameter for a file that is something else,
// or has rows that are no row of a result file; it names the first of them.
func ReadCorrected(open Open, header []string, limits usercsv.Limits) (*Corrected, error) {
	limits = wider(limits)
	c := &Corrected{open: open, limits: limits, header: header, text: -1}
	file, err := open(0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r := usercsv.NewReader(file, usercsv.Position{}, limits)
	names, err := r.Header()
	if err == nil {
		err = c.match(names)
	}
	if err != nil {
		return nil, c.explained(err)
	}
	return c, c.look(r)
}

// wider returns limits for result files, whose rows have what is to be said of them
// besides their values.
func wider(l usercsv.Limits) usercsv.Limits {
	l.RowChars = 4*cmp.Or(l.RowChars, usercsv.DefaultRowChars) + 16_000
	return l
}

// explained returns a better reason why a file is no result file where there is one: it
// is something else than a CSV file.
func (c *Corrected) explained(err error) error {
	bad, is := errors.AsType[*usercsv.FileError](err)
	if !is && userpool.KindOf(err) != userpool.InvalidParameter {
		return err
	}
	file, failed := c.open(0)
	if failed != nil {
		return failed
	}
	defer file.Close()
	if _, _, other := usercsv.Survey(file, c.limits, usercsv.Import{}); other != nil {
		if found, ok := errors.AsType[*usercsv.FileError](other); ok && found.Code == usercsv.CodeFileForm || ok && is {
			bad, is = found, true
		}
	}
	if is {
		return userpool.Errorf(userpool.InvalidParameter, "The uploaded file is no result file of the job: %s", bad.Error())
	}
	return err
}

// match finds the columns of the job's file in this one.
func (c *Corrected) match(names []string) error {
	c.count = len(names)
	c.line, c.text = slices.Index(names, usercsv.ColumnLine), slices.Index(names, usercsv.ColumnText)
	if c.line < 0 {
		return userpool.Errorf(userpool.InvalidParameter, "The uploaded file is no result file of the job: it has no column %s. Correct the file that GetUserImportJobResults returns, and leave that column as it is.", usercsv.ColumnLine)
	}
	var unknown []string
	for i, name := range names {
		switch {
		case slices.Index(names, name) != i:
			return userpool.Errorf(userpool.InvalidParameter, "The uploaded file has the column %q twice.", name)
		case !slices.Contains(ownColumns, name) && !slices.Contains(c.header, name):
			unknown = append(unknown, strconv.Quote(name))
		}
	}
	if len(unknown) > 0 {
		return userpool.Errorf(userpool.InvalidParameter, "The uploaded file has columns that the file of the job did not have: %s. Delete them.", strings.Join(unknown[:min(len(unknown), toldAtMost)], ", "))
	}
	for _, name := range c.header {
		at := slices.Index(names, name)
		if slices.Contains(ownColumns, name) {
			at = -1
		}
		c.places = append(c.places, at)
	}
	return nil
}

// toldAtMost is how many rows or columns a refusal names.
const toldAtMost = 5

// look notes the places of all rows.
func (c *Corrected) look(r *usercsv.Reader) error {
	var bad refused
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		n, why := c.lineOf(record)
		if why != "" {
			bad.add(fmt.Sprintf("line %d: %s", record.Line, why))
			continue
		}
		c.index = append(c.index, place{n, record.Offset, record.End.Offset - record.Offset})
	}
	slices.SortFunc(c.index, func(a, b place) int { return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.offset, b.offset)) })
	for i := 1; i < len(c.index); i++ {
		if c.index[i].line == c.index[i-1].line {
			bad.add(fmt.Sprintf("%s %d stands there twice", usercsv.ColumnLine, c.index[i].line))
		}
	}
	return bad.err("rows of the uploaded file cannot be matched with rows of the job")
}

// lineOf returns the line that a record names, or why it names none.
func (c *Corrected) lineOf(record usercsv.Record) (n int64, why string) {
	if record.Err != nil {
		return 0, record.Err.Reason
	}
	if len(record.Fields) != c.count {
		return 0, fmt.Sprintf("the row has %d values, and the header has %d columns", len(record.Fields), c.count)
	}
	value := strings.TrimSpace(usercsv.Restore(record.Fields[c.line]))
	n, err := strconv.ParseInt(value, 10, 64)
	switch {
	case value == "":
		return 0, usercsv.ColumnLine + " is empty"
	case err != nil || n < 1 || n == math.MaxInt64:
		return 0, usercsv.ColumnLine + " is no line number"
	}
	return n, ""
}

// refused collects what is to be said of rows, the first few of them.
type refused struct {
	told []string
	more int
}

func (r *refused) add(what string) {
	if len(r.told) < toldAtMost {
		r.told = append(r.told, what)
		return
	}
	r.more++
}

func (r *refused) err(what string) error {
	if len(r.told) == 0 {
		return nil
	}
	more := ""
	if r.more > 0 {
		more = fmt.Sprintf("; and %d more", r.more)
	}
	return userpool.Errorf(userpool.InvalidParameter, "%d %s: %s%s.", len(r.told)+r.more, what, strings.Join(r.told, "; "), more)
}

// Len returns how many rows the file has.
func (c *Corrected) Len() int { return len(c.index) }

// partBytes is how many bytes of rows are in memory at a time.
const partBytes = 8 << 20

// Of returns the correction of a row of the job, and reports false where the file does not
// have the row. It is asked about the rows that were not imported in the order of their
// lines. fields are the row's values, nil where it has other values than the header has
// columns or cannot be split. A row that was left as it is has a correction without
// values.
func (c *Corrected) Of(line int64, fields []string, text string) (*importjob.Correction, bool, error) {
	for c.next < len(c.index) && c.index[c.next].line < line {
		c.strayed(c.index[c.next].line)
		c.next++
	}
	if c.next == len(c.index) || c.index[c.next].line != line {
		return nil, false, nil
	}
	if c.next >= c.until {
		if err := c.load(); err != nil {
			return nil, false, err
		}
	}
	cells, ok := c.part[c.index[c.next].offset]
	if !ok {
		return nil, false, importjob.FileChanged
	}
	c.next++
	return c.correction(line, cells, fields, text), true, nil
}

func (c *Corrected) strayed(line int64) {
	if len(c.stray) <= toldAtMost {
		c.stray = append(c.stray, strconv.FormatInt(line, 10))
	}
}

// Rest returns InvalidParameter where the file has rows that Of was not asked about, and
// names the first of their lines.
func (c *Corrected) Rest() error {
	for ; c.next < len(c.index); c.next++ {
		c.strayed(c.index[c.next].line)
	}
	if len(c.stray) == 0 {
		return nil
	}
	lines := strings.Join(c.stray[:min(len(c.stray), toldAtMost)], ", ")
	if len(c.stray) > toldAtMost {
		lines += ", …"
	}
	return userpool.Errorf(userpool.InvalidParameter, "The uploaded file has rows with a %s that no row has which the job did not import: %s. Delete these rows, or correct the line.", usercsv.ColumnLine, lines)
}

// load reads the rows that come next in the index, as many as fit into memory. In a file
// in the order of the lines they stand together, so that each part of it is read once.
func (c *Corrected) load() error {
	from, size := c.next, int64(0)
	begin, end := int64(math.MaxInt64), int64(0)
	wanted := map[int64][]string{}
	for c.until = from; c.until < len(c.index); c.until++ {
		p := c.index[c.until]
		if size += p.size; size > partBytes && c.until > from {
			break
		}
		begin, end = min(begin, p.offset), max(end, p.offset)
		wanted[p.offset] = nil
	}
	file, err := c.open(begin)
	if err != nil {
		return err
	}
	defer file.Close()
	r := usercsv.NewReader(file, usercsv.Position{Offset: begin, Line: 1}, c.limits)
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) || err == nil && record.Offset > end {
			break
		}
		if err != nil {
			return err
		}
		if _, is := wanted[record.Offset]; is && record.Err == nil && len(record.Fields) == c.count {
			wanted[record.Offset] = record.Fields
		}
	}
	c.part = wanted
	return nil
}

// correction compares what a person sent back with the row as it was.
func (c *Corrected) correction(line int64, cells, fields []string, text string) *importjob.Correction {
	found := &importjob.Correction{Line: line}
	if len(fields) == len(c.header) {
		for i, at := range c.places {
			if at < 0 {
				continue
			}
			if value := meant(cells[at]); value != usercsv.Hidden && value != plain(fields[i]) {
				if found.Values == nil {
					found.Values = map[string]string{}
				}
				found.Values[c.header[i]] = value
			}
		}
		return found
	}
	row, filled := make([]string, len(c.header)), false
	for i, at := range c.places {
		if at >= 0 {
			row[i] = meant(cells[at])
			filled = filled || row[i] != ""
		}
	}
	if filled {
		found.Text = usercsv.FormatRow(row)
		return found
	}
	if c.text >= 0 {
		found.Text = c.newText(meant(cells[c.text]), text)
	}
	return found
}

// newText returns the text that a person wrote in place of a row's, "" where it was left
// as it was told. What was hidden in it is put back.
func (c *Corrected) newText(sent, text string) string {
	told, parts := toUTF8(text), []string(nil)
	if slices.Contains(c.header, usercsv.ColumnPasswordHash) {
		told, parts = hide(told)
	}
	if sent == "" || sent == plain(told) {
		return ""
	}
	if whole, ok := reveal(sent, parts); ok {
		return whole
	}
	return sent
}

// meant returns the value of a cell that came back.
func meant(cell string) string { return plain(usercsv.Restore(cell)) }

// plain returns a value in the form in which values are compared: spreadsheets write the
// line breaks of a cell in their own way.
func plain(value string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\r", "\n"))
}
