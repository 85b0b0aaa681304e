package usercsv

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// columnNames is what the columns of a file are read as.
type columnNames struct {
	names  []string    // as the file has them, "" for none
	read   []string    // as they are read; of a column that the pool does not know, its own name
	unread map[int]Why // the columns that are not imported
	mapped map[int]int // from columns that the job's Map names to its entries

	skipped map[string]bool // the names of unread columns
}

// readNames finds out what the columns of a header are read as: what the map says of them,
// or else the column that has their name or the very same one but for how it is written
// ([plainName]). What is wrong with the map is returned; its good entries hold.
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

// sameName returns the column that has a name in another way of writing it; the name
// itself where there is none, or where it could be several.
func (c *catalogue) sameName(name string) string {
	if name == "" || c.knows(name) {
		return name
	}
	if column := c.same[plainName(name)]; column != "" {
		return column
	}
	return name
}

// addSame notes another column under its plain name. A name of nothing but a prefix and
// signs means no certain column.
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

// plainName is a name without what programs change about the names of columns: the case
// of letters, characters of no width, spaces, underscores, hyphens, dots and colons
// between words, and the # that some begin a header with. Quotation marks and apostrophes stay: where names have them, values do.
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

// numbered is what a column is called that has no name, or one that is not its alone.
func numbered(i int) string { return fmt.Sprintf("column %d", i+1) }

// format is a format with the names, if one of them is changed.
func (n *columnNames) format(f *Format) {
	if !n.changed() {
		return
	}
	f.Names, f.Columns = n.names, n.read
	if len(n.unread) > 0 {
		f.Unread = maps.Clone(n.unread)
	}
}
