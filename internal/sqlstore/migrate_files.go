package sqlstore

import (
	"io/fs"
	"strings"
)

// markedFiles are the migrations, with goose's annotations around each
// statement. Without them goose looks for the end of a statement with a buffer
// of 4 MB for each line, out of a pool that drops every fourth while the race
// detector is on: a test's new database took most of its time for that.
type markedFiles struct{ fs.FS }

// Open opens a file, or the directory as it is.
func (m markedFiles) Open(name string) (fs.File, error) {
	file, err := m.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || info.IsDir() {
		return file, err
	}
	text, err := fs.ReadFile(m.FS, name)
	if err != nil {
		return nil, err
	}
	return &markedFile{file, strings.NewReader(mark(string(text)))}, nil
}

// markedFile is a file with another text.
type markedFile struct {
	fs.File
	text *strings.Reader
}

func (f *markedFile) Read(p []byte) (int, error) { return f.text.Read(p) }

// mark puts annotations around each statement of a migration that has none. A
// statement ends where goose would see its end: at a line whose last word
// before a comment ends with a semicolon.
func mark(text string) string {
	const begin, end = "-- +goose StatementBegin\n", "-- +goose StatementEnd\n"
	if strings.Contains(text, strings.TrimSpace(begin)) {
		return text
	}
	var b strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		start := strings.TrimSpace(line)
		if !inside && start != "" && !strings.HasPrefix(start, "--") {
			inside = true
			b.WriteString(begin)
		}
		b.WriteString(line)
		if inside && endsStatement(line) {
			inside = false
			if !strings.HasSuffix(line, "\n") {
				b.WriteByte('\n')
			}
			b.WriteString(end)
		}
	}
	return b.String()
}

func endsStatement(line string) bool {
	last := ""
	for word := range strings.FieldsSeq(line) {
		if strings.HasPrefix(word, "--") {
			break
		}
		last = word
	}
	return strings.HasSuffix(last, ";")
}
