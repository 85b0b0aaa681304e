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

// Corrected is a result file of rejected rows that a person has corrected and returned. Its
// rows are in any order, and may be a part of the original ones. The file is read in parts;
// only the place of each row is in memory.
type Corrected struct {
	open    Open
	limits  usercsv.Limits
	format  *usercsv.Format // the format of the file; nil for the one in which we write it
	header  []string        // the header of the job's file
	places  []int           // the indexes of its columns in this file, -1 for a missing one
	line    int             // the index of the column of lines
	text    int             // the index of the column of texts, or -1
	names   []string        // the names of the columns
	matched bool            // the header is that of a result file of the job

	index       []place            // by line
	seen        []bool             // the entries of index that were asked for
	part        map[int64][]string // values of rows by offset
	from, until int                // the range of index that part has
}

// place is where a row is in the file.
type place struct{ line, offset, size int64 }

// ReadCorrected reads a file that should be the corrected result file of a job. header is
// that of the job's own file. It returns InvalidParameter for a file that is something else
// or has rows that no result file has; the message names the first of them.
//
// A program may have saved the file in another format, for instance with semicolons or in
// another encoding. If the file cannot be read as we write it, its format is detected.
func ReadCorrected(open Open, header []string, limits usercsv.Limits) (*Corrected, error) {
	c := newCorrected(open, header, limits)
	err := c.read()
	if err == nil || userpool.KindOf(err) != userpool.InvalidParameter {
		return c, err
	}
	for _, form := range savedForms {
		other := newCorrected(open, header, limits)
		if problem := other.detect(form); problem != nil {
			return nil, problem
		}
		if other.format == nil {
			continue
		}
		problem := other.read()
		switch {
		case problem == nil:
			return other, nil
		case userpool.KindOf(problem) != userpool.InvalidParameter:
			return nil, problem
		case !c.matched && other.matched: // its error says more
			c, err = other, problem
		}
	}
	return nil, err
}

func newCorrected(open Open, header []string, limits usercsv.Limits) *Corrected {
	return &Corrected{open: open, limits: wider(limits), header: header, text: -1}
}

// read reads the file in its format.
func (c *Corrected) read() error {
	file, err := c.openText(0)
	if err != nil {
		return refusedFile(err)
	}
	defer file.Close()
	r := c.format.NewReader(file, usercsv.Position{}, c.limits)
	names, err := r.Header()
	if err != nil {
		return refusedFile(err)
	}
	if err := c.match(c.readAs(names)); err != nil {
		return err
	}
	c.matched = true
	return refusedFile(c.indexRows(r))
}

// openText opens the file's text at an offset.
func (c *Corrected) openText(offset int64) (io.ReadCloser, error) {
	return c.format.OpenText(usercsv.OpenAt(c.open), offset, cmp.Or(c.limits.Bytes, usercsv.DefaultBytes))
}

// readAs returns the names of the columns. Those of the job's file and ours stay as they are.
// Others are converted as an import converts them.
func (c *Corrected) readAs(names []string) []string {
	read := c.format.ReadAs(names)
	out := slices.Clone(names)
	for i, name := range names {
		if i < len(read) && !slices.Contains(c.header, name) && !slices.Contains(ownColumns, name) {
			out[i] = read[i]
		}
	}
	return out
}

// savedForms are the formats that the file may have, the likeliest first: spreadsheets double
// quotation marks in a value.
var savedForms = []usercsv.ChoiceWords{
	{Quote: "QUOTATION_MARK", Escape: "DOUBLED"}, {Quote: "QUOTATION_MARK"}, {Quote: "APOSTROPHE", Escape: "DOUBLED"}, {Quote: "APOSTROPHE"},
}

// detect detects the format of the file, with this kind of quotation. The program that saved
// the file has read ours, which has quotation marks. So an odd one is a mistake and not part
// of a value. The format stays nil if the file can only be in the format in which we write.
func (c *Corrected) detect(form usercsv.ChoiceWords) error {
	choice, err := form.Choice()
	if err != nil {
		return err
	}
	seen, err := usercsv.Survey(usercsv.OpenAt(c.open).Open, c.limits, usercsv.Import{Asked: usercsv.Asked{Choice: choice}})
	problems := usercsv.FileProblems(err)
	if err != nil && problems == nil {
		return err
	}
	for _, p := range problems {
		switch p.Code {
		case usercsv.CodeFileTwoReadings:
			return userpool.Errorf(userpool.InvalidParameter, "The uploaded file can be read in two ways: %s Save it as CSV in UTF-8 with commas, each value in quotation marks.", p.Error())
		case usercsv.CodeFileForm, usercsv.CodeFileEmpty, usercsv.CodeFileEncoding, usercsv.CodeFileTooLarge, usercsv.CodeFileHeaderUnusable:
			return refusedFile(p)
		}
	}
	c.format = seen.Format
	return nil
}

// refusedFile returns the error of reading a file. It is InvalidParameter if the file is at
// fault.
func refusedFile(err error) error {
	if bad, ok := errors.AsType[*usercsv.FileError](err); ok {
		return userpool.Errorf(userpool.InvalidParameter, "The uploaded file is no result file of the job: %s", bad.Error())
	}
	return err
}

// wider returns the limits of result files. Their rows have findings in addition to their
// values.
func wider(l usercsv.Limits) usercsv.Limits {
	l.RowChars = 4*cmp.Or(l.RowChars, usercsv.DefaultRowChars) + 16_000
	return l
}

