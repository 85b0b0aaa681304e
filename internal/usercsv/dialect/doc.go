// Package dialect knows how programs separate, quote and escape the values of a file. It
// detects which of these ways a file is written in.
//
// A [Dialect] cuts a text into lines (line.go), rows and values (cut.go), and removes the
// escapes of a value (value.go). Columns, users and limits belong to package usercsv.
//
// # Detection
//
// A [Detector] reads the text in all dialects that programs write (candidates.go). It
// chooses the dialect with the least evidence against it. One kind of evidence is rows
// that cannot be cut into as many values as the header has. Another kind is what a
// program that writes the dialect does not write, such as a needless mark or a backslash
// before a letter (evidence.go). If nothing decides between two dialects that give other
// values, both readings are returned: a person has to choose.
//
// The text arrives in pieces (detector.go). The detector holds little more than two of
// the longest rows. First come lines that are no header, and then the header (header.go).
// The header decides about the separator as far as it can. The detector reads rows once
// if all candidates agree on them (agreement.go, agreedrow.go). Each candidate reads
// every other row by itself (step.go, candidate.go). Clearly contradicted candidates are
// dropped. All candidates count in one form (tally.go, column.go, slashes.go), so
// evidence at the end of a file counts as much as at its beginning. readings.go has the
// final choice. A dialect that few programs write needs more than a few rows in its
// favour (usual.go).
package dialect
