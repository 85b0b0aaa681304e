// Package dialect is how programs separate, quote and escape the values of a file, and
// how it is found out which of these ways a file is written in.
//
// A [Dialect] cuts a text into lines (line.go), rows and values (cut.go) and says what a
// value stands for (value.go). It knows nothing of columns, users and limits, which are package usercsv's.
//
// # Detection
//
// A [Detector] reads the text in all dialects that programs write (candidates.go), and
// tells which of them reads it with the least against it. What speaks against a dialect
// is rows that it cannot cut into as many values as the header has, and what a program
// that writes the dialect would not have written: a mark that nothing needs, a backslash
// before a letter (evidence.go). Where nothing speaks for one of two dialects, and they
// read other values, it returns both: a person has to choose.
//
// The text goes by in pieces (detector.go), and no more of it is held than two of the
// longest rows. It begins with lines that are no header, and the header (header.go), which
// decides for the separator as far as it can. Then rows that all candidates read alike are
// passed over at once (alike.go), and each other row is read by each of them (step.go,
// candidate.go); candidates that are clearly contradicted are dropped. All count what they
// read in one form (tally.go, column.go, slashes.go), so that evidence counts as much at
// the end of a file as at its beginning. The verdict is in readings.go; what few programs write
// needs more than a few rows that speak for it (usual.go).
package dialect
