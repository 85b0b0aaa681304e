// Package filetext makes text of the bytes of a file: it undoes compression, turns
// the encodings of other programs into UTF-8, and a CR that ends a line alone into LF.
//
// It owns how a file is packed and encoded, and how that is recognised: by its first
// bytes where they say it (form.go, packing.go, feeds.go), else by all bytes beyond
// ASCII that the file has (evidence.go, score.go). A byte that is no character in the
// encoding becomes one that is no UTF-8 (decode.go), so that it is seen in the text. What the text means is package
// usercsv's.
//
// Offsets in the text are those of the UTF-8 that [NewReader] returns. A reader of the
// same file in the same form returns the same bytes whenever it is opened, so that a
// place in the text stays that place.
package filetext
