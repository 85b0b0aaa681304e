package usercsv

import (
	"slices"
	"strings"
)

// Columns that are not attributes.
const (
	ColumnUsername     = "cognito:username"
	ColumnMFA          = "cognito:mfa_enabled"
	ColumnPasswordHash = "password_hash"
	// ColumnExternalID is what another system calls the user. It is a column of ours
	// and no attribute.
	ColumnExternalID = "poolhouse:external_id"
)

// Columns of result files. An import takes them and reads nothing out of them.
// [ColumnLine] is also a column of the files of jobs that run rows again.
const (
	ColumnRecord     = "poolhouse:record" // its number there
	ColumnVerdict    = "poolhouse:verdict"
	ColumnCode       = "poolhouse:code"
	ColumnAtFault    = "poolhouse:column"
	ColumnMessage    = "poolhouse:message"
	ColumnAdvice     = "poolhouse:advice"
	ColumnSuggestion = "poolhouse:suggestion"
	ColumnText       = "poolhouse:text" // the row, where it has no value for each column
)

// ignoredColumns are in the order of result files.
var ignoredColumns = []string{
	ColumnLine, ColumnRecord, ColumnVerdict, ColumnCode, ColumnAtFault, ColumnMessage, ColumnAdvice, ColumnSuggestion, ColumnText,
}

// ignored reports whether a column is one that an import reads nothing out of.
func ignored(name string) bool {
	return strings.HasPrefix(name, ownPrefix) && (strings.HasPrefix(name, NotImported) || slices.Contains(ignoredColumns, name))
}

// ownPrefix is what the names of our own columns begin with.
const ownPrefix = "poolhouse:"

// isResult reports whether a header is a result file's: its values are neutralised.
func isResult(header []string) bool {
	return slices.Contains(header, ColumnLine) && slices.Contains(header, ColumnVerdict)
}
