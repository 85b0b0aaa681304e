package usercsv

import (
	"bytes"
	"io"
)

// tailBytes may stand at the end of a file, after its rows: NUL, with which storage is
// filled up, and Ctrl-Z, which ended files under DOS.
const tailBytes = "\x00\x1a"

// maxTailRuns bounds the runs of equal bytes in a tail, and so the memory for it. A
// longer tail is read like any other text.
const maxTailRuns = 64

// tailless reads a source up to its tail. It holds back bytes that may be the tail until
// it is known whether anything follows.
type tailless struct {
	src  io.Reader
	held []run // the tail, if nothing follows
	// passing says that the current tail bytes have too many runs to hold.
	passing bool

	// To be returned before more is read: runs, the bytes that followed them, and the
	// error that came with these.
	runs  []run
	bytes []byte
	err   error
}

// run is a number of equal bytes in a row.
type run struct {
	of    byte
	count int64
}

// heldBytes returns how many bytes are held back. At the end of the source it is the
// length of the tail.
func (t *tailless) heldBytes() (n int64) {
	for _, r := range t.held {
		n += r.count
	}
	return n
}

// Read reads everything except the tail.
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
			continue // everything is held back
		}
		t.bytes, t.err = append(t.bytes, p[:content]...), err
	}
}

// hold adds bytes to the held ones, until there are too many runs.
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

// forget removes the bytes that were held last.
func (t *tailless) forget(tail []byte) {
	for range tail {
		last := &t.held[len(t.held)-1]
		if last.count--; last.count == 0 {
			t.held = t.held[:len(t.held)-1]
		}
	}
}

// give returns bytes that are due.
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
