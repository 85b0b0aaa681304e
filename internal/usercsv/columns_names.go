package usercsv

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// columnNames says how the columns of a file are read.
type columnNames struct {
	names  []string    // the names in the file, "" for none
	read   []string    // the columns they are read as; an unknown column has its own name
	unread map[int]Why // the columns that are not imported
	mapped map[int]int // maps the columns that the job's Map names to its entries

	skipped map[string]bool // the names of columns that are not imported
}

// readNames decides how the columns of a header are read. An entry of the map decides
// first. Otherwise the column has the same name, or a name that is only written
// differently ([plainName]). Errors of the map are returned; its valid entries count.
func (c *catalogue) readNames(header []string, asked []Mapped) (*columnNames, *FileError) {
	n := &columnNames{names: header, read: slices.Clone(header), unread: map[int]Why{}, mapped: map[int]int{}}
	for i, name := range header {
		n.read[i] = c.sameName(name)
	}
	if len(asked) == 0 {
		return n, nil
	}
	return n, c.mapNames(n, asked)
}

// sameName returns the only column whose name differs from name in writing only. If there
// is none, or several, it returns name.
func (c *catalogue) sameName(name string) string {
	if name == "" || c.knows(name) {
		return name
	}
	if column := c.same[plainName(name)]; column != "" {
		return column
	}
	return name
}

// addSame adds another column under its plain name. A name that has only a prefix and
// signs is not added.
func (c *catalogue) addSame(column string) {
	plain := plainName(column)
	if fold(withoutPrefix(column)) == "" {
		return
	}
	if before, there := c.same[plain]; there && before != column {
		column = ""
	}
	c.same[plain] = column
}

// plainName returns a name without the differences that programs make. It removes case,
// invisible characters, spaces, underscores, hyphens, dots and colons between words, and
// a # at the beginning of a header. It keeps quotation marks and apostrophes: if names
// have them, values have them, too.
func plainName(name string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("_.:", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	if rest := strings.TrimPrefix(plain, "#"); rest != "" {
		return rest
	}
	return plain
}

// changed reports whether a column is read under another name than its own.
func (n *columnNames) changed() bool {
	return len(n.unread) > 0 || !slices.Equal(n.names, n.read)
}

// skip notes that a column is not imported.
func (n *columnNames) skip(i int, why Why) {
	n.unread[i] = why
	name := n.names[i]
	if name == "" {
		name = numbered(i)
	}
	name = strings.TrimPrefix(name, NotImported)
	if n.skipped == nil {
		n.skipped = map[string]bool{}
		for _, other := range n.names {
			n.skipped[other] = strings.HasPrefix(other, NotImported)
		}
	}
	if n.read[i] = NotImported + name; n.skipped[n.read[i]] && n.read[i] != n.names[i] {
		n.read[i] = NotImported + name + " (" + numbered(i) + ")"
	}
	n.skipped[n.read[i]] = true
}

// numbered names a column that has no name, or not a unique one.
func numbered(i int) string { return fmt.Sprintf("column %d", i+1) }

// format adds the names to a format, if a name is changed.
func (n *columnNames) format(f *Format) {
	if !n.changed() {
		return
	}
	f.Names, f.Columns = n.names, n.read
	if len(n.unread) > 0 {
		f.Unread = maps.Clone(n.unread)
	}
}
