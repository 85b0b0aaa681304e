package bench

import "fmt"

// size is the size of a database and its baseline.
type size struct {
	name  string
	short string // its name in comparisons
	base  *size  // nil for none
	bytes int64  // 0 if not measured
	rows  int
}

// sizeTarget is the target for the size of our database, compared with the loader's.
const sizeTarget = "≤ 1.40"

// fill stores the size for a number of rows.
func (s *size) fill(bytes int64, rows int) { s.bytes, s.rows = bytes, rows }

// newSizes returns the sizes of the loader's database and of ours for a number of rows.
func newSizes(l loader, rows int) (loaders, imports *size) {
	loaders = &size{name: fmt.Sprintf("%s, %d rows", l.name, rows), short: "the loader's"}
	return loaders, &size{name: fmt.Sprintf("import, %d rows", rows), base: loaders}
}

// sizeTable returns a table of the sizes that were measured.
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
