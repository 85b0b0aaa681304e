// Package usercsv is the file of a user import job: which columns a pool's
// file may have, how the file is split into rows, and what user a row
// describes.
//
// It owns the dialect, the positions that reading can be continued from, and
// the rules that only rows have (flags, birthdates, the auto-verified
// attribute). The rules for users as such are the pool's (package userpool),
// the forms of password hashes are package password's. It keeps nothing and
// knows nothing of jobs.
//
// # The dialect
//
// As the Developer Guide has it ("Formatting the CSV file"): the first row is
// the header; columns may stand in any order; values are separated by commas;
// a comma inside a value is written \, ; white space around a value is
// dropped; booleans are true or false; birthdates are mm/dd/yyyy; the file is
// UTF-8.
//
// What spreadsheets write is understood as well, where it cannot be mistaken:
// a byte order mark, CR LF, and quoted values as in RFC 4180. A value that
// begins with a quotation mark and is closed properly, by a mark that a comma
// or the line's end follows, is quoted: commas and line breaks inside belong
// to it, two marks stand for one, a backslash for itself. A mark anywhere
// else in a value is a character like others. A value that begins with a mark
// and is not closed properly fails its row, and reading goes on with the next
// line, so that a stray mark costs one row and not the rest of the file.
// Lines that hold nothing but white space are not rows.
//
// Lines are numbered as an editor numbers them: the header is on line 1. A
// row that spans several lines has the number of its first.
package usercsv
