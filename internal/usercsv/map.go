package usercsv

import (
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/userpool"
)

// CheckMap returns what is wrong with the map of a job for files of the pool, whatever
// columns its file has; nil if nothing is.
func CheckMap(p *userpool.UserPool, asked []Mapped) *FileError {
	return mapProblem(newCatalogue(p, "").mapFaults(asked))
}

// mapProblem is the problem of a map with these faults, nil without any.
func mapProblem(faults []string) *FileError {
	if len(faults) == 0 {
		return nil
	}
	const begins = "The map does not fit: "
	whole := begins + strings.Join(faults[:min(len(faults), toldColumns)], " ")
	if left := len(faults) - toldColumns; left > 0 {
		whole += fmt.Sprintf(" And %d more.", left)
	}
	problem := &FileError{Code: CodeFileMap, Reason: whole}
	if len([]rune(whole)) > maxReason {
		problem.Detail = whole
		problem.Reason = clip(begins+faults[0], maxReason-len(more)) + more
	}
	return problem
}

// mapFaults returns what is wrong with a map by itself, in words.
func (c *catalogue) mapFaults(asked []Mapped) (faults []string) {
	names, attributes := map[string]bool{}, map[string]string{}
	for _, m := range asked {
		if names[m.Column] {
			faults = append(faults, fmt.Sprintf("it has the column %s twice.", shown(m.Column)))
		}
		names[m.Column] = true
		if m.Attribute == "" {
			continue
		}
		if !c.knows(m.Attribute) || ignored(m.Attribute) {
			faults = append(faults, c.noAttribute(m))
			continue
		}
		if other, again := attributes[m.Attribute]; again && other != m.Column {
			faults = append(faults, fmt.Sprintf("%s and %s are both mapped to %s; map one of them to nothing.", shown(other), shown(m.Column), shown(m.Attribute)))
		}
		attributes[m.Attribute] = m.Column
	}
	return faults
}

// noAttribute says that a column is mapped to what is no column of the pool's files.
func (c *catalogue) noAttribute(m Mapped) string {
	text := fmt.Sprintf("%s is mapped to %s, which is no column of the user pool's files", shown(m.Column), shown(m.Attribute))
	switch u := c.cure(m.Attribute, map[string]bool{}, true); {
	case u.column != "" && u.clear:
		return text + fmt.Sprintf("; write %s.", shown(u.column))
	case u.column != "":
		return text + fmt.Sprintf("; is it %s?", shown(u.column))
	}
	return text + "; GetCSVHeader lists them."
}

// mapNames changes what columns are read as to what the map says. Faults of the map are
// returned; an entry with one has no effect.
func (c *catalogue) mapNames(n *columnNames, asked []Mapped) *FileError {
	faults := c.mapFaults(asked)
	var drop []int
	for e, m := range asked {
		columns := n.find(m.Column)
		known := c.knows(m.Attribute) && !ignored(m.Attribute)
		switch {
		case len(columns) == 0:
			faults = append(faults, fmt.Sprintf("the file has no column %s.", shown(m.Column)))
		case m.Attribute == "":
			drop = append(drop, columns...)
		case len(columns) > 1:
			faults = append(faults, fmt.Sprintf("the file has several columns %s, of which only one can be %s.", shown(m.Column), shown(m.Attribute)))
		case known:
			n.read[columns[0]] = m.Attribute
		}
		for _, i := range columns {
			if before, mapped := n.mapped[i]; mapped && asked[before].Column != m.Column {
				faults = append(faults, fmt.Sprintf("%s and %s are the same column of the file.", shown(asked[before].Column), shown(m.Column)))
			}
			n.mapped[i] = e
		}
	}
	for _, i := range drop {
		n.skip(i, WhyMapped)
	}
	return mapProblem(append(faults, n.clashes(asked)...))
}

// find returns the columns that a map means by a name: those of that very name, or else
// those of the same plain name. A column without a name is called by its number.
func (n *columnNames) find(name string) (columns []int) {
	fits := func(same func(string) bool) {
		for i, own := range n.names {
			if same(own) && len(columns) < len(n.names) {
				columns = append(columns, i)
			}
		}
	}
	if fits(func(own string) bool { return own == name && own != "" }); len(columns) > 0 {
		return columns
	}
	if plain := plainName(name); plain != "" {
		fits(func(own string) bool { return plainName(own) == plain })
	}
	if len(columns) > 0 {
		return columns
	}
	for i, own := range n.names {
		if own == "" && name == numbered(i) {
			return []int{i}
		}
	}
	return nil
}

// clashes tells of columns that are read by their own names as what another one is mapped to.
func (n *columnNames) clashes(asked []Mapped) (faults []string) {
	for i, e := range n.mapped {
		if asked[e].Attribute == "" || n.read[i] != asked[e].Attribute {
			continue
		}
		for k, column := range n.read {
			if _, mapped := n.mapped[k]; !mapped && column == n.read[i] {
				faults = append(faults, fmt.Sprintf("%s is mapped to %s, and the file has the column %s, which is read as that, too; map that one to nothing.",
					shown(n.names[i]), shown(column), shown(n.names[k])))
			}
		}
	}
	slices.Sort(faults)
	return faults
}
