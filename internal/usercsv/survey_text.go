package usercsv

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"poolhouse/internal/filetext"
)

// concludes reports whether columns and values are detected. Otherwise the file is read
// as its format says, or as Cognito reads it.
func (want Import) concludes() bool {
	return !want.Asked.Strict && !want.Again && want.Format == nil
}

// surveyText reads the text of a file in the format f once; nil is Cognito's own. f only
// decides how rows are split. The result's Format is a copy of f with how the columns are
// read and how their values are converted. It is nil for Cognito's own without
// conversions. An error comes from reading.
func surveyText(src io.Reader, f *Format, limits Limits, want Import) (s Surveyed, err error) {
	if f == nil {
		f = want.Format
	}
	t := &textSurvey{r: f.NewReader(src, Position{}, limits), f: f, want: want}
	t.begin()
	names, err := t.r.Header()
	if problem, ok := errors.AsType[*FileError](err); ok {
		if is := t.recognised(); is != nil {
			problem = is
		}
		return Surveyed{Format: f, Problems: []*FileError{problem}}, nil
	}
	if err != nil {
		return s, err
	}
	if t.header(names) {
		t.watchColumns()
		if t.problems, err = t.rows(); err != nil {
			return s, err
		}
		t.conclude()
	}
	return t.surveyed(), nil
}

// textSurvey is the state of a pass over a text.
type textSurvey struct {
	r         *Reader
	f         *Format
	want      Import
	beginning []byte

	catalogue *catalogue
	columns   *columnNames
	found     *findings // in the header
	mapFault  *FileError
	ended     []*FileError // why the rows were not read
	watch     *watch
	strange   map[int]*unknownColumn
	problems  []*FileError // of the rows
	form      Birthdates
	undecided bool
	booleans  map[string]Booleans
}

// begin keeps the beginning of a text, by which its kind can be recognised.
func (t *textSurvey) begin() {
	t.r.in.fill(sniffSize)
	t.beginning = slices.Clone(t.r.in.rest()[:min(len(t.r.in.rest()), sniffSize)])
}

// recognised says which other kind of file it is, nil if it cannot tell. A file with a
// detected format is a CSV file, unless its first line is a statement of SQL.
func (t *textSurvey) recognised() *FileError {
	if !t.f.IsCognito() {
		return statements(t.beginning)
	}
	whole := t.r.in.ended() && t.r.at.Offset+int64(len(t.r.in.rest())) <= int64(len(t.beginning))
	return t.want.recognise(t.beginning, whole, t.f)
}

// header decides how the columns are read. It returns false if the rows need not be read:
// the file is of another kind, or its first line is no header.
func (t *textSurvey) header(names []string) bool {
	t.catalogue = newCatalogue(t.want.Pool, t.want.Algorithm)
	if t.want.concludes() {
		t.catalogue.canMap = true
		t.columns, t.mapFault = t.catalogue.readNames(names, t.want.Asked.Map)
	} else {
		t.columns = &columnNames{names: names, read: t.f.ReadAs(names)}
		if len(t.want.Asked.Map) > 0 && t.want.Asked.Strict && !t.want.Again {
			t.mapFault = &FileError{Code: CodeFileMap, Reason: "The file is read strictly, as Amazon Cognito reads it: its columns cannot be mapped."}
		}
	}
	if t.want.concludes() && drawn(t.beginning) {
		t.ended = append(t.ended, drawnTable)
		return false
	}
	t.found = t.want.find(t.catalogue, t.columns)
	if t.found.none() || t.mapFault != nil {
		return true
	}
	if !t.want.concludes() || t.found.lost() {
		if is := t.recognised(); is != nil {
			t.ended = append(t.ended, is)
			return false
		}
	}
	if t.found.headerless() { // the cases below are about unknown columns
		t.ended = append(t.ended, t.found.problem())
		return false
	}
	return true
}

// lost reports whether a header is wrong for any values of its columns.
func (f *findings) lost() bool { return len(f.twice)+len(f.missing) > 0 || f.headerless() }

// find examines a header. If the pool is unknown, the only certain column is
// cognito:username.
func (want Import) find(c *catalogue, columns *columnNames) *findings {
	if want.Pool == nil && slices.Contains(columns.read, ColumnUsername) {
		return &findings{header: columns.read, names: columns.names}
	}
	return c.findIn(columns)
}

// watchColumns watches the columns by the names that they have or clearly mean.
func (t *textSurvey) watchColumns() {
	t.watch, t.strange = newWatch(t.found.meant(), t.want), map[int]*unknownColumn{}
	for i, name := range t.columns.read {
		if t.want.concludes() && !t.found.none() && (name == "" || !t.catalogue.knows(name)) {
			c := &unknownColumn{}
			t.strange[i], t.watch.columnAt(i).fills = c, c
		}
	}
	t.watchSeen()
}

