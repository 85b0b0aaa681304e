package poolhouseservice

import (
	"maps"
	"slices"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// importFormat describes a file's format. It has names of columns, as messages about a header
// do, but no value of a row.
func importFormat(f *usercsv.Format) *poolhouseapi.ImportFormatType {
	if f == nil {
		f = new(usercsv.Format)
	}
	words := f.Words()
	out := &poolhouseapi.ImportFormatType{
		IsCognito: new(isCognito(f)), Packing: string(f.Text.Packing), Encoding: words.Encoding, HasByteOrderMark: &f.Text.Mark,
		Separator: poolhouseapi.ImportSeparatorType(words.Separator), Quote: poolhouseapi.ImportQuoteType(words.Quote), Escape: poolhouseapi.ImportEscapeType(words.Escape),
		NoValue: noValue(f), Birthdates: string(f.Birthdates), Columns: formatColumns(f), Notes: f.Notes(),
	}
	if f.Text.CR {
		out.LineEnds = "CR"
	}
	for _, column := range slices.Sorted(maps.Keys(f.Booleans)) {
		out.Booleans = append(out.Booleans, poolhouseapi.ImportBooleansType{Column: column, Conversion: f.Booleans[column].Name()})
	}
	return out
}

// isCognito reports whether a file has the format of Amazon Cognito.
func isCognito(f *usercsv.Format) bool {
	return f.IsCognito() && f.Text.Plain() && !f.Text.Mark && len(f.Booleans) == 0 && (f.Birthdates == "" || f.Birthdates == usercsv.MonthFirst)
}

// noValue returns the words for no value.
func noValue(f *usercsv.Format) (words []string) {
	for _, word := range f.Nulls {
		if word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return words
}

// formatColumns says what the columns are read as. It returns nothing if each is read by its
// own name.
func formatColumns(f *usercsv.Format) (out []poolhouseapi.ImportColumnType) {
	for i, name := range f.Names {
		column := poolhouseapi.ImportColumnType{Name: name, NotImported: string(f.Unread[i])}
		if i < len(f.Columns) && !strings.HasPrefix(f.Columns[i], usercsv.NotImported) {
			column.ReadAs = f.Columns[i]
		}
		out = append(out, column)
	}
	return out
}

// importChoice returns a choice in the API's form.
func importChoice(c usercsv.Choice) *poolhouseapi.ImportFormatChoiceType {
	words := c.Words()
	return &poolhouseapi.ImportFormatChoiceType{
		Encoding: poolhouseapi.ImportEncodingType(words.Encoding), Separator: poolhouseapi.ImportSeparatorType(words.Separator), Quote: poolhouseapi.ImportQuoteType(words.Quote),
		Escape: poolhouseapi.ImportEscapeType(words.Escape), Birthdates: poolhouseapi.ImportBirthdatesChoiceType(words.Birthdates),
	}
}

// importReadings returns the ways to read a file. Only callers who may see rows get the rows of
// each reading.
func importReadings(l *usercsv.Report, rows bool) (out []poolhouseapi.ImportReadingOfFileType) {
	for _, r := range l.Readings {
		told := poolhouseapi.ImportReadingOfFileType{Choice: importChoice(r.Choice), Description: r.Description}
		if rows {
			told.ColumnNames, told.FirstRows = r.Header, firstRows(r.First)
		}
		out = append(out, told)
	}
	return out
}

// firstRows returns rows with their values.
func firstRows(rows []usercsv.RowSeen) (out []poolhouseapi.ImportRowType) {
	for _, r := range rows {
		out = append(out, poolhouseapi.ImportRowType{LineNumber: &r.Line, Values: r.Values, Column: r.Column, Message: r.Reason})
	}
	return out
}

// lookFormat returns the format of a file after a look at it.
func lookFormat(l *usercsv.Report) *poolhouseapi.ImportFormatType {
	if l.Count == 0 && l.Format == nil { // without a readable header the format is unknown
		return nil
	}
	out := importFormat(l.Format)
	out.HasByteOrderMark = new(*out.HasByteOrderMark || l.Dialect.ByteOrderMark)
	return out
}

// jobFormat returns the format of a job's file, and what Amazon Cognito would refuse in it.
// Before the job begins, both are unknown.
func jobFormat(j *importjob.Job) (*poolhouseapi.ImportFormatType, []poolhouseapi.ImportCognitoRefusalType) {
	if j.Header == "" && j.TotalRows == 0 {
		return nil, nil
	}
	return importFormat(j.Format), cognitoRefusals(j.Format.Refusals())
}

// jobAsked returns what the job's creator said about reading its file.
func jobAsked(j *importjob.Job) (strict *bool, m []poolhouseapi.ImportMappedColumnType) {
	if j.Asked == nil {
		return nil, nil
	}
	if j.Asked.Strict {
		strict = new(true)
	}
	return strict, importMap(j.Asked.Map)
}
