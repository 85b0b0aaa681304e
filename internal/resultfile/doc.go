// Package resultfile is the files that tell what became of the rows of an import job, as
// text, a record at a time: so a file of any size is written in constant memory.
//
// There are two files. One has the rows that were not imported: the columns of the import
// file with their values as they were, and then columns of ours that say what is wrong and
// what would be right. The other is a map of the imported rows: line, username, the old
// system's id and sub. Each is CSV or NDJSON.
//
// A CSV file is for spreadsheets: it is UTF-8 with a byte order mark, its lines end with
// CR LF, and a cell that a spreadsheet would take for a formula is neutralised
// ([usercsv.Neutralise]). It is an import file again: package usercsv reads it, passes over
// the columns of ours and takes the neutralising off. An NDJSON file is for programs: an
// object a line, values as they were, findings as a list.
//
// A row that has other values than the header has columns, or that cannot be split at
// all, has no cells. Its text is in the column poolhouse:text. A person corrects the text
// there, or fills in the cells.
//
// No file has a password hash: in its place stands [usercsv.Hidden], and what is told of
// a text comes without hashes. [Corrected] reads a file that comes back corrected.
package resultfile
