package poolhouseservice

import (
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/usercsv"
)

// importColumns returns the columns of a file's header. Only callers who may see rows get
// values.
func importColumns(l *usercsv.Report, rows bool) (out []poolhouseapi.ImportColumnType) {
	for _, c := range l.Columns {
		column := poolhouseapi.ImportColumnType{
			Name: c.Name, IsKnown: &c.Known, IsRepeated: &c.Twice, Meant: c.Meant, Advice: c.Cure, ReadAs: c.ReadAs, NotImported: string(c.Unread),
		}
		if c.ReadAs != "" || c.Unread != "" || c.Filled > 0 { // an earlier version looked at other files
			column.FilledRows = &c.Filled
		}
		if rows {
			column.Samples = c.Samples
		}
		out = append(out, column)
	}
	return out
}

// importMissingColumns returns the columns that a file's header lacks.
func importMissingColumns(l *usercsv.Report) (out []poolhouseapi.ImportMissingColumnType) {
	for _, m := range l.Missing {
		out = append(out, poolhouseapi.ImportMissingColumnType{Name: m.Name, Alternatives: m.Other, Reason: m.Why})
	}
	return out
}

// lookCauses returns why rows would not be imported, without values of rows.
func lookCauses(l *usercsv.Report) (out []poolhouseapi.ImportCauseType) {
	for _, c := range l.Causes {
		out = append(out, poolhouseapi.ImportCauseType{
			Verdict: poolhouseapi.ImportLogVerdictType(c.Verdict), Column: c.Column, Code: c.Code, Flaw: string(c.Flaw), Message: c.Reason, Advice: c.Advice, Rows: &c.Rows, LineNumber: &c.Line,
		})
	}
	return out
}

// importProblems returns all faults of a file as a whole.
func importProblems(l *usercsv.Report) (out []poolhouseapi.ImportProblemType) {
	for _, p := range l.Problems {
		out = append(out, poolhouseapi.ImportProblemType{Code: p.Code, Message: p.Error()})
	}
	return out
}

// cognitoRefusals returns what Amazon Cognito would refuse in a file.
func cognitoRefusals(refusals []usercsv.Refusal) (out []poolhouseapi.ImportCognitoRefusalType) {
	for _, r := range refusals {
		out = append(out, poolhouseapi.ImportCognitoRefusalType{Code: r.Code, Message: r.Message, Rows: known(r.Rows), LineNumber: known(r.Line)})
	}
	return out
}

// lookRows returns rows that would not be imported, with their values.
func lookRows(l *usercsv.Report) (out []poolhouseapi.ImportRejectedRowType) {
	for _, r := range l.Rejected {
		out = append(out, poolhouseapi.ImportRejectedRowType{
			LineNumber: &r.Line, RecordNumber: known(r.Number), ByteOffset: &r.Offset,
			Verdict: poolhouseapi.ImportRowsVerdictType(r.Verdict), Code: r.Code, Column: r.Column, Message: r.Message,
			Values: r.Values, Text: r.Text, Findings: importFindings(r.Findings),
		})
	}
	return out
}
