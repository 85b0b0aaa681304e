package usercsv

import (
	"bytes"
	"slices"
	"strings"
)

// columnValues is what was seen of the values of one column.
type columnValues struct {
	filled  int64
	hide    bool     // the values must not be shown
	written [][]byte // the samples as they are written
	samples []string
}

// How much is kept of columns.
const (
	samplesSeen    = 3
	columnsWatched = 1000
)

// add looks at the value of a row.
func (c *columnValues) add(value []byte, row *rowCells) {
	if len(value) == 0 {
		return
	}
	c.filled++
	if len(c.samples) == samplesSeen || slices.ContainsFunc(c.written, func(w []byte) bool { return bytes.Equal(w, comparedPart(value)) }) {
		return
	}
	c.written = append(c.written, bytes.Clone(comparedPart(value)))
	c.samples = append(c.samples, clip(strings.ToValidUTF8(row.meaning(value), "\uFFFD"), valueSeen))
}

// comparedPart returns the part of a value that is compared.
func comparedPart(value []byte) []byte { return value[:min(len(value), 4*valueSeen)] }

// shown returns the samples. It hides passwords, hashes, and values that look like one.
func (c *columnValues) shown() []string {
	out := make([]string, 0, len(c.samples))
	for _, sample := range c.samples {
		if c.hide {
			sample = Hidden
		}
		if !slices.Contains(out, sample) {
			out = append(out, sample)
		}
	}
	return out
}

// secretNames are parts of the plain names of columns with secret values.
var secretNames = []string{"password", "passwd", "passwort", "kennwort", "passphrase", "motdepasse", "contraseña", "contrasena", "hash", "salt", "secret", "token", "pwd"}

// watchSeen starts collecting samples of the columns, if that is wanted.
func (t *textSurvey) watchSeen() {
	if !t.want.Columns {
		return
	}
	for i, name := range t.columns.names[:min(len(t.columns.names), columnsWatched)] {
		plain := plainName(name)
		v := &columnValues{hide: t.columns.read[i] == ColumnPasswordHash ||
			slices.ContainsFunc(secretNames, func(part string) bool { return strings.Contains(plain, part) })}
		t.watch.columnAt(i).seen, t.watch.seen[i] = v, v
	}
}

// mapName returns a column's name in the form for a map. A name that is too long for a map
// stays too long.
func mapName(name string) string { return clip(strings.ToValidUTF8(name, "\uFFFD"), mapNameMost+1) }

// mapNameMost bounds a name in a map, in characters.
const mapNameMost = 256

// seen describes the columns. If the first line may not be a header, it leaves out the
// values, which may be a user's.
func (t *textSurvey) seen() (out []ColumnSeen) {
	cures := map[int]cure{}
	for n, i := range t.found.unknown[:len(t.found.cures)] {
		cures[i] = t.found.cures[n]
	}
	seen := map[string]bool{}
	for i, name := range t.columns.names {
		read := t.columns.read[i]
		c := ColumnSeen{Name: mapName(name), Known: t.catalogue.knows(read), Twice: read != "" && seen[read]}
		seen[read] = true
		if u, ok := cures[i]; ok {
			if c.Cure = u.full; u.shown != shown(name) {
				c.Name = u.shown
			}
		}
		if why, unread := t.columns.unread[i]; unread {
			c.Unread, c.Known = why, t.catalogue.knows(name)
		} else if c.Known && !ignored(read) {
			c.ReadAs = read
		}
		if v := t.watch.seen[i]; v != nil {
			c.Filled, c.Samples = v.filled, v.shown()
			if !v.hide && c.ReadAs == "" {
				for k := range c.Samples {
					c.Samples[k], _ = HideHashes(c.Samples[k])
				}
			}
		}
		out = append(out, c)
	}
	t.suggest(out, cures)
	return out
}
