package usercsv

import (
	"bytes"
	"io"
)

// tailBytes are what a file may end with besides its rows: NUL, with which
// storage is filled up, and Ctrl-Z, which ended files under DOS.
const tailBytes = "\x00\x1a"

// maxTailRuns is how many runs of equal bytes a tail may have. It bounds what
// is remembered of a tail; a file that ends with more is read to its end.
const maxTailRuns = 64

// tailless reads a source up to its tail. Bytes that may be the tail are held
// back until it is known whether anything follows.
type tailless struct {
	src  io.Reader
	held []run // the tail, if nothing follows
	// passing says that the tail bytes that are being read have too many runs.
	passing bool

	// What is to be given out before more is read: runs, the bytes that
	// followed them, and the error that came with these.
	runs  []run
	bytes []byte
	err   error
}

// run is equal bytes that follow each other.
type run struct {
	of    byte
	count int64
}

// heldBytes is how many bytes are held back. At the end of the source it is
// the length of the tail.
func (t *tailless) heldBytes() (n int64) {
	for _, r := range t.held {
		n += r.count
	}
	return n
}

// Read reads what is no tail.
func (t *tailless) Read(p []byte) (int, error) {
	for {
		if len(t.runs)+len(t.bytes) > 0 {
			return t.give(p), nil
		}
		if t.err != nil {
			return 0, t.err
		}
		n, err := t.src.Read(p)
		content := len(bytes.TrimRight(p[:n], tailBytes))
		if content > 0 {
			t.runs, t.held, t.passing = t.held, nil, false
		}
		t.hold(p[content:n])
		if t.passing {
			t.runs, t.held, content = append(t.runs, t.held...), nil, n
		}
		if len(t.runs) == 0 {
			if content > 0 || err != nil || n == 0 {
				t.err = err
				return content, err
			}
			continue // all is held back
		}
		t.bytes, t.err = append(t.bytes, p[:content]...), err
	}
}

// hold adds bytes to what is held back, until there are too many runs.
func (t *tailless) hold(tail []byte) {
	if t.passing {
		return
	}
	for i, b := range tail {
		if n := len(t.held); n > 0 && t.held[n-1].of == b {
			t.held[n-1].count++
			continue
		}
		if len(t.held) == maxTailRuns {
			t.passing = true
			t.forget(tail[:i])
			return
		}
		t.held = append(t.held, run{b, 1})
	}
}

// forget takes bytes back that were held last.
func (t *tailless) forget(tail []byte) {
	for range tail {
		last := &t.held[len(t.held)-1]
		if last.count--; last.count == 0 {
			t.held = t.held[:len(t.held)-1]
		}
	}
}

// give gives out what is to be given out.
func (t *tailless) give(p []byte) (n int) {
	for n < len(p) && len(t.runs) > 0 {
		r := &t.runs[0]
		size := int(min(r.count, int64(len(p)-n)))
		for i := range size {
			p[n+i] = r.of
		}
		n += size
		if r.count -= int64(size); r.count == 0 {
			t.runs = t.runs[1:]
		}
	}
	size := copy(p[n:], t.bytes)
	t.bytes = t.bytes[:copy(t.bytes, t.bytes[size:])]
	return n + size
}
