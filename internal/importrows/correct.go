package importrows

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// MaxValueBytes bounds a corrected value and a corrected text, in bytes.
const MaxValueBytes = 64 << 10

// toldColumns is the maximum number of columns in an error.
const toldColumns = 50

// Edit is what a person changes in a row. An earlier correction of the row stays, except for
// what the edit changes.
type Edit struct {
	Line   int64
	Reset  bool    // remove the earlier correction first
	Values []Value // new values of cells
	Text   string  // the whole row; "" if only Values count
}

// Value is the new value of a cell. [usercsv.Hidden] in place of a password hash keeps the
// hash.
type Value struct{ Column, Value string }

// Apply returns the correction of a row after an edit. It has neither Values nor Text if the
// row is again as in its file. An error is an InvalidParameter and says what would be right.
func (s *Sheet) Apply(f Found, edit Edit) (importjob.Correction, error) {
	if edit.Reset {
		f.Correction, f.Corrected = importjob.Correction{}, false
	}
	c := importjob.Correction{Line: f.Line, Values: f.Correction.Values, Text: f.Correction.Text}
	var err error
	switch {
	case edit.Text != "" && len(edit.Values) > 0:
		return c, refuse(f.Line, "either Values or Text is corrected, not both.")
	case edit.Text != "":
		c, err = s.correctText(f, edit.Text)
	case len(edit.Values) > 0:
		c, err = s.correctCells(f, edit.Values)
	}
	if err != nil {
		return c, err
	}
	return c, s.checkSize(f, c)
}

// refuse returns the error for an invalid edit.
func refuse(line int64, format string, args ...any) error {
	return userpool.Errorf(userpool.InvalidParameter, "The row on line %d cannot be corrected: "+format, append([]any{line}, args...)...)
}

// correctCells writes values into cells of a row. The row is that of the file, or the text
// that replaces it.
func (s *Sheet) correctCells(f Found, values []Value) (c importjob.Correction, err error) {
	wanted, err := s.wanted(f.Line, values)
	if err != nil {
		return c, err
	}
	c = importjob.Correction{Line: f.Line, Text: f.Correction.Text}
	if c.Text != "" {
		cells := s.cells(s.read(f.KeptRow, c.Text))
		if cells == nil {
			return c, noCells(f.Line)
		}
		return s.asText(f, s.format(s.with(cells, wanted))), nil
	}
	original := s.cells(s.Original(f.KeptRow))
	if original == nil {
		return c, noCells(f.Line)
	}
	all := map[string]string{}
	for name, value := range f.Correction.Values {
		all[name] = value
	}
	for name, value := range wanted {
		all[name] = value
	}
	c.Values = s.differing(original, s.with(original, all))
	return c, nil
}

func noCells(line int64) error {
	return refuse(line, "its values do not fit the columns, so it has no cells. Give the whole row as Text.")
}

// wanted returns the values of an edit by column, without those that do not change their
// cell.
func (s *Sheet) wanted(line int64, values []Value) (map[string]string, error) {
	wanted, seen := map[string]string{}, map[string]bool{}
	for _, v := range values {
		switch {
		case ownColumn(v.Column):
			return nil, notToCorrect(line, v.Column)
		case !slices.Contains(s.header, v.Column):
			return nil, refuse(line, "the file has no column %q. Its columns are %s.", v.Column, s.columns())
		case seen[v.Column]:
			return nil, refuse(line, "there are two values of the column %s. Give one.", v.Column)
		case len(v.Value) > MaxValueBytes:
			return nil, refuse(line, "the value of the column %s has more than %d bytes.", v.Column, MaxValueBytes)
		case !utf8.ValidString(v.Value):
			return nil, refuse(line, "the value of the column %s is not UTF-8.", v.Column)
		}
		seen[v.Column] = true
		if v.Column == usercsv.ColumnPasswordHash {
			if v.Value == usercsv.Hidden {
				continue
			}
			if v.Value != "" && !s.hashes {
				return nil, refuse(line, "the job has no PasswordHashingAlgorithm, so password_hash stays empty. Import hashes by a job that has one.")
			}
		}
		wanted[v.Column] = v.Value
	}
	return wanted, nil
}

