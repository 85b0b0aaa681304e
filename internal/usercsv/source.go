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

// source is a file that is read from its beginning: its bytes are counted and digested as
// they come, and unpacked where the file is packed. What it begins with can be looked at
// before it is read.
type source struct {
	file   io.ReadCloser
	bytes  int64
	digest hash.Hash
	err    error // that reading ended with

	packed   *bufio.Reader
	packing  filetext.Packing
	unpacked io.ReadCloser // nil where it cannot be unpacked
	in       *bufio.Reader // of unpacked
}

// openSource opens a file, and unpacks it if it is to be. An unpacked file may have at most
// so many bytes. What is wrong with a packed file is a *FileError, returned with the source.
func openSource(open Open, unpack bool, most int64) (*source, error) {
	file, err := open()
	if err != nil {
		return nil, err
	}
	s := &source{file: file, digest: sha256.New()}
	s.packed = bufio.NewReaderSize((*counter)(s), sniffSize)
	if unpack {
		beginning, _ := s.packed.Peek(4) // an error comes again
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

// counter counts and digests what is read of a source's file. Where reading has failed, it
// fails again: a look at the beginning does not see the error.
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

// beginning returns the first bytes of the file, unpacked, and whether these are all. It
// reads nothing.
func (s *source) beginning() (bytes []byte, whole bool) {
	bytes, err := s.in.Peek(sniffSize)
	return bytes, err == io.EOF
}

// rest reads what is left of the file, packed, and returns its size and its digest in
// hexadecimal digits.
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

// text returns the text of a source in a form, without what a reader of it leaves out. The
// bytes go through evidence, and the text through detector; each may be nil.
func (s *source) text(form filetext.Form, evidence, detector io.Writer) (io.Reader, error) {
	var text io.Reader = s.in
	if evidence != nil {
		text = io.TeeReader(text, evidence)
	}
	plain := form.Plain()
	form.Packing = "" // it is undone
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

// refused is what is known of a file that cannot be unpacked, as an error of reading it says.
// Every other error is returned.
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
