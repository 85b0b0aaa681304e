// Package filetext turns the bytes of a file into text. It undoes compression, converts
// other encodings to UTF-8, and turns a lone CR line end into LF.
//
// It owns how a file is compressed and encoded, and how that is recognised. The first
// bytes often say it (form.go, packing.go, feeds.go). Otherwise all bytes beyond ASCII
// are evidence (evidence.go, score.go). A byte that is no character in the encoding
// becomes an invalid UTF-8 byte (decode.go), so that the error is visible. Package
// usercsv owns what the text means.
//
// Offsets in the text count bytes of the UTF-8 that [NewReader] returns. Every reader of
// the same file in the same form returns the same bytes, so an offset stays valid.
// place in the text stays that place.
package filetext
