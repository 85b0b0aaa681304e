package filetext

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// ErrTooLarge says that the text of a file is longer than the limit.
var ErrTooLarge = errors.New("filetext: the text of the file is longer than the limit")

// ErrDamaged says that a compressed file is damaged or incomplete.
var ErrDamaged = errors.New("filetext: the compressed file is damaged or incomplete")

// ErrWindow says that decompression would need more memory than allowed. The file was
// compressed with zstd --ultra or --long.
var ErrWindow = errors.New("filetext: the compressed file needs a window of more than 8 MiB")

// maxWindow bounds the memory for decompression, in bytes. Only zstd --ultra and --long
// need more.
const maxWindow = 8 << 20

// unpack returns the decompressed bytes of a file.
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

// unpacked returns decompressed bytes.
type unpacked struct {
	packed *source
	src    io.Reader
	close  func() error
}

// Read tells errors of the source from errors of decompression.
func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.src.Read(p)
	return n, u.packed.blame(err)
}

// Close frees the memory of the decompressor.
func (u *unpacked) Close() error { return u.close() }

// bounded limits how much of a text is read. This also limits decompression to two bytes
// for each byte of the text, because no encoding needs more of them for a character.
type bounded struct {
	src  io.Reader
	left int64
}

// Read returns ErrTooLarge for a text that is longer than the limit.
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

// source is the compressed file. It remembers its read error, so that this can be told
// from an error of decompression.
type source struct {
	src io.Reader
	any bool // a byte was read
	err error
}

// Read reads the compressed file.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.src.Read(p)
	s.any = s.any || n > 0
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// blame returns the read error of the source if there was one. Every other error becomes
// [ErrDamaged], except the end of the file. An empty source is damaged, too.
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
