package importjob

import (
	"context"
	"errors"
	"io"

	"poolhouse/internal/usercsv"
)

// openText returns the text of a job's file, which a survey has read in the job's format,
// from an offset of the text on. What cannot be unpacked any more is not what was
// surveyed: then opening, or a later Read, returns a [FileGone], as it does for a file
// that the file store finds changed.
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
		return nil, src.blame(err)
	}
	return &surveyedText{ReadCloser: text, src: src, decoded: j.Format != nil && !j.Format.Text.Plain()}, nil
}

// textSize is how many bytes the text of the job's file has: checkpoints are places in it.
func (j *Job) textSize() int64 { return j.Format.Size(j.Upload.Size) }

// fileBytes is the bytes of a file as they are read.
type fileBytes struct {
	contextReader
	at, size int64
	ended    bool
}

func (s *fileBytes) Read(p []byte) (int, error) {
	n, err := s.contextReader.Read(p)
	s.at += int64(n)
	s.ended = s.ended || err == io.EOF // an error that wraps it is one of a connection
	return n, err
}

// blame returns the error of reading a text: where its file is at fault, what became of
// the file. A text that ends too early says so in the end of its file alone: otherwise,
// reading broke off.
func (s *fileBytes) blame(err error) error {
	_, unfit := errors.AsType[*usercsv.FileError](err)
	switch {
	case s == nil || !unfit && !(s.ended && errors.Is(err, io.ErrUnexpectedEOF)):
		return err
	case s.ended && s.at != s.size:
		return changed(s.at, s.size)
	case !unfit:
		return FileTruncated
	}
	return FileChanged
}

// surveyedText is the text of a file that was surveyed.
type surveyedText struct {
	io.ReadCloser
	src     *fileBytes
	decoded bool // it is not the file's bytes
}

// Read compares the sizes of the files where those of the texts may be the same: a
// character that is cut off at the end becomes another one.
func (t *surveyedText) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	if err == io.EOF && t.decoded && t.src.ended && t.src.at != t.src.size {
		return n, changed(t.src.at, t.src.size)
	}
	return n, t.src.blame(err)
}
