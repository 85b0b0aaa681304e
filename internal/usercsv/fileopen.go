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

// Size returns how many bytes the text of a file has whose own size is file.
func (f *Format) Size(file int64) int64 {
	if f == nil || f.TextSize == 0 {
		return file
	}
	return f.TextSize
}

// OpenText returns the text of a file in UTF-8 from an offset of the text on, at most so
// many bytes of it in all. Where the text is not the file itself, what is before the
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

// openText is the text of a file that is open.
type openText struct {
	text, file io.ReadCloser
}

// Read tells what is wrong with a packed file as a *FileError.
func (o *openText) Read(p []byte) (int, error) {
	n, err := o.text.Read(p)
	return n, textError(err)
}

// Close closes the file.
func (o *openText) Close() error { return errors.Join(o.text.Close(), o.file.Close()) }

// textError is an error of undoing how a text is written as bytes: a *FileError where the
// file is at fault.
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
