package usercsv

import (
	"bytes"
	"io"
)

// asyncWriter copies its input to another writer in a goroutine of its own, so that the
// caller does not wait. The other writer must not fail. It holds at most four pieces.
type asyncWriter struct {
	pieces   chan []byte
	done     chan struct{}
	panicked any
}

func newAsyncWriter(w io.Writer) *asyncWriter {
	b := &asyncWriter{pieces: make(chan []byte, 4), done: make(chan struct{})}
	go b.write(w, b.pieces)
	return b
}

// write writes the pieces. After a panic it skips the rest.
func (b *asyncWriter) write(w io.Writer, pieces <-chan []byte) {
	defer close(b.done)
	defer func() {
		if b.panicked = recover(); b.panicked != nil {
			for range pieces { // keep the sender from blocking
			}
		}
	}()
	for piece := range pieces {
		_, _ = w.Write(piece) // it never fails
	}
}

// Write queues a copy.
func (b *asyncWriter) Write(p []byte) (int, error) {
	b.pieces <- bytes.Clone(p)
	return len(p), nil
}

// wait waits until everything is written, and repeats a panic of the writer. Write must
// not be called afterwards; wait may be.
func (b *asyncWriter) wait() {
	if b.pieces != nil {
		close(b.pieces)
		b.pieces = nil
		<-b.done
	}
	if b.panicked != nil {
		panic(b.panicked)
	}
}
