package usercsv

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"poolhouse/internal/usercsv/dialect"
)

// buffer is the part of the file that is being read. It grows only to the size that its
// user asks for.
type buffer struct {
	src   tailless
	data  []byte
	start int   // everything before it is consumed
	err   error // the error of src, io.EOF included; no more bytes will come

	tailTaken bool // the file's tail was counted

	escapes *dialect.Dialect // the dialect in which a backslash may stand before a line end, nil for none
}

const (
	bufferSize = 256 << 10
	// emptyReads is how often in a row a source may return neither bytes nor an error.
	emptyReads = 100
)

// rest returns the bytes that are read and not consumed. It is valid until the next read.
func (b *buffer) rest() []byte { return b.data[b.start:] }

// ended reports whether rest reaches the end of the file. Only io.EOF itself is the end.
// An error that wraps io.EOF means that reading failed and that more bytes may follow.
func (b *buffer) ended() bool { return b.err == io.EOF }

// failure returns the error that ended reading, if any. offset is the place of rest in
// the file. The result never is or wraps io.EOF, so that no caller takes it for the end
// of the file.
func (b *buffer) failure(offset int64) error {
	offset += int64(len(b.rest())) + b.src.heldBytes()
	switch {
	case b.err == nil || b.ended():
		return nil
	case errors.Is(b.err, io.EOF):
		return fmt.Errorf("usercsv: reading the file at byte %d: %w: %v", offset, io.ErrUnexpectedEOF, b.err)
	}
	return fmt.Errorf("usercsv: reading the file at byte %d: %w", offset, b.err)
}

// fill reads until rest has n bytes or reading ends.
func (b *buffer) fill(n int) {
	for len(b.rest()) < n && b.err == nil {
		b.more()
	}
}

// more reads once. It makes room by moving rest to the front. If rest fills the whole
// buffer, it grows the buffer.
func (b *buffer) more() {
	if b.start > 0 {
		n := copy(b.data, b.rest())
		b.data, b.start = b.data[:n], 0
	}
	if len(b.data) == cap(b.data) {
		grown := make([]byte, len(b.data), max(2*cap(b.data), bufferSize))
		copy(grown, b.data)
		b.data = grown
	}
	for range emptyReads {
		n, err := b.src.Read(b.data[len(b.data):cap(b.data)])
		b.data = b.data[:len(b.data)+n]
		b.err = err
		if n > 0 || err != nil {
			return
		}
	}
	b.err = io.ErrNoProgress
}

// line returns the first line of rest: its length without the line feed, and its size
// with it. The length is -1 for a line that is longer than most, even if only a part of
// it was read. found is false if reading ended and there is no line.
func (b *buffer) line(most int) (length, size int, found bool) {
	for looked := 0; ; b.more() {
		data := b.rest()
		end := bytes.IndexByte(data[looked:], '\n')
		if end >= 0 {
			end += looked
			if b.escapes != nil {
				end = b.escapes.LineEnd(data, end)
			}
		}
		looked = len(data)
		switch {
		case end > most || end < 0 && looked > most:
			return -1, 0, true
		case end >= 0:
			return end, end + 1, true
		case b.err != nil && (looked == 0 || !b.ended()):
			return 0, 0, false
		case b.err != nil:
			return looked, looked, true
		}
	}
}

// takeTail returns the length of the file's tail once everything before it is consumed.
// After that it returns 0.
func (b *buffer) takeTail() int64 {
	if b.tailTaken || len(b.rest()) > 0 || !b.ended() {
		return 0
	}
	b.tailTaken = true
	return b.src.heldBytes()
}

// atLineEnd reports whether the consumed part ends with a line feed. If not, it ends with
// the file.
func (b *buffer) atLineEnd() bool { return b.start > 0 && b.data[b.start-1] == '\n' }

// skipFeed skips to the byte after the next line feed, or to the end of the file. It
// returns the number of bytes skipped, and keeps none of them.
func (b *buffer) skipFeed() (size int64) {
	for {
		data := b.rest()
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			b.start += i + 1
			return size + int64(i) + 1
		}
		b.start += len(data)
		size += int64(len(data))
		if b.err != nil {
			return size
		}
		b.more()
	}
}

// skipLine skips to the byte after the next line feed that ends a line, or to the end of
// the file. It returns the number of bytes skipped, and of line feeds inside them. It
// keeps no bytes.
func (b *buffer) skipLine() (size, feeds int64) {
	if b.escapes == nil {
		return b.skipFeed(), 0
	}
	var before escape
	for {
		data := b.rest()
		if i := before.lineEnd(data, &feeds); i >= 0 {
			b.start += i + 1
			return size + int64(i) + 1, feeds
		}
		b.start += len(data)
		size += int64(len(data))
		if b.err != nil {
			if before == escapeFeed {
				feeds-- // the file ends with it
			}
			return size, feeds
		}
		b.more()
	}
}

// escape is the state at a place in a line: after an escaping backslash, after that and a
// CR, or after an escaped character.
type escape byte

const (
	escapeNone escape = iota
	escapeOpen
	escapeCR
	escapeFeed // an escaped line feed
)

// lineEnd returns the place of the line feed that ends the line, and -1 if piece has
// none. It adds the escaped line feeds before it to feeds.
func (e *escape) lineEnd(piece []byte, feeds *int64) int {
	for i, c := range piece {
		was := *e
		*e = escapeNone
		switch {
		case c == '\n' && (was == escapeOpen || was == escapeCR):
			*feeds++
			*e = escapeFeed
		case c == '\n':
			return i
		case c == '\r' && was == escapeOpen:
			*e = escapeCR
		case c == '\\' && was != escapeOpen:
			*e = escapeOpen
		}
	}
	return -1
}
