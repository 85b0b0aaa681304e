package cli

import (
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strings"

	"poolhouse/internal/usercsv"
)

// checkResult is UserImportCheckType: what an import would do with a file.
type checkResult struct {
	UserPoolId        string           `json:",omitempty"`
	UploadId          string           `json:",omitempty"`
	FileSize          int64            // bytes
	FileSha256        string           `json:",omitempty"`
	TotalRows         int64            // rows of the file
	PassingRows       int64            // rows that would be imported
	SkippedRows       int64            // rows that would be skipped
	FailingRows       int64            // rows that would fail
	CompletionStatus  string           `json:",omitempty"` // status at the end of the job
	CompletionMessage string           `json:",omitempty"`
	Problems          []fileProblem    `json:",omitempty"` // why the whole file cannot be imported
	Format            *fileFormat      `json:",omitempty"`
	Readings          []otherReading   `json:",omitempty"` // the possible readings, if there are several
	ColumnNames       []string         `json:",omitempty"` // in the names that they are read as
	Columns           []columnSeen     `json:",omitempty"`
	MissingColumns    []missingSeen    `json:",omitempty"`
	Causes            []cause          `json:",omitempty"`
	CognitoRefusals   []cognitoRefusal `json:",omitempty"`
	Rows              []rejectedRow    `json:",omitempty"`
	NextLine          int64            `json:",omitempty"`
}

// fileProblem is ImportProblemType: a reason why the whole file cannot be imported.
type fileProblem struct{ Code, Message string }

// columnSeen is ImportColumnType.
type columnSeen struct {
	Name       string
	IsKnown    bool
	IsRepeated bool   `json:",omitempty"`
	Meant      string `json:",omitempty"`
	Advice     string `json:",omitempty"`

	ReadAs      string   `json:",omitempty"` // "" if it is not imported
	NotImported string   `json:",omitempty"` // the reason
	FilledRows  int64    `json:",omitempty"`
	Samples     []string `json:",omitempty"`
}

// missingSeen is ImportMissingColumnType.
type missingSeen struct {
	Name         string
	Alternatives []string `json:",omitempty"`
	Reason       string   `json:",omitempty"`
}

// cognitoRefusal is ImportCognitoRefusalType: a property of the file that Amazon Cognito
// does not accept.
type cognitoRefusal struct {
	Code, Message string
	Rows          int64 `json:",omitempty"`
	LineNumber    int64 `json:",omitempty"`
}

// code returns the exit code of the check, which is that of the import. In a strict check,
// what Amazon Cognito would refuse counts as a row that fails.
func (c *checkResult) code(strict bool) error {
	switch {
	case len(c.Problems) > 0:
		return &exit{exitRefused, nil}
	case c.FailingRows+c.SkippedRows > 0 || c.CompletionStatus == "Failed" || strict && len(c.CognitoRefusals) > 0:
		return &exit{exitPartly, nil}
	}
	return nil
}

// rowsShown says how many of the rows that would not be imported are printed.
type rowsShown struct {
	rows int
	all  bool
	json bool
}

// most returns that number, -1 for all.
func (s *rowsShown) most() int {
	if s.all {
		return -1
	}
	return s.rows
}

// checkedRows are the rows of a check that would not be imported, in file order.
type checkedRows = iter.Seq2[*rejectedRow, error]

// print prints a check: the file and its columns, the problems of the whole file or the
// counts and causes of its rows, the rows, and what Amazon Cognito would refuse.
func (c *checkResult) print(out io.Writer, file string, rows checkedRows, most int) error {
	say(out, "file      %s, %s\n", file, counted(c.FileSize, "byte"))
	printNotes(out, labelWidth, c.Format.notes())
	if names := c.names(); len(names) > 0 {
		say(out, "columns   %s\n", strings.Join(names, ", "))
	}
	if len(c.Problems) > 0 {
		c.printProblems(out, file)
	} else {
		c.printCounts(out)
		if err := c.printRows(out, rows, most); err != nil {
			return err
		}
	}
	printRefusals(out, c.CognitoRefusals)
	return nil
}

// labelWidth is the width of the labels at the top of a check.
const labelWidth = 10

// names returns the names that the imported columns are read as. For a wrong header it
// returns those that were reported.
func (c *checkResult) names() (names []string) {
	for _, name := range c.ColumnNames {
		if !strings.HasPrefix(name, usercsv.NotImported) {
			names = append(names, name)
		}
	}
	if len(c.ColumnNames) > 0 {
		return names
	}
	for _, s := range c.Columns {
		names = append(names, s.Name)
	}
	return names
}