// match finds the columns of the job's file in this one.
func (c *Corrected) match(names []string) error {
	c.names = names
	c.line, c.text = slices.Index(names, usercsv.ColumnLine), slices.Index(names, usercsv.ColumnText)
	if c.line < 0 {
		return userpool.Errorf(userpool.InvalidParameter, "The uploaded file is no result file of the job: it has no column %s. Correct the file that GetUserImportJobResults returns, and leave that column as it is.", usercsv.ColumnLine)
	}
	var unknown []string
	for i, name := range names {
		switch {
		case notImported(name): // it may be missing or occur several times
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

// notImported reports whether no import reads a column.
func notImported(name string) bool { return strings.HasPrefix(name, usercsv.NotImported) }

// toldAtMost bounds the rows or columns that an error names.
const toldAtMost = 5

// indexRows records the places of all rows.
func (c *Corrected) indexRows(r *usercsv.Reader) error {
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
	c.seen = make([]bool, len(c.index))
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
	if c.format != nil && c.format.Dialect.Quote == '\'' && slices.ContainsFunc(record.Fields, func(value string) bool { return strings.HasPrefix(value, `"`) }) {
		return 0, "a value begins with a quotation mark in a file whose values are between apostrophes"
	}
	if len(record.Fields) != len(c.names) {
		return 0, fmt.Sprintf("the row has %d values, and the header has %d columns", len(record.Fields), len(c.names))
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

// refused collects what is wrong with rows, for the first few of them.
type refused struct {
	first []string
	more  int
}

func (r *refused) add(what string) {
	if len(r.first) < toldAtMost {
		r.first = append(r.first, what)
		return
	}
	r.more++
}

func (r *refused) err(what string) error {
	if len(r.first) == 0 {
		return nil
	}
	more := ""
	if r.more > 0 {
		more = fmt.Sprintf("; and %d more", r.more)
	}
	return userpool.Errorf(userpool.InvalidParameter, "%d %s: %s%s.", len(r.first)+r.more, what, strings.Join(r.first, "; "), more)
}

// Len returns the number of rows of the file.
func (c *Corrected) Len() int { return len(c.index) }

// partBytes bounds the rows that are in memory at a time.
const partBytes = 8 << 20

// Sent is a row as a person returned it.
type Sent struct {
	// Values has the cells of the columns of the job's file that are there.
	Values map[string]string
	// Text is the cell of a row that has no other cells, or "".
	Text string
}

// Filled reports whether any cell has a value.
func (s *Sent) Filled() bool {
	for _, value := range s.Values {
		if value != "" {
			return true
		}
	}
	return false
}

// Of returns the row that was returned for a line, and false if the file does not have it. It
// is fastest if the lines are asked for in their order.
func (c *Corrected) Of(line int64) (sent Sent, ok bool, err error) {
	i, ok := slices.BinarySearchFunc(c.index, line, func(p place, line int64) int { return cmp.Compare(p.line, line) })
	if !ok {
		return sent, false, nil
	}
	c.seen[i] = true
	if i < c.from || i >= c.until {
		if err := c.load(i); err != nil {
			return sent, false, err
		}
	}
	cells := c.part[c.index[i].offset]
	if cells == nil {
		return sent, false, importjob.FileChanged
	}
	sent.Values = map[string]string{}
	for n, at := range c.places {
		if at >= 0 {
			sent.Values[c.header[n]] = cellValue(cells[at])
		}
	}
	if c.text >= 0 {
		sent.Text = cellValue(cells[c.text])
	}
	return sent, true, nil
}

// Rest returns InvalidParameter if the file has rows that Of was not asked for, and names the
// first of their lines.
func (c *Corrected) Rest() error {
	var lines []string
	for i, p := range c.index {
		if c.seen[i] {
			continue
		}
		if len(lines) == toldAtMost {
			lines = append(lines, "…")
			break
		}
		lines = append(lines, strconv.FormatInt(p.line, 10))
	}
	if len(lines) == 0 {
		return nil
	}
	return userpool.Errorf(userpool.InvalidParameter, "The job kept no rows with these values of %s in the uploaded file: %s. Delete these rows, or correct the value.", usercsv.ColumnLine, strings.Join(lines, ", "))
}

// load reads rows from a place in the index on, as many as fit into memory. If the file is in
// the order of the lines, these rows are next to each other, and each part is read once. If
// not, they are read in one pass.
func (c *Corrected) load(from int) error {
	most := int64(partBytes)
	if from < c.from {
		from, most = 0, math.MaxInt64
	}
	size, begin, end := int64(0), int64(math.MaxInt64), int64(0)
	c.from, c.part = from, map[int64][]string{}
	for c.until = from; c.until < len(c.index); c.until++ {
		p := c.index[c.until]
		if size += p.size; size > most && c.until > from {
			break
		}
		begin, end = min(begin, p.offset), max(end, p.offset)
		c.part[p.offset] = nil
	}
	file, err := c.openText(begin)
	if err != nil {
		return err
	}
	defer file.Close()
	r := c.format.NewReader(file, usercsv.Position{Offset: begin, Line: 1}, c.limits.For(c.names))
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) || err == nil && record.Offset > end {
			return nil
		}
		if err != nil {
			return err
		}
		if _, wanted := c.part[record.Offset]; wanted && record.Err == nil && len(record.Fields) == len(c.names) {
			c.part[record.Offset] = record.Fields
		}
	}
}

// cellValue returns the meaning of a returned cell.
func cellValue(cell string) string { return Plain(usercsv.Restore(cell)) }

// Plain returns a value in the form for comparisons. Spreadsheets write the line breaks of a
// cell in different ways.
func Plain(value string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\r", "\n"))
}
