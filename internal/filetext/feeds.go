package filetext

import (
	"bufio"
	"bytes"
	"io"
)

// LoneCR reports whether the lines of a text end with CR alone. The end of the first line
// decides. It is false if the text ends too early: a byte other than CR must follow the
// first CR. CR CR LF, which some programs write, is not a lone CR.
func LoneCR(beginning []byte) bool {
	i := bytes.IndexAny(beginning, "\r\n")
	if i < 0 || beginning[i] == '\n' {
		return false
	}
	after := bytes.TrimLeft(beginning[i:], "\r")
	return len(after) > 0 && after[0] != '\n'
}

// feeds replaces each CR that no LF follows by LF. Offsets do not change.
type feeds struct {
	src *bufio.Reader
	err error // the error that ended reading
}

func newFeeds(src io.Reader) *feeds { return &feeds{src: bufio.NewReaderSize(src, decoderSize)} }

// Read replaces lone CRs in what it reads. After a CR at the end it reads one byte ahead.
func (f *feeds) Read(p []byte) (int, error) {
	if f.err != nil || len(p) == 0 {
		return 0, f.err
	}
	n, err := f.src.Read(p) // it returns no error with bytes
	if f.err = err; n == 0 {
		return 0, err
	}
	next, err := byte(0), error(nil)
	if p[n-1] == '\r' {
		next, err = f.peek()
	}
	for i := 0; i < n; i++ {
		at := bytes.IndexByte(p[i:n], '\r')
		if at < 0 {
			break
		}
		if i += at; i+1 < n && p[i+1] != '\n' || i+1 == n && next != '\n' {
			p[i] = '\n'
		}
	}
	if err != nil && err != io.EOF {
		n, f.err = n-1, err // it is not known what follows the CR
	}
	return n, nil
}

// peek returns the next byte without consuming it.
func (f *feeds) peek() (byte, error) {
	next, err := f.src.Peek(1)
	if err != nil {
		return 0, err
	}
	return next[0], nil
}
