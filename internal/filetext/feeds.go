package filetext

import (
	"bufio"
	"bytes"
	"io"
)

// LoneCR reports whether the lines of a text end with CR alone, judged by the end of its
// first line. It is false where the text ends before that is known: after its first CR, a
// byte that is no CR has to follow. CR CR LF, which some programs write, is no such end.
func LoneCR(beginning []byte) bool {
	i := bytes.IndexAny(beginning, "\r\n")
	if i < 0 || beginning[i] == '\n' {
		return false
	}
	after := bytes.TrimLeft(beginning[i:], "\r")
	return len(after) > 0 && after[0] != '\n'
}

// feeds is a text with LF in place of each CR that no LF follows. Each byte stays in its
// place.
type feeds struct {
	src *bufio.Reader
	err error // that reading ended with
}

func newFeeds(src io.Reader) *feeds { return &feeds{src: bufio.NewReaderSize(src, decoderSize)} }

// Read changes what it reads. Of a CR at the end of it, it looks what follows.
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
		n, f.err = n-1, err // what follows the CR is not known
	}
	return n, nil
}

// peek returns the next byte, which stays the next.
func (f *feeds) peek() (byte, error) {
	next, err := f.src.Peek(1)
	if err != nil {
		return 0, err
	}
	return next[0], nil
}
