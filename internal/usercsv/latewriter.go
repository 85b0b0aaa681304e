package usercsv

import (
	"bytes"
	"io"
)

// lateWriter copies what it gets to another writer in a goroutine of its own, so that the
// caller does not wait. The other writer must not fail. At most four pieces are held.
type lateWriter struct {
	pieces   chan []byte
	done     chan struct{}
	panicked any
}

func newLateWriter(w io.Writer) *lateWriter {
	b := &lateWriter{pieces: make(chan []byte, 4), done: make(chan struct{})}
	go b.write(w, b.pieces)
	return b
}

// write writes the pieces. After a panic it passes over those that are left.
func (b *lateWriter) write(w io.Writer, pieces <-chan []byte) {
	defer close(b.done)
	defer func() {
		if b.panicked = recover(); b.panicked != nil {
			for range pieces { // so that nothing waits
			}
		}
	}()
	for piece := range pieces {
		w.Write(piece) // it never fails
	}
}

// Write takes a copy.
func (b *lateWriter) Write(p []byte) (int, error) {
	b.pieces <- bytes.Clone(p)
	return len(p), nil
}

// wait returns when all is written, and goes on with a panic of the writer. Nothing may be
// written after it. It may be called again.
func (b *lateWriter) wait() {
	if b.pieces != nil {
		close(b.pieces)
		b.pieces = nil
		<-b.done
	}
	if b.panicked != nil {
		panic(b.panicked)
	}
}
