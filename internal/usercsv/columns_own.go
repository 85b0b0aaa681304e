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
	// ColumnExternalID is the user's id in another system. It is a column of Poolhouse
	// and not an attribute.
	ColumnExternalID = "poolhouse:external_id"
)

// Columns of result files. An import accepts them and ignores their values. [ColumnLine]
// is also a column in the files of child jobs.
const (
	ColumnRecord     = "poolhouse:record" // the row's number in that file
	ColumnVerdict    = "poolhouse:verdict"
	ColumnCode       = "poolhouse:code"
	ColumnAtFault    = "poolhouse:column"
	ColumnMessage    = "poolhouse:message"
	ColumnAdvice     = "poolhouse:advice"
	ColumnSuggestion = "poolhouse:suggestion"
	ColumnText       = "poolhouse:text" // the row, if it has not one value for each column
)

// ignoredColumns are in the order of result files.
var ignoredColumns = []string{
	ColumnLine, ColumnRecord, ColumnVerdict, ColumnCode, ColumnAtFault, ColumnMessage, ColumnAdvice, ColumnSuggestion, ColumnText,
}

// ignored reports whether an import accepts a column and ignores its values.
func ignored(name string) bool {
	return strings.HasPrefix(name, ownPrefix) && (strings.HasPrefix(name, NotImported) || slices.Contains(ignoredColumns, name))
}

// ownPrefix begins the names of Poolhouse's own columns.
const ownPrefix = "poolhouse:"

// isResult reports whether a header is a result file's. Its values are neutralised.
func isResult(header []string) bool {
	return slices.Contains(header, ColumnLine) && slices.Contains(header, ColumnVerdict)
}
