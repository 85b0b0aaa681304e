package bench

import "fmt"

// size is how much room a database takes, and what it is held against.
type size struct {
	name  string
	short string // as others that are held against it name it
	base  *size  // nil for none
	bytes int64  // 0 when it was not measured
	rows  int
}

// sizeTarget is what the room of our database is meant to be, beside the loader's.
const sizeTarget = "≤ 1.40"

// fill is how much room is taken by so many rows.
func (s *size) fill(bytes int64, rows int) { s.bytes, s.rows = bytes, rows }

// newSizes returns the sizes of the loader's database and of ours, with so many
// rows.
func newSizes(l loader, rows int) (loaders, imports *size) {
	loaders = &size{name: fmt.Sprintf("%s, %d rows", l.name, rows), short: "the loader's"}
	return loaders, &size{name: fmt.Sprintf("import, %d rows", rows), base: loaders}
}

// sizeTable shows all that was measured.
func sizeTable(title string, all []*size) table {
	t := table{title: title, head: []string{"", "size", "bytes a row", "size / the loader's", "target"}}
	for _, s := range all {
		if s.bytes > 0 {
			t.rows = append(t.rows, s.cells())
		}
	}
	return t
}

func (s *size) cells() []string {
	cells := []string{s.name, mebibytes(s.bytes), fmt.Sprint(s.bytes / int64(s.rows)), "", ""}
	if s.base != nil {
		cells[4] = sizeTarget
		if s.base.bytes > 0 {
			cells[3] = fmt.Sprintf("%.2f × %s", float64(s.bytes)/float64(s.base.bytes), s.base.short)
		}
	}
	return cells
}
