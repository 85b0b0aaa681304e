package usercsv

import (
	"errors"
	"fmt"
	"io"

	"poolhouse/internal/filetext"
)

// OpenAt returns the bytes of a file from an offset on.
type OpenAt func(offset int64) (io.ReadCloser, error)

// Open returns the bytes from the beginning on.
func (o OpenAt) Open() (io.ReadCloser, error) { return o(0) }

// Size returns the size of the text of a file, in bytes. file is the size of the file
// itself.
func (f *Format) Size(file int64) int64 {
	if f == nil || f.TextSize == 0 {
		return file
	}
	return f.TextSize
}

// OpenText returns the text of a file in UTF-8 from an offset of the text on. most bounds
// the whole text, in bytes. If the text is not the file itself, everything before the
// offset is read and dropped.
func (f *Format) OpenText(open OpenAt, offset, most int64) (io.ReadCloser, error) {
	if f == nil || f.Text.Plain() {
		return open(offset)
	}
	file, err := open(0)
	if err != nil {
		return nil, err
	}
	text, err := filetext.NewReader(file, f.Text, most)
	if err != nil {
		file.Close()
		return nil, textError(err)
	}
	opened := &openText{text: text, file: file}
	if _, err := io.CopyN(io.Discard, opened, offset); err != nil {
		opened.Close()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("usercsv: reading the text up to byte %d: %w", offset, err)
	}
	return opened, nil
}

// openText is the text of an open file.
type openText struct {
	text, file io.ReadCloser
}

// Read returns a *FileError if a compressed file is invalid.
func (o *openText) Read(p []byte) (int, error) {
	n, err := o.text.Read(p)
	return n, textError(err)
}

// Close closes the file.
func (o *openText) Close() error { return errors.Join(o.text.Close(), o.file.Close()) }

// textError converts an error of decompressing or decoding. It returns a *FileError if
// the file is at fault.
func textError(err error) error {
	switch {
	case errors.Is(err, filetext.ErrTooLarge):
		return &FileError{Code: CodeFileTooLarge, Reason: "The file is too large when it is unpacked. Split it into several files."}
	case errors.Is(err, filetext.ErrWindow):
		return &FileError{Code: CodeFileForm, Reason: "The file needs more than 8 MiB of memory to unpack. Compress it without --ultra and --long, and upload it again."}
	case errors.Is(err, filetext.ErrDamaged):
		return &FileError{Code: CodeFileForm, Reason: "The compressed file is damaged or not whole. Compress and upload it again."}
	}
	return err
}
