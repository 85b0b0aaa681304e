// Package resultfile owns the files that tell what became of the rows of an import job. It
// writes them one record at a time, so a file of any size takes constant memory.
//
// There are two files. One has the rows that were not imported: the columns of the import
// file with their original values, followed by columns of ours that say what is wrong and
// what would be right. The other maps the imported rows: line, username, the ID in the old
// system, and sub. Each is CSV or NDJSON.
//
// A CSV file is for spreadsheets. It is UTF-8 with a byte order mark, its lines end with CR
// LF, and a cell that a spreadsheet would take for a formula is neutralised
// ([usercsv.Neutralise]). It can be imported again: package usercsv ignores the columns of
// ours and removes the neutralising. An NDJSON file is for programs. It has one object a
// line, original values, and findings as a list.
//
// A row has no cells if it has fewer or more values than the header has columns, or if it
// cannot be split. Its text is in the column poolhouse:text. A person corrects the text there
// or fills in the cells.
//
// No file has a password hash. [usercsv.Hidden] takes its place, and what is shown of a text
// has no hashes. [Corrected] reads a file that was corrected and returned.
//
// file.go has the two files and their records, csv.go and ndjson.go their formats, name.go
// the file names, and corrected.go reads returned files.
package resultfile
