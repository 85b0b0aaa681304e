package usercsv

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"poolhouse/internal/usercsv/dialect"
)

// buffer is the part of the file that is being looked at. It grows to what
// its user asks for and not further.
type buffer struct {
	src   tailless
	data  []byte
	start int   // what lies before is done with
	err   error // of src, io.EOF included; nothing more will come

	tailTaken bool // the file's tail was counted

	escapes *dialect.Dialect // whose backslashes may stand before line ends, nil for none
}

const (
	bufferSize = 256 << 10
	// emptyReads is how often in a row a source may answer with neither bytes
	// nor an error.
	emptyReads = 100
)

// rest is what was read and is not done with. It is valid until more is read.
func (b *buffer) rest() []byte { return b.data[b.start:] }

// ended reports whether rest holds everything up to the end of the file. Only
// io.EOF itself is the end: an error that wraps it is a reading that broke
// off, and what follows is not known.
func (b *buffer) ended() bool { return b.err == io.EOF }

// failure is the error with which reading broke off, if it did; rest begins at
// the offset. It never is or wraps io.EOF, so that nobody takes it for the end
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

// fill sees to it that rest has n bytes, unless reading ends before.
func (b *buffer) fill(n int) {
	for len(b.rest()) < n && b.err == nil {
		b.more()
	}
}

// more reads once. It makes room by moving what is left to the front, and by
// growing when that is a whole buffer.
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

// line returns the length of the line that rest begins with, without its line
// feed, and its size with it. The length is -1 when it is more than most,
// however much of the line was read. With found false, reading ended and
// there is no line.
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

// takeTail returns the length of the file's tail when all before it is done
// with, and 0 from then on.
func (b *buffer) takeTail() int64 {
	if b.tailTaken || len(b.rest()) > 0 || !b.ended() {
		return 0
	}
	b.tailTaken = true
	return b.src.heldBytes()
}

// atLineEnd reports whether what is done with ends with a line feed. Without
// one, the file has ended.
func (b *buffer) atLineEnd() bool { return b.start > 0 && b.data[b.start-1] == '\n' }

// skipFeed moves behind the next line feed, or to the end of the file, and returns how
// many bytes that is. Nothing is kept of them.
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

// skipLine moves behind the next line feed that ends a line, or to the end of the
// file. It returns how many bytes that is, and how many line feeds are before that one.
// Nothing is kept of them.
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

// escape is what stands before a place in a line: a backslash that escapes, or one and
// CR, or what they escaped.
type escape byte

const (
	escapeNone escape = iota
	escapeOpen
	escapeCR
	escapeFeed // a line feed that was escaped
)

// lineEnd returns the place of the line feed that ends the line, -1 where there is none
// in a piece of it. It counts those before it.
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
