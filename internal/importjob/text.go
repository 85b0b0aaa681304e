package importjob

import (
	"context"
	"errors"
	"io"

	"poolhouse/internal/usercsv"
)

// openText returns the decoded text of a job's file from an offset on. A survey has found the
// format of the file. If the file can no longer be unpacked, it is not the file that was
// surveyed. Then opening, or a later Read, returns a [FileGone], as for a file that the file
// store finds changed.
func (e *Engine) openText(ctx context.Context, j *Job, offset int64) (io.ReadCloser, error) {
	var src *fileBytes
	open := func(at int64) (io.ReadCloser, error) {
		file, err := e.files.Open(ctx, j.Upload, at)
		if err != nil {
			return nil, err
		}
		src = &fileBytes{contextReader: contextReader{ctx: ctx, ReadCloser: file}, at: at, size: j.Upload.Size}
		return src, nil
	}
	text, err := j.Format.OpenText(open, offset, j.textSize())
	if err != nil {
		return nil, src.fileError(err)
	}
	return &surveyedText{ReadCloser: text, src: src, decoded: j.Format != nil && !j.Format.Text.Plain()}, nil
}

// textSize is the size in bytes of the text of the job's file. Checkpoints are offsets in
// this text.
func (j *Job) textSize() int64 { return j.Format.Size(j.Upload.Size) }

// fileBytes has the bytes of a file as they are read.
type fileBytes struct {
	contextReader
	at, size int64
	ended    bool
}

func (s *fileBytes) Read(p []byte) (int, error) {
	n, err := s.contextReader.Read(p)
	s.at += int64(n)
	s.ended = s.ended || err == io.EOF // an error that wraps io.EOF comes from the connection
	return n, err
}

// fileError turns an error of decoding into what became of the file, if the file is at fault.
// A text that ends early is the file's fault only at the end of the file. Otherwise the
// reading was interrupted.
func (s *fileBytes) fileError(err error) error {
	_, unfit := errors.AsType[*usercsv.FileError](err)
	switch {
	case s == nil || !unfit && !(s.ended && errors.Is(err, io.ErrUnexpectedEOF)):
		return err
	case s.ended && s.at != s.size:
		return sizeMismatch(s.at, s.size)
	case !unfit:
		return FileTruncated
	}
	return FileChanged
}

// surveyedText is the text of a file that was surveyed.
type surveyedText struct {
	io.ReadCloser
	src     *fileBytes
	decoded bool // the text is not the bytes of the file
}

// Read compares the size of the file as well. The sizes of the texts may be equal: a
// character that is cut off at the end is decoded as another one.
func (t *surveyedText) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	if err == io.EOF && t.decoded && t.src.ended && t.src.at != t.src.size {
		return n, sizeMismatch(t.src.at, t.src.size)
	}
	return n, t.src.fileError(err)
}
