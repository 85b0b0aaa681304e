package resultfile

import (
	"strconv"
	"strings"

	"poolhouse/internal/usercsv"
)

// byteOrderMark tells spreadsheets that a file is UTF-8.
const byteOrderMark = "\ufeff"

// line returns cells as a line of a CSV file.
func line(cells []string) string { return usercsv.FormatRow(cells) + "\r\n" }

// neutral neutralises cells.
func neutral(cells []string) []string {
	for i := range cells {
		cells[i] = usercsv.Neutralise(cells[i])
	}
	return cells
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// row returns a rejected row as a line of CSV.
func (f *NotImported) row(r *Rejected, cells []string, text string) string {
	all := findingCells{several: len(r.Findings) > 1}
	for i := range r.Findings {
		all.add(&r.Findings[i])
	}
	cells = append(cells, number(r.Line), number(r.Number), string(r.Verdict),
		all.codes.String(), all.columns.String(), all.messages.String(), all.advice.String(), all.suggestions.String(), text)
	for i := range cells {
		cells[i] = toUTF8(cells[i])
	}
	return line(neutral(cells))
}

// findingCells has the findings of a row as cells. If there are several findings, the parts of each
// cell are in the same order, and each names its column.
type findingCells struct {
	several                                       bool
	codes, columns, messages, advice, suggestions joined
}

func (t *findingCells) add(f *usercsv.Finding) {
	t.codes.add("; ", f.Code)
	t.columns.add("; ", f.Column)
	about := ""
	if t.several && f.Column != "" {
		about = f.Column + ": "
	}
	t.messages.add(" ", about+ended(f.Reason))
	advice := f.Advice
	if f.Setting != "" {
		advice = strings.TrimSpace(ended(advice) + " " + ended(f.Setting))
	}
	if t.several {
		advice = ended(advice)
	}
	t.advice.add(" ", advice)
	var values []string
	for _, s := range f.Suggestions {
		values = append(values, s.Value)
	}
	if len(values) > 0 {
		t.suggestions.add("; ", about+strings.Join(values, " | "))
	}
}

// ended returns a text as a sentence with a full stop.
func ended(text string) string {
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

// joined joins texts with a separator.
type joined struct{ strings.Builder }

func (j *joined) add(between, text string) {
	if text == "" {
		return
	}
	if j.Len() > 0 {
		j.WriteString(between)
	}
	j.WriteString(text)
}
