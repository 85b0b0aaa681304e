package usercsv

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"math"

	"poolhouse/internal/filetext"
)

// source reads a file from its beginning. It counts and digests the bytes, and
// decompresses a compressed file. The first bytes can be examined before the file is
// read.
type source struct {
	file   io.ReadCloser
	bytes  int64
	digest hash.Hash
	err    error // the error that ended reading

	packed   *bufio.Reader
	packing  filetext.Packing
	unpacked io.ReadCloser // nil if the file cannot be decompressed
	in       *bufio.Reader // of unpacked
}

// openSource opens a file, and decompresses it if unpack is set. most bounds the
// decompressed file, in bytes. If a compressed file is invalid, it returns a *FileError
// together with the source.
func openSource(open Open, unpack bool, most int64) (*source, error) {
	file, err := open()
	if err != nil {
		return nil, err
	}
	s := &source{file: file, digest: sha256.New()}
	s.packed = bufio.NewReaderSize((*counter)(s), sniffSize)
	if unpack {
		beginning, _ := s.packed.Peek(4) // a read error comes again later
		s.packing = filetext.RecognisePacking(beginning)
	}
	if s.unpacked, err = filetext.NewReader(s.packed, filetext.Form{Packing: s.packing}, most); err != nil {
		return s, textError(err)
	}
	if s.in = s.packed; s.packing != "" {
		s.in = bufio.NewReaderSize(s.unpacked, sniffSize)
	}
	return s, nil
}

// counter counts and digests the bytes of a source's file. After a read error it returns
// that error again, because examining the beginning loses it.
type counter source

func (c *counter) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.file.Read(p)
	c.bytes += int64(n)
	c.digest.Write(p[:n])
	c.err = err
	return n, err
}

// beginning returns the first bytes of the decompressed file, and whether these are all.
// It does not consume them.
func (s *source) beginning() (bytes []byte, whole bool) {
	bytes, err := s.in.Peek(sniffSize)
	return bytes, err == io.EOF
}

// rest reads the rest of the file, without decompressing it. It returns the file's size
// and its digest in hexadecimal digits.
func (s *source) rest() (size int64, digest string, err error) {
	if _, err := io.Copy(io.Discard, s.packed); err != nil {
		return 0, "", err
	}
	return s.bytes, hex.EncodeToString(s.digest.Sum(nil)), nil
}

// Close closes the file.
func (s *source) Close() error {
	if s.unpacked == nil {
		return s.file.Close()
	}
	return errors.Join(s.unpacked.Close(), s.file.Close())
}

// text returns the text of a source in a form, without the bytes that readers skip.
// evidence receives the bytes and detector the text; each may be nil.
func (s *source) text(form filetext.Form, evidence, detector io.Writer) (io.Reader, error) {
	var text io.Reader = s.in
	if evidence != nil {
		text = io.TeeReader(text, evidence)
	}
	plain := form.Plain()
	form.Packing = "" // it is already decompressed
	if !plain {
		decoded, err := filetext.NewReader(text, form, math.MaxInt64)
		if err != nil {
			return nil, err
		}
		text = decoded
	}
	if detector != nil {
		skip := 0
		if plain && form.Mark {
			skip = len(byteOrderMark)
		}
		text = io.TeeReader(text, &skipping{Writer: detector, skip: skip})
	}
	return text, nil
}

// skipping drops the first bytes that are written to it.
type skipping struct {
	io.Writer
	skip int
}

func (b *skipping) Write(p []byte) (int, error) {
	n := min(b.skip, len(p))
	b.skip -= n
	if _, err := b.Writer.Write(p[n:]); err != nil {
		return 0, err
	}
	return len(p), nil
}

// refused returns what is known about a file that cannot be decompressed, if err says so.
// It returns every other error unchanged.
func (s *source) refused(err error) (*Surveyed, error) {
	problem, is := errors.AsType[*FileError](textError(err))
	if !is {
		return nil, err
	}
	size, digest, err := s.rest()
	if err != nil {
		return nil, err
	}
	return &Surveyed{Size: size, SHA256: digest, Problems: []*FileError{problem}, Format: &Format{Text: filetext.Form{Packing: s.packing}}}, nil
}