// notToCorrect returns the error for a column that cannot be corrected.
func notToCorrect(line int64, column string) error {
	if name, ok := strings.CutPrefix(column, usercsv.NotImported); ok {
		return refuse(line, "the column %q of the file is not imported, so there is nothing to correct in it.", name)
	}
	return refuse(line, "the column %s is Poolhouse's own and stays as it is.", column)
}

// columns returns the names of the columns that can be corrected.
func (s *Sheet) columns() string {
	var names []string
	for _, name := range s.header {
		if !ownColumn(name) {
			names = append(names, name)
		}
	}
	if n := len(names); n > toldColumns {
		return strings.Join(names[:toldColumns], ", ") + fmt.Sprintf(" and %d more", n-toldColumns)
	}
	return strings.Join(names, ", ")
}

// differing returns the cells that differ from those of the file, or nil.
func (s *Sheet) differing(original, cells []string) (values map[string]string) {
	for i, name := range s.header {
		if cells[i] != original[i] {
			if values == nil {
				values = map[string]string{}
			}
			values[name] = cells[i]
		}
	}
	return values
}

// correctText replaces a whole row.
func (s *Sheet) correctText(f Found, text string) (importjob.Correction, error) {
	same := importjob.Correction{Line: f.Line}
	text = strings.TrimRight(text, "\r\n")
	if len(text) > MaxValueBytes {
		return same, refuse(f.Line, "the Text has more than %d bytes.", MaxValueBytes)
	}
	shown, parts := s.shownText(s.Original(f.KeptRow).Text)
	if text == shown {
		return same, nil
	}
	if f.Correction.Text != "" {
		corrected, hidden := s.shownText(f.Correction.Text)
		if text == corrected {
			return importjob.Correction{Line: f.Line, Text: f.Correction.Text}, nil
		}
		parts = hidden
	}
	if s.hash != none {
		whole, ok := usercsv.RevealHashes(text, parts)
		if !ok {
			return same, refuse(f.Line, "%s stands for something that may be a password hash, and there are %d of it in the row. "+
				"Leave as many, or write all of them again.", usercsv.Hidden, len(parts))
		}
		text = whole
	}
	if !utf8.ValidString(text) {
		return same, refuse(f.Line, "the Text is not UTF-8.")
	}
	if own, ok := s.inCognitosForm(f.KeptRow, text); ok && s.cells(s.read(f.KeptRow, text)) == nil {
		text = own
	}
	if usercsv.SingleOf(text, s.limits) == usercsv.NotSingle {
		return same, refuse(f.Line, "the Text is not one row. Put a value with a line break into quotation marks.")
	}
	record := s.read(f.KeptRow, text)
	if err := s.checkText(f, record); err != nil {
		return same, err
	}
	return s.asText(f, text), nil
}

// checkText checks the cells of a text as correctCells checks cells.
func (s *Sheet) checkText(f Found, r usercsv.Record) error {
	cells := s.cells(r)
	if cells == nil {
		return nil
	}
	original := s.cells(s.Original(f.KeptRow))
	for i, name := range s.header {
		if ownColumn(name) && original != nil && cells[i] != original[i] {
			return notToCorrect(f.Line, name)
		}
	}
	if s.hash != none && cells[s.hash] != "" && !s.hashes {
		return refuse(f.Line, "the job has no PasswordHashingAlgorithm, so password_hash stays empty. Import hashes by a job that has one.")
	}
	return nil
}

// asText returns the correction for a row that is replaced as a whole. If the row of the file
// has cells as well, it is expressed in cells.
func (s *Sheet) asText(f Found, text string) importjob.Correction {
	c := importjob.Correction{Line: f.Line}
	original, cells := s.cells(s.Original(f.KeptRow)), s.cells(s.read(f.KeptRow, text))
	switch {
	case original != nil && cells != nil:
		c.Values = s.differing(original, cells)
	case text != f.Text:
		c.Text = text
	}
	return c
}

// checkSize checks that the corrected row is not too long to be read.
func (s *Sheet) checkSize(f Found, c importjob.Correction) error {
	if len(c.Values) == 0 && c.Text == "" {
		return nil
	}
	if r := s.Corrected(f.KeptRow, c); r.Err != nil && r.Err.Code == usercsv.CodeRowTooLong {
		return refuse(f.Line, "it would have %d characters, with a quotation mark before and after each value. A row has %d at most.",
			utf8.RuneCountInString(r.Text), s.limits.RowChars)
	}
	return nil
}
