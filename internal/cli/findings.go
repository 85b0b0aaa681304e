package cli

import (
	"io"
	"strings"
)

// cause is ImportCauseType: a rule that rows break.
type cause struct {
	Verdict    string `json:",omitempty"`
	Column     string `json:",omitempty"`
	Code       string
	Flaw       string `json:",omitempty"`
	Message    string `json:",omitempty"`
	Advice     string `json:",omitempty"`
	Rows       int64
	LineNumber int64 // the first line
}

// finding is ImportFindingType: one error of a row.
type finding struct {
	Column       string `json:",omitempty"`
	ColumnNumber int64  `json:",omitempty"`
	Code         string
	Flaw         string       `json:",omitempty"`
	Message      string       `json:",omitempty"`
	Advice       string       `json:",omitempty"`
	Setting      string       `json:",omitempty"`
	Suggestions  []suggestion `json:",omitempty"`
}

// suggestion is ImportSuggestionType: a value that would pass.
type suggestion struct {
	Value   string
	Reason  string `json:",omitempty"`
	Reading string `json:",omitempty"`
}

// rejectedRow is ImportRejectedRowType: a row that was not imported or would not be.
type rejectedRow struct {
	LineNumber      int64
	RecordNumber    int64
	ByteOffset      int64
	Verdict         string    `json:",omitempty"`
	Code            string    `json:",omitempty"`
	Column          string    `json:",omitempty"`
	Message         string    `json:",omitempty"`
	Values          []string  `json:",omitempty"`
	Text            string    `json:",omitempty"` // text of a row that cannot be split
	Findings        []finding `json:",omitempty"`
	IsCorrected     bool      `json:",omitempty"`
	CorrectedValues []string  `json:",omitempty"`
	CorrectedText   string    `json:",omitempty"`
}

// printCauses prints a line for each cause: number of rows, place, what is wrong and what
// to write instead.
func printCauses(out io.Writer, indent string, causes []cause) {
	var places []string
	width := 0
	for _, c := range causes {
		place := placed(c.Rows, c.LineNumber) + ":"
		places, width = append(places, place), max(width, len(place))
	}
	for i, c := range causes {
		text := sentences(c.Message, withoutColumn(c.Advice, c.Column))
		if c.Column != "" && !strings.HasPrefix(text, c.Column) {
			text = c.Column + ": " + text
		}
		say(out, "%s%-*s %s\n", indent, width, places[i], text)
	}
}

// placed returns the number of rows and their place.
func placed(rows, line int64) string {
	if rows == 1 {
		return "1 row on line " + grouped(line)
	}
	return counted(rows, "row") + " from line " + grouped(line) + " on"
}

// withoutColumn removes the column from the beginning of an advice, if the output has it already.
func withoutColumn(advice, column string) string {
	if column == "" {
		return advice
	}
	return strings.TrimPrefix(advice, column+": ")
}

// sentences joins two texts. The first may lack its full stop, as some of Cognito's do.
func sentences(first, second string) string {
	switch {
	case first == "" || second == "":
		return first + second
	case strings.HasSuffix(first, ".") || strings.HasSuffix(first, ".)"):
		return first + " " + second
	}
	return first + ". " + second
}
