package filetext

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// ErrTooLarge says that the text of a file has more bytes than it may.
var ErrTooLarge = errors.New("filetext: the text of the file has too many bytes")

// ErrDamaged says that a packed file cannot be unpacked: it is damaged or not whole.
var ErrDamaged = errors.New("filetext: the packed file is damaged or not whole")

// ErrWindow says that unpacking a file would take more memory than it may: it was packed
// with zstd --ultra or --long.
var ErrWindow = errors.New("filetext: the packed file needs a window of more than 8 MiB")

// maxWindow bounds the memory that unpacking takes: more is asked for only by
// zstd --ultra and --long.
const maxWindow = 8 << 20

// unpack returns the bytes of a file before it was packed.
func unpack(src io.Reader, p Packing) (io.ReadCloser, error) {
	if p == "" {
		return io.NopCloser(src), nil
	}
	u := &unpacked{packed: &source{src: src}}
	switch p {
	case Gzip:
		r, err := gzip.NewReader(u.packed)
		if err != nil {
			return nil, u.packed.blame(err)
		}
		u.src, u.close = r, r.Close
	case Zstd:
		r, err := zstd.NewReader(u.packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, u.packed.blame(err)
		}
		u.src, u.close = r, func() error { r.Close(); return nil }
	default:
		return nil, fmt.Errorf("filetext: unknown packing %q", p)
	}
	return u, nil
}

// unpacked is a packed file's own bytes.
type unpacked struct {
	packed *source
	src    io.Reader
	close  func() error
}

// Read says whose fault an error is.
func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.src.Read(p)
	return n, u.packed.blame(err)
}

// Close frees the memory of unpacking.
func (u *unpacked) Close() error { return u.close() }

// bounded is a text of which no more is read than is allowed. So no more is unpacked than
// two bytes for each of its: no encoding has more of them in a character.
type bounded struct {
	src  io.Reader
	left int64
}

// Read returns ErrTooLarge for a text that goes on after what is allowed.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var one [1]byte
		n, err := b.src.Read(one[:])
		if n > 0 {
			return 0, ErrTooLarge
		}
		return 0, err
	}
	n, err := b.src.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// source is the packed file. It remembers the error of reading it, so that it can be
// told from one of unpacking.
type source struct {
	src io.Reader
	any bool // byte was read
	err error
}

// Read reads the packed file.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.src.Read(p)
	s.any = s.any || n > 0
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// blame returns the error of reading the source, where there was one, and [ErrDamaged]
// for every other error than the end of the file. Nothing at all is no packed file.
func (s *source) blame(err error) error {
	if err == io.EOF && !s.any {
		err = io.ErrUnexpectedEOF
	}
	switch {
	case err == nil || err == io.EOF:
		return err
	case s.err != nil:
		return s.err
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return fmt.Errorf("%w: %w", ErrWindow, err)
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}