// meant returns the header with each column under the name that it certainly means.
func (f *findings) meant() []string {
	if len(f.cures) == 0 {
		return f.header
	}
	out := slices.Clone(f.header)
	for n, u := range f.cures {
		if u.clear && u.column != "" && !slices.Contains(out, u.column) {
			out[f.unknown[n]] = u.column
		}
	}
	return out
}

// rows reads all rows, until there are too many bytes.
func (t *textSurvey) rows() (problems []*FileError, err error) {
	if t.f.IsCognito() {
		return t.r.survey(t.watch)
	}
	return t.r.surveyRecords(t.watch)
}

// survey reads all rows in Cognito's form, with w watching, until there are too many
// bytes.
func (r *Reader) survey(w *watch) (problems []*FileError, err error) {
	for crowded := false; ; {
		s, err := r.scan()
		if errors.Is(err, io.EOF) {
			return problems, nil
		}
		if err != nil {
			return nil, err
		}
		if len(w.list) > 0 || s.wide || s.problem != nil {
			if problem := w.look(r, s); problem != nil {
				problems = append(problems, problem)
			}
		}
		if err := r.pass(s); err != nil {
			return nil, err
		}
		more, end := r.bounds(&crowded)
		if problems = append(problems, more...); end {
			return problems, nil
		}
	}
}

// surveyRecords is survey for any format.
func (r *Reader) surveyRecords(w *watch) (problems []*FileError, err error) {
	for crowded := false; ; {
		before := r.at
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return problems, nil
		}
		if err != nil {
			return nil, err
		}
		before.Line = record.Line - 1
		if problem := w.examine(record, before); problem != nil {
			problems = append(problems, problem)
		}
		more, end := r.bounds(&crowded)
		if problems = append(problems, more...); end {
			return problems, nil
		}
	}
}

// bounds reports, once, that the file has more rows than allowed. It also reports that
// the file has more bytes than allowed; then end is true.
func (r *Reader) bounds(crowded *bool) (problems []*FileError, end bool) {
	if r.at.Rows > r.limits.Rows && !*crowded {
		*crowded = true
		problems = append(problems, &FileError{Code: CodeFileTooManyRows,
			Reason: fmt.Sprintf("The CSV file has more than %d users. Split it into several files.", r.limits.Rows)})
	}
	if r.at.Offset > r.limits.bytes(r.at.Rows) {
		return append(problems, &FileError{Code: CodeFileTooLarge,
			Reason: fmt.Sprintf("The CSV file has more than %d bytes. Split it into several files.", r.limits.Bytes)}), true
	}
	return problems, false
}

// conclude decides from all rows which columns are not imported, and how values are
// converted.
func (t *textSurvey) conclude() {
	if !t.want.concludes() {
		return
	}
	for i := range t.columns.read {
		if c := t.strange[i]; c != nil && t.r.at.Rows > 0 {
			if why := c.why(t.watch.looked, t.columns.names[i] != ""); why != "" {
				t.columns.skip(i, why)
			}
		}
	}
	if len(t.columns.unread) > 0 {
		t.found = t.want.find(t.catalogue, t.columns)
	}
	t.form, t.undecided = t.watch.dates.form(t.want.Asked.Choice.Birthdates)
	for i, name := range t.columns.read {
		if c := t.watch.words[i]; c != nil {
			if pair, ok := c.found(); ok {
				if t.booleans == nil {
					t.booleans = map[string]Booleans{}
				}
				t.booleans[name] = pair
			}
		}
	}
}

// surveyed returns the result.
func (t *textSurvey) surveyed() Surveyed {
	s := Surveyed{Rows: t.r.at.Rows, Header: t.columns.read, Format: t.format(), Problems: t.ended}
	if len(t.ended) > 0 {
		return s
	}
	switch {
	case t.mapFault != nil:
		s.Problems = append(s.Problems, t.mapFault)
	case !t.found.none():
		if is := t.recognised(); is != nil {
			s.Problems = append(s.Problems, is)
			return s
		}
		s.Problems = append(s.Problems, t.found.problem())
	}
	s.Problems = append(s.Problems, t.problems...)
	if s.Rows == 0 {
		problem := &FileError{Code: CodeFileNoUsers, Reason: "The CSV file has a header, but no users."}
		if is := t.recognised(); is != nil && t.found.none() {
			problem = is
		}
		s.Problems = append(s.Problems, problem)
	}
	s.Problems = append(s.Problems, t.watch.verdict(s.Rows)...)
	if t.want.Columns {
		s.Columns = t.seen()
	}
	return s
}

// format returns the format of the text with everything that was concluded.
func (t *textSurvey) format() *Format {
	if !t.want.concludes() {
		return t.f
	}
	var f Format
	if t.f != nil {
		f = *t.f
	}
	t.columns.format(&f)
	f.Birthdates, f.Undecided, f.Booleans = t.form, t.undecided, t.booleans
	if f.IsCognito() && f.Text == (filetext.Form{}) && f.TextSize == 0 && f.Birthdates == "" && !f.Undecided && f.Booleans == nil {
		return nil
	}
	return &f
}
