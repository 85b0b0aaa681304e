package usercsv

import (
	"fmt"
	"slices"

	"poolhouse/internal/userpool"
)

// catalogue has the columns that files may have.
type catalogue struct {
	known     map[string]bool
	custom    bool              // every custom attribute counts as known, because there is no pool
	folded    map[string]string // maps a name in its simplest form to its column
	bare      map[string]string // the same without the column's prefix
	same      map[string]string // maps a plain name to its only column, and to "" if several columns have it
	needed    []need
	algorithm string
	canMap    bool // the job can have a map
}

// need is a column that every row needs.
type need struct {
	name  string
	other []string // columns that can replace it
	why   string
}

// newCatalogue returns the columns of the pool's files in a job with this hash algorithm.
// Without a pool, they are the columns that any pool knows.
func newCatalogue(p *userpool.UserPool, algorithm string) *catalogue {
	c := &catalogue{known: map[string]bool{}, folded: map[string]string{}, bare: map[string]string{}, same: map[string]string{}, algorithm: algorithm}
	if p == nil {
		c.custom = true
		p = &userpool.UserPool{Schema: userpool.StandardSchema()}
	}
	for _, name := range Header(p) {
		c.known[name] = true
		addNew(c.folded, fold(name), name)
		addNew(c.bare, fold(withoutPrefix(name)), name)
		c.addSame(name)
	}
	c.known[ColumnExternalID] = true
	c.addSame(ColumnExternalID)
	addNew(c.folded, fold(ColumnExternalID), ColumnExternalID)
	addNew(c.bare, fold(withoutPrefix(ColumnExternalID)), ColumnExternalID)
	c.need(p)
	return c
}

func addNew(m map[string]string, key, value string) {
	if _, taken := m[key]; !taken {
		m[key] = value
	}
}

// need notes the columns that every row needs. Other columns may be missing: the
// Developer Guide's own examples lack most of them.
func (c *catalogue) need(p *userpool.UserPool) {
	c.needed = append(c.needed, need{name: ColumnUsername})
	if c.algorithm != "" {
		c.needed = append(c.needed, need{name: ColumnPasswordHash, why: "the job has a PasswordHashingAlgorithm"})
	}
	if len(p.AutoVerified) > 0 {
		flag := need{name: p.AutoVerified[0] + "_verified"}
		for _, a := range p.AutoVerified[1:] {
			flag.other = append(flag.other, a+"_verified")
		}
		c.needed = append(c.needed, flag)
	}
	for _, a := range p.Schema {
		filled := slices.Contains(p.UsernameAttributes, a.Name) // cognito:username fills it
		if a.Required && importable(a.Name) && !filled {
			c.needed = append(c.needed, need{name: a.Name, why: "the user pool requires it"})
		}
	}
}

func (c *catalogue) knows(name string) bool {
	return c.known[name] || ignored(name) || c.custom && isCustom(name)
}

// judge returns a *FileError with everything that is wrong with a header, and nil for a
// valid header.
func (c *catalogue) judge(header []string) error {
	if f := c.find(header); !f.none() {
		return f.problem()
	}
	return nil
}

// problem returns all findings as one error.
func (f *findings) problem() *FileError {
	if f.headerless() {
		return &FileError{Code: CodeFileHeader,
			Reason: "Unexpected headers: the first line is not a header. Put the names of the columns on it, above the users.",
			Detail: "Unexpected headers: the first line is not a header: no value on it is the name of a column. " +
				"Put the names of the columns on the first line, above the users. GetCSVHeader lists them."}
	}
	return f.fileError()
}

// find looks for what is wrong with a header.
func (c *catalogue) find(header []string) *findings {
	return c.findIn(&columnNames{names: header, read: header})
}

// findIn looks for what is wrong with the columns of a file, by the names that they are
// read as.
func (c *catalogue) findIn(names *columnNames) *findings {
	header := names.read
	f := &findings{header: header, names: names.names, mapHelps: c.canMap}
	first := map[string]int{}
	for i, name := range header {
		switch j, again := first[name]; {
		case name == "":
			f.nameless = append(f.nameless, i+1)
		case again:
			if j >= 0 && !ignored(name) { // reported once
				f.twice = append(f.twice, [2]int{j, i})
				first[name] = -1
			}
		case !c.knows(name):
			first[name] = i
			f.unknown = append(f.unknown, i)
		default:
			first[name] = i
		}
	}
	for _, n := range c.needed {
		has := func(name string) bool { _, ok := first[name]; return ok }
		if !has(n.name) && !slices.ContainsFunc(n.other, has) {
			f.missing = append(f.missing, n)
		}
	}
	f.explain(c)
	return f
}

// findings are what is wrong with a header.
type findings struct {
	header   []string // the columns as they are read
	names    []string // the names in the file
	nameless []int    // numbers of columns, from 1
	twice    [][2]int // pairs of columns, as indexes, that are read as one
	unknown  []int    // indexes in header
	missing  []need
	cures    []cure // for the unknown columns, as far as they are named
	near     int    // how many unknown columns clearly mean a known one
	mapHelps bool   // a map of the job can help
}

func (f *findings) none() bool {
	return len(f.nameless)+len(f.twice)+len(f.unknown)+len(f.missing) == 0
}

// headerless reports whether the line in the header's place names no known column. Then
// it has the values of a user, and no message may repeat them.
func (f *findings) headerless() bool {
	return f.near == 0 && len(f.unknown) > 0 && len(f.unknown)+len(f.nameless) == len(f.header)
}

// maxNamedColumns bounds how many unknown columns are named.
const maxNamedColumns = 50

// explain finds the cures of the unknown columns. It repeats an unknown name that means
// no certain column only if the line is surely a header. A file without a header begins
// with a user's values.
func (f *findings) explain(c *catalogue) {
	taken := map[string]bool{}
	for _, name := range f.header {
		taken[name] = c.knows(name)
	}
	values, named := false, taken[ColumnUsername]
	for n, i := range f.unknown {
		u := c.cure(f.header[i], taken, n < maxNamedColumns)
		if u.clear {
			f.near++
		}
		named = named || u.column == ColumnUsername
		values = values || looksLikeValue(f.header[i])
		if n < maxNamedColumns {
			f.cures = append(f.cures, u)
		}
	}
	recognised := len(f.header) - len(f.unknown) - len(f.nameless) + f.near
	header := 2*recognised >= len(f.header)-len(f.nameless) || named && !values
	for n := range f.cures {
		u, name := &f.cures[n], f.header[f.unknown[n]]
		if u.clear || header && !looksLikeValue(name) {
			u.shown = shown(name)
			continue
		}
		*u = cure{shown: fmt.Sprintf("that with number %d", f.unknown[n]+1)}
	}
}
