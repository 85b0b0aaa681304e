package cli

import (
	"io"
	"slices"
	"unicode/utf8"

	"poolhouse/internal/usercsv"
)

// rowPrinter prints rows: what is wrong in which cell, and what would be right. The values
// belong to the caller's own users.
type rowPrinter struct {
	out      io.Writer
	columns  []string          // columns of the file; nil if they are not known
	verdicts map[string]string // verdicts in words
	readings bool              // the rows belong to a job, so their cells can be corrected by a reading
}

// What happened to rows, and what would happen to them.
var (
	became      = map[string]string{"FAILED": "failed", "SKIPPED": "was skipped", "NOT_REACHED": "was not reached"}
	wouldBecome = map[string]string{"FAILED": "would fail", "SKIPPED": "would be skipped"}
)

// print prints a row.
func (p *rowPrinter) print(r *rejectedRow) {
	say(p.out, "line %s", grouped(r.LineNumber))
	if first := p.named(r.Values, usercsv.ColumnLine); first != "" {
		say(p.out, " (%s in the first file)", clipped(first))
	}
	say(p.out, ", record %s", grouped(r.RecordNumber))
	if name := p.named(r.Values, usercsv.ColumnUsername); name != "" {
		say(p.out, ", %s", clipped(name))
	}
	say(p.out, ": %s%s\n", p.verdict(r), correctedWord(r))
	if len(r.Values) == 0 && r.Text != "" {
		say(p.out, "  the row is: %s\n", clipped(r.Text))
	}
	p.corrections(r)
	if len(r.Findings) == 0 && !r.IsCorrected {
		p.outcome(r)
	}
	for i := range r.Findings {
		p.finding(r, &r.Findings[i])
	}
}

// verdict returns a row's verdict in words.
func (p *rowPrinter) verdict(r *rejectedRow) string {
	if words, known := p.verdicts[r.Verdict]; known {
		return words
	}
	return r.Verdict
}

// correctedWord says that a row was corrected, and whether it passes now.
func correctedWord(r *rejectedRow) string {
	switch {
	case !r.IsCorrected:
		return ""
	case len(r.Findings) == 0:
		return "; corrected, and passes now"
	}
	return "; corrected, and does not pass yet"
}

// outcome prints why a row without findings was not imported.
func (p *rowPrinter) outcome(r *rejectedRow) {
	text := r.Message
	if r.Column != "" && text != "" {
		text = r.Column + ": " + text
	}
	if text != "" {
		p.line("wrong", "%s%s", text, inBrackets(r.Code))
	}
	if r.Verdict == "FAILED" {
		p.line("now", "%s", "The row passes the rules of the user pool as they are now.")
	}
}

// finding prints one error: where, what, and what would be right.
func (p *rowPrinter) finding(r *rejectedRow, f *finding) {
	switch values := presentValues(r); {
	case f.Column == "":
	case f.ColumnNumber >= 1 && f.ColumnNumber <= int64(len(values)):
		say(p.out, "  %s, column %d, is %s\n", f.Column, f.ColumnNumber, valueShown(values[f.ColumnNumber-1]))
	case f.ColumnNumber >= 1:
		say(p.out, "  %s, column %d\n", f.Column, f.ColumnNumber)
	default:
		say(p.out, "  %s\n", f.Column)
	}
	p.line("wrong", "%s%s", f.Message, inBrackets(f.Code))
	if advice := withoutColumn(f.Advice, f.Column); advice != "" {
		p.line("instead", "%s", advice)
	}
	for _, s := range f.Suggestions {
		p.suggestion(s)
	}
	if f.Setting != "" {
		p.line("setting", "%s", f.Setting)
	}
}

// suggestion prints a value that would pass and, if there are several, the flag that
// selects it.
func (p *rowPrinter) suggestion(s suggestion) {
	text := valueShown(s.Value)
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	if s.Reading != "" && p.readings {
		text += inBrackets("--reading " + s.Reading)
	}
	p.line("suggested", "%s", text)
}

// line prints a line below a cell.
func (p *rowPrinter) line(label, format string, args ...any) {
	say(p.out, "    %-11s", label)
	say(p.out, format+"\n", args...)
}

// corrections prints the values that replace cells or the row.
func (p *rowPrinter) corrections(r *rejectedRow) {
	text := r.CorrectedText
	if text == "" && len(r.Values) == 0 && len(r.CorrectedValues) > 0 {
		text = usercsv.FormatRow(r.CorrectedValues)
	}
	if text != "" {
		say(p.out, "  corrected to: %s\n", clipped(text))
	}
	for i, value := range r.CorrectedValues {
		if i >= len(r.Values) || value == r.Values[i] {
			continue
		}
		if i < len(p.columns) {
			say(p.out, "  %s, column %d,", p.columns[i], i+1)
		} else {
			say(p.out, "  column %d", i+1)
		}
		say(p.out, " was %s and is corrected to %s\n", valueShown(r.Values[i]), valueShown(value))
	}
}

// named returns the value of a column.
func (p *rowPrinter) named(values []string, column string) string {
	if i := slices.Index(p.columns, column); i >= 0 && i < len(values) {
		return values[i]
	}
	return ""
}

// presentValues returns a row's values with its corrections.
func presentValues(r *rejectedRow) []string {
	if len(r.CorrectedValues) > 0 {
		return r.CorrectedValues
	}
	return r.Values
}

// inBrackets returns a code for the end of a text.
func inBrackets(code string) string {
	if code == "" {
		return ""
	}
	return " [" + code + "]"
}

// valueShown returns a value in quotation marks.
func valueShown(value string) string {
	if value == "" {
		return "empty"
	}
	return `"` + clipped(value) + `"`
}

// valueChars bounds the characters shown of a value.
const valueChars = 200

// clipped shortens a long value.
func clipped(value string) string {
	n := utf8.RuneCountInString(value)
	if n <= valueChars {
		return value
	}
	at := 0
	for i := range value {
		if at == valueChars {
			return value[:i] + "… (" + counted(int64(n), "character") + ")"
		}
		at++
	}
	return value
}
