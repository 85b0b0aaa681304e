package usercsv

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// TestOpenText opens a text at each of its bytes, in every form.
func TestOpenText(t *testing.T) {
	const text = "h;i\r\nä;\"b\nc\"\r\n€;d\n"
	for _, form := range everyForm() {
		f := &Format{Text: form, Dialect: dialect.Dialect{Separator: ';', Quote: '"', Style: dialect.Doubled}}
		file := fileOf(t, form, text)
		opened, closed := 0, 0
		open := func(offset int64) (io.ReadCloser, error) {
			opened++
			return &closeCounter{bytes.NewReader(file[offset:]), &closed}, nil
		}
		whole := openedAt(t, f, open, 0)
		if r, err := f.OpenText(open, 0, int64(len(whole))); err != nil {
			t.Error(err)
		} else if got, err := io.ReadAll(r); err != nil || string(got) != whole {
			t.Errorf("%+v, with the size of the text as the bound: %d bytes, %v", form, len(got), err)
		} else {
			r.Close()
		}
		for at := range len(whole) + 1 {
			if got := openedAt(t, f, open, int64(at)); got != whole[at:] {
				t.Fatalf("%+v at byte %d: %q, want %q", form, at, got, whole[at:])
			}
		}
		if opened != closed {
			t.Errorf("%+v: %d files were opened, and %d closed", form, opened, closed)
		}
		if form.Plain() {
			continue // the file itself is the text from there on
		}
		if _, err := f.OpenText(open, int64(len(whole))+1, 1<<20); !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || opened != closed {
			t.Errorf("%+v: a byte after the end: %v; %d files were opened, and %d closed", form, err, opened, closed)
		}
	}
}

// closeCounter counts calls of Close.
type closeCounter struct {
	io.Reader
	closed *int
}

func (c *closeCounter) Close() error { *c.closed++; return nil }

// TestOpenTextErrors: errors in the file are *FileError, and errors of reading are not.
func TestOpenTextErrors(t *testing.T) {
	text := "h\n" + strings.Repeat("0123456789\n", 1000)
	lost := errors.New("lost")
	for _, p := range []filetext.Packing{filetext.Gzip, filetext.Zstd} {
		f := &Format{Text: filetext.Form{Packing: p}}
		file := fileOf(t, f.Text, text)
		for name, c := range map[string]struct {
			file io.Reader
			code string
			err  error
		}{
			"damaged":     {strings.NewReader(string(file[:len(file)/2]) + "damage" + string(file[len(file)/2:])), CodeFileForm, nil},
			"cut off":     {bytes.NewReader(file[:len(file)-1]), CodeFileForm, nil},
			"empty":       {strings.NewReader(""), CodeFileForm, nil},
			"too large":   {bytes.NewReader(append(bytes.Clone(file), file...)), CodeFileTooLarge, nil},
			"not read":    {iotest.ErrReader(lost), "", lost},
			"broken off":  {io.MultiReader(bytes.NewReader(file[:len(file)/2]), iotest.ErrReader(lost)), "", lost},
			"as it shall": {bytes.NewReader(file), "", nil},
		} {
			for _, offset := range []int64{0, int64(len(text))} {
				if s, ok := c.file.(io.Seeker); ok {
					s.Seek(0, io.SeekStart)
				} else if offset > 0 {
					continue
				}
				r, err := f.OpenText(func(int64) (io.ReadCloser, error) { return io.NopCloser(c.file), nil }, offset, int64(len(text)))
				if err == nil {
					_, err = readAll(f.NewReader(r, Position{Offset: offset}, Limits{}))
					r.Close()
				}
				if problem, ok := errors.AsType[*FileError](err); ok != (c.code != "") || ok && problem.Code != c.code || !errors.Is(err, c.err) && c.err != nil || c.err == nil && c.code == "" && err != nil {
					t.Errorf("%s, %s, from byte %d: %v", p, name, offset, err)
				} else if ok {
					fileCode(t, problem)
				}
			}
		}
	}
	if _, err := (&Format{Text: filetext.Form{CR: true}}).OpenText(func(int64) (io.ReadCloser, error) { return nil, lost }, 5, 1); !errors.Is(err, lost) {
		t.Errorf("a file that cannot be opened: %v", err)
	}
}

// TestOpenTextEnds: skipping to an offset ends with the context of the file.
func TestOpenTextEnds(t *testing.T) {
	for _, form := range []filetext.Form{{Encoding: filetext.UTF16LE}, {CR: true}, {Encoding: filetext.Windows1252, Mark: true}} {
		ctx, cancel := context.WithCancel(t.Context())
		endless := &until{ctx: ctx, cancel: cancel, reads: 5}
		_, err := (&Format{Text: form}).OpenText(func(int64) (io.ReadCloser, error) { return io.NopCloser(endless), nil }, 1<<40, 1<<50)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%+v: %v", form, err)
		}
	}
}

// until reads forever, until its context ends after some reads.
type until struct {
	ctx    context.Context
	cancel context.CancelFunc
	reads  int
}

func (u *until) Read(p []byte) (int, error) {
	if u.reads--; u.reads < 0 {
		u.cancel()
	}
	clear(p)
	return len(p), u.ctx.Err()
}

// TestOpenTextIsBounded opens a large text at its end. Only a small part of it is in
// memory at any time.
func TestOpenTextIsBounded(t *testing.T) {
	const size = 32 << 20
	for _, form := range []filetext.Form{{Packing: filetext.Gzip}, {Packing: filetext.Zstd, Encoding: filetext.UTF16BE}, {Encoding: filetext.CodePage850, CR: true}} {
		f := &Format{Text: form}
		bytesOf := int64(size)
		if form.Encoding == filetext.UTF16BE {
			bytesOf *= 2
		}
		file := packedAs(t, form.Packing, make([]byte, bytesOf))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := f.OpenText(func(int64) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file)), nil }, size-1, bytesOf)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, r)
		if err != nil || n != 1 {
			t.Errorf("%+v: %d bytes, %v", form, n, err)
		}
		r.Close()
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
			t.Errorf("%+v: %d bytes were allocated", form, took)
		}
	}
}

// TestDamagedCharactersFail: only the row with an undefined character of the file's
// encoding fails.
func TestDamagedCharactersFail(t *testing.T) {
	for name, c := range map[string]struct {
		form filetext.Form
		file string
	}{
		"Windows-1252":    {filetext.Form{Encoding: filetext.Windows1252}, "h\nM\xfcller\nM\x81ller\nM\xf6ller\n"},
		"UTF-16":          {filetext.Form{Encoding: filetext.UTF16LE}, "h\x00\n\x00\xfc\x00\n\x00\x3d\xd8\n\x00\xf6\x00\n\x00"},
		"UTF-8 with CR":   {filetext.Form{CR: true}, "h\rMüller\rM\xfcller\rMöller\r"},
		"half a last one": {filetext.Form{Encoding: filetext.UTF16BE}, "\x00h\x00\n\x00a\x00\n\x00"},
	} {
		f := &Format{Text: c.form}
		r, err := f.OpenText(func(int64) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(c.file)), nil }, 0, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		reader := f.NewReader(r, Position{}, Limits{})
		if _, err := reader.Header(); err != nil {
			t.Fatal(err)
		}
		rows, err := readAll(reader)
		if err != nil || len(rows) < 2 || rows[0].Err != nil || rows[1].Err == nil || rows[1].Err.Code != CodeEncoding || len(rows) > 2 && rows[2].Err != nil {
			t.Errorf("%s: %s, %v", name, show(rows), err)
		}
	}
}
