package cli

import (
	"bytes"
	"io"
	"os"

	"poolhouse/internal/plaintext"
)

// output is standard output: plain, for what shows it to people; and as it is, where a
// command writes a file to it.
type output struct {
	*plaintext.Writer
	raw io.Writer
}

// file returns standard output as it is where it is a file, which shows nothing to
// people, and nil elsewhere.
func (o output) file() io.Writer {
	file, is := o.raw.(*os.File)
	if !is {
		return nil
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return file
}

// recordWriter writes the records of a file to what shows them to people, and notes
// whether all of them were written as they are.
type recordWriter struct {
	out     io.Writer
	changed bool
}

func (w *recordWriter) Write(text []byte) (int, error) {
	shown := bytes.TrimPrefix(text, []byte("\ufeff"))       // for spreadsheets, which take the file for UTF-8 by it
	if end := []byte("\r\n"); bytes.HasSuffix(shown, end) { // a terminal wants no CR, and misses none
		shown = append(bytes.Clone(shown[:len(shown)-len(end)]), '\n')
	}
	w.changed = w.changed || !bytes.Equal(plaintext.Escaped(shown), shown)
	if _, err := w.out.Write(shown); err != nil {
		return 0, err
	}
	return len(text), nil
}
