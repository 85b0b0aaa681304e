package importjob_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/usercsv"
)

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// opened counts how often files are opened.
type opened struct {
	importjob.Files
	times int
}

func (o *opened) Open(ctx context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	o.times++
	return o.Files.Open(ctx, u, offset)
}

// TestPackedIsOpenedOnce: a compressed file can only be decoded from its beginning. It is not
// opened again for each commit.
func TestPackedIsOpenedOnce(t *testing.T) {
	times := map[int]int{}
	for _, rows := range []int{50, 2000} {
		synctest.Test(t, func(t *testing.T) {
			m := memstore.New(testPool())
			m.Cut = 5 // each commit leaves rows of the portion that it drew
			key := m.Add("import-1", gzipped(t, csvFile(rows)))
			files := &opened{Files: m}
			_, stop := start(m, files, config("a"))
			time.Sleep(time.Hour)
			stop()
			if j := m.Job(key); j.State != importjob.Succeeded || j.TotalRows != int64(rows) {
				t.Fatalf("%s: %s", j.State, j.Explanation())
			}
			times[rows] = files.times
		})
	}
	if times[50] != times[2000] || times[50] > 5 {
		t.Errorf("files of 50 and 2,000 rows were opened %v times", times)
	}
}

// TestChangedWhilePacked: a compressed file that changes during a run ends its job. Data that
// cannot be unpacked does not become a row.
func TestChangedWhilePacked(t *testing.T) {
	whole := undisturbed(t, csvFile(3000))
	for name, c := range map[string]struct {
		damage func([]byte) []byte
		want   importjob.FileGone
	}{
		"shorter":       {func(data []byte) []byte { return data[:len(data)/2] }, importjob.FileTruncated},
		"empty":         {func([]byte) []byte { return []byte{} }, importjob.FileTruncated},
		"longer":        {func(data []byte) []byte { return append(data, "more"...) }, importjob.FileChanged},
		"other bytes":   {func(data []byte) []byte { data[len(data)/2] ^= 0xff; return data }, importjob.FileChanged},
		"another file":  {func([]byte) []byte { return []byte("cognito:username,email,email_verified\nx,x@example.com,true\n") }, importjob.FileChanged},
		"a longer text": {func(data []byte) []byte { return append(data, data...) }, importjob.FileChanged},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New(testPool())
				key := m.Add("import-1", gzipped(t, csvFile(3000)))
				begun := make(chan struct{})
				cfg := config("a")
				cfg.Began = func(context.Context, *importjob.Job) { close(begun) }
				files := &changed{Files: m, begun: begun, change: func() {
					m.Mu.Lock()
					defer m.Mu.Unlock()
					m.Files["import-1/file"] = c.damage(bytes.Clone(m.Files["import-1/file"]))
				}}
				_, stop := start(m, files, cfg)
				time.Sleep(time.Hour)
				stop()
				j := m.Job(key)
				if j.State != importjob.Failed || j.Message != string(c.want) && !(name == "shorter" && strings.HasPrefix(j.Message, "The uploaded file")) {
					t.Errorf("the job is %s: %s", j.State, j.Explanation())
				}
				for i, line := range resultOf(m, key).Lines {
					if name != "other bytes" && line != whole.Lines[i] { // a change of the same size is noticed only at the end
						t.Fatalf("line %q, want %q", line, whole.Lines[i])
					}
				}
			})
		})
	}
}

// TestCutOffCharacter: the last byte of a file in UTF-16 is missing. The rest of its last
// character decodes to one byte of text, like the line end before. The row at the end is not
// imported.
func TestCutOffCharacter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(testPool())
		key := m.Add("import-1", utf16("cognito:username,email,email_verified\nann,ann@example.com,true\n"))
		begun := make(chan struct{})
		cfg := config("a")
		cfg.Began = func(context.Context, *importjob.Job) { close(begun) }
		files := &changed{Files: m, begun: begun, change: func() {
			m.Mu.Lock()
			defer m.Mu.Unlock()
			file := m.Files["import-1/file"]
			m.Files["import-1/file"] = file[:len(file)-1]
		}}
		_, stop := start(m, files, cfg)
		time.Sleep(time.Hour)
		stop()
		if j := m.Job(key); j.State != importjob.Failed || j.Message != string(importjob.FileTruncated) || j.Counts.Sum() != 0 {
			t.Errorf("the job is %s with %+v: %s", j.State, j.Counts, j.Explanation())
		}
	})
}

// utf16 encodes ASCII text as UTF-16LE with a byte order mark.
func utf16(text string) string {
	out := []byte{0xff, 0xfe}
	for i := range len(text) {
		out = append(out, text[i], 0)
	}
	return string(out)
}

// changed is a file store whose files change after the job has begun.
type changed struct {
	importjob.Files
	begun  <-chan struct{}
	change func()
}

func (c *changed) Open(ctx context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	select {
	case <-c.begun:
		if c.change != nil {
			c.change()
			c.change = nil
		}
	default:
	}
	return c.Files.Open(ctx, u, offset)
}

// TestUnreadableFormat: if the format of a job does not fit its file, the job ends and says
// so. The file is never read as if it were in Cognito's format.
func TestUnreadableFormat(t *testing.T) {
	for name, set := range map[string]func(*usercsv.Format){
		"columns of another file": func(f *usercsv.Format) { f.Names, f.Columns = []string{"a"}, []string{"cognito:username"} },
		"another encoding":        func(f *usercsv.Format) { f.Text.Encoding = "UTF-16LE" },
		"a packing":               func(f *usercsv.Format) { f.Text.Packing = "gzip" },
		"another separator":       func(f *usercsv.Format) { f.Dialect.Separator, f.Dialect.Style = ';', "plain" },
	} {
		f := &usercsv.Format{}
		set(f)
		synctest.Test(t, func(t *testing.T) {
			m := memstore.New(testPool())
			key := m.Add("import-1", csvFile(20))
			j := m.Jobs[key]
			j.State, j.TotalRows, j.Format = importjob.InProgress, 20, f
			_, stop := start(m, m, config("a"))
			time.Sleep(time.Minute)
			stop()
			if j := m.Job(key); j.State != importjob.Failed || j.Counts.Sum() != 0 || len(m.Users) > 0 {
				t.Errorf("%s: the job is %s with %+v: %s", name, j.State, j.Counts, j.Explanation())
			}
		})
	}
}