// printProblems prints the reasons why the file cannot be imported.
func (c *checkResult) printProblems(out io.Writer, file string) {
	say(out, "\nThe file cannot be imported:\n")
	for _, p := range c.Problems {
		say(out, "  %s%s\n", p.Message, inBrackets(p.Code))
	}
	printReadings(out, c.Readings)
	if slices.ContainsFunc(c.Problems, func(p fileProblem) bool { return ofColumns(p.Code) }) {
		say(out, "\n")
		printMapHint(out, file, c.UserPoolId)
	}
}

// ofColumns reports whether a problem concerns what the columns are read as.
func ofColumns(code string) bool {
	return code == usercsv.CodeFileHeader || code == usercsv.CodeFileMissingColumn
}

// printMapHint prints how to set what each column of a file is read as. Without the ID of a
// user pool, the person has the settings of the pool in a file already.
func printMapHint(out io.Writer, file, poolID string) {
	say(out, "To say what each column is read as, write a map of the columns, edit it, and give it with --map:\n")
	if poolID != "" {
		say(out, "  aws cognito-idp describe-user-pool --user-pool-id %s > pool.json\n", word(poolID))
	}
	say(out, "  poolhouse check %s --pool pool.json --write-map map.json\n", word(file))
}

// printCounts prints what would happen to the rows, and why.
func (c *checkResult) printCounts(out io.Writer) {
	say(out, "rows      %s: %s pass", grouped(c.TotalRows), grouped(c.PassingRows))
	if c.SkippedRows > 0 {
		say(out, ", %s would be skipped", grouped(c.SkippedRows))
	}
	if c.FailingRows > 0 || c.SkippedRows == 0 {
		say(out, ", %s would fail", grouped(c.FailingRows))
	}
	say(out, "\n")
	if c.CompletionStatus != "" {
		say(out, "job       would end %s: %s\n", c.CompletionStatus, c.CompletionMessage)
	}
	if len(c.Causes) > 0 {
		say(out, "\nWhy rows would not be imported:\n")
		printCauses(out, "  ", c.Causes)
	}
}

// printRows prints the first rows that would not be imported, and the number of the others.
func (c *checkResult) printRows(out io.Writer, rows checkedRows, most int) error {
	p := &rowPrinter{out: out, columns: c.ColumnNames, verdicts: wouldBecome}
	shown := int64(0)
	for r, err := range rows {
		if err != nil {
			return err
		}
		if say(out, "\n"); shown == 0 {
			say(out, "Which rows:\n")
		}
		p.print(r)
		shown++
	}
	if left := c.FailingRows + c.SkippedRows - shown; left > 0 && most != 0 {
		say(out, "\n… and %s: --all shows all of them\n", counted(left, "more row"))
	}
	return nil
}

// printRefusals prints what Amazon Cognito would not accept.
func printRefusals(out io.Writer, refusals []cognitoRefusal) {
	if len(refusals) > 0 {
		say(out, "\nWhat Amazon Cognito would refuse of this file:\n")
	}
	for _, r := range refusals {
		say(out, "  ")
		if r.Rows > 0 {
			say(out, "%s: ", placed(r.Rows, r.LineNumber))
		}
		say(out, "%s%s\n", r.Message, inBrackets(r.Code))
	}
}

// printJSON prints a check as one JSON object. Its rows are written as they arrive.
func (c *checkResult) printJSON(out io.Writer, rows checkedRows) error {
	head := *c
	head.Rows, head.NextLine = nil, 0
	text, err := marshal(&head)
	if err != nil {
		return err
	}
	if _, err := out.Write(append(text[:len(text)-1], `,"Rows":[`...)); err != nil {
		return err
	}
	separator := ""
	for r, err := range rows {
		if err != nil {
			return err
		}
		if text, err = marshal(r); err == nil {
			_, err = io.WriteString(out, separator+string(text))
		}
		if err != nil {
			return err
		}
		separator = ","
	}
	_, err = io.WriteString(out, "]}\n")
	return err
}

// marshal returns a value as JSON on one line, without escaping < and >.
func marshal(v any) ([]byte, error) {
	var text strings.Builder
	lines := json.NewEncoder(&text)
	lines.SetEscapeHTML(false)
	err := lines.Encode(v)
	return []byte(strings.TrimSuffix(text.String(), "\n")), err
}

// show prints a check in the requested form, and returns its exit code.
func (c *checkResult) show(out io.Writer, file string, rows checkedRows, s *rowsShown, strict bool) error {
	print := func() error { return c.print(out, file, rows, s.most()) }
	if s.json {
		print = func() error { return c.printJSON(out, rows) }
	}
	if err := print(); err != nil {
		return err
	}
	return c.code(strict)
}
