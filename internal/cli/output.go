package cli

import (
	"bytes"
	"io"
	"os"

	"poolhouse/internal/plaintext"
)

// output is standard output: escaped for people, and raw for commands that write a file to
// it.
type output struct {
	*plaintext.Writer
	raw io.Writer
}

// file returns raw standard output if it is a file, and nil if it may be a terminal.
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

// recordWriter writes the records of a file to a terminal, and notes whether it wrote all
// of them unchanged.
type recordWriter struct {
	out     io.Writer
	changed bool
}

func (w *recordWriter) Write(text []byte) (int, error) {
	shown := bytes.TrimPrefix(text, []byte("\ufeff"))       // a byte order mark, by which spreadsheets recognize UTF-8
	if end := []byte("\r\n"); bytes.HasSuffix(shown, end) { // a terminal does not need CR
		shown = append(bytes.Clone(shown[:len(shown)-len(end)]), '\n')
	}
	w.changed = w.changed || !bytes.Equal(plaintext.Escaped(shown), shown)
	if _, err := w.out.Write(shown); err != nil {
		return 0, err
	}
	return len(text), nil
}
