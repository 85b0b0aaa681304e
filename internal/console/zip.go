package console

import (
	"bytes"
	"compress/gzip"
	"sync"
)

// zipper compresses bodies. It keeps its writers: a new one takes a megabyte of memory.
type zipper struct {
	writers sync.Pool
}

func (z *zipper) zip(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, kept := z.writers.Get().(*gzip.Writer)
	if kept {
		w.Reset(&b)
	} else {
		w = gzip.NewWriter(&b)
	}
	defer z.writers.Put(w)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}

// smaller returns a body compressed, or nil if that makes it no smaller.
func (z *zipper) smaller(body []byte) []byte {
	zipped, err := z.zip(body)
	if err != nil || len(zipped) >= len(body) {
		return nil
	}
	return zipped
}
