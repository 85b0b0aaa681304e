package usercsv

import (
	"fmt"
	"strings"

	"poolhouse/internal/userpool"
)

// CheckMap returns what is wrong with the map of a job for files of the pool, for every
// possible header; nil if nothing is.
func CheckMap(p *userpool.UserPool, asked []Mapped) *FileError {
	return mapProblem(newCatalogue(p, "").mapFaults(asked))
}

// mapProblem returns the problem of a map with these faults, nil without faults.
func mapProblem(faults []string) *FileError {
	if len(faults) == 0 {
		return nil
	}
	const begins = "The map does not fit: "
	whole := begins + strings.Join(faults[:min(len(faults), maxNamedColumns)], " ")
	if left := len(faults) - maxNamedColumns; left > 0 {
		whole += fmt.Sprintf(" And %d more.", left)
	}
	problem := &FileError{Code: CodeFileMap, Reason: whole}
	if len([]rune(whole)) > maxReason {
		problem.Detail = whole
		problem.Reason = clip(begins+faults[0], maxReason-len(more)) + more
	}
	return problem
}

// mapFaults returns, in words, what is wrong with a map regardless of the header.
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

// noAttribute says that a column is mapped to a name that is no column of the pool's
// files.
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

// mapNames applies the map to how the columns are read. It returns the faults of the map.
// An entry with a fault has no effect.
func (c *catalogue) mapNames(n *columnNames, asked []Mapped) *FileError {
	faults := c.mapFaults(asked)
	var drop []int
	places := n.places()
	for e, m := range asked {
		columns := places.find(m.Column)
		known := c.knows(m.Attribute) && !ignored(m.Attribute)
		switch {
		case len(columns) == 0:
			faults = append(faults, fmt.Sprintf("the file has no column %s.", shown(m.Column)))
		case m.Attribute == "":
			drop = append(drop, columns...)
		case len(columns) > 1:
			faults = append(faults, fmt.Sprintf("the file has several columns %s, and only one can be %s.", shown(m.Column), shown(m.Attribute)))
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

// places has the columns of a file by name.
type places struct{ exact, plain map[string][]int }

func (n *columnNames) places() places {
	p := places{exact: map[string][]int{}, plain: map[string][]int{}}
	for i, name := range n.names {
		if name == "" {
			continue
		}
		p.exact[name] = append(p.exact[name], i)
		if plain := plainName(name); plain != "" {
			p.plain[plain] = append(p.plain[plain], i)
		}
	}
	for i, name := range n.names { // a name that exists is not read as a number
		if called := numbered(i); name == "" && p.exact[called] == nil {
			p.exact[called] = []int{i}
		}
	}
	return p
}

// find returns the columns that a map means by a name: the columns with exactly that
// name, or else those with the same plain name. A column without a name is called by its
// number.
func (p places) find(name string) []int {
	if columns := p.exact[name]; columns != nil {
		return columns
	}
	return p.plain[plainName(name)]
}

// clashes reports columns that are read by their own names as a column that another one
// is mapped to.
func (n *columnNames) clashes(asked []Mapped) (faults []string) {
	by := map[string]int{} // attributes, by the columns that are mapped to them
	for i, e := range n.mapped {
		if attribute := asked[e].Attribute; attribute != "" && n.read[i] == attribute {
			by[attribute] = i
		}
	}
	for k, column := range n.read {
		_, mapped := n.mapped[k]
		if i, taken := by[column]; taken && !mapped {
			faults = append(faults, fmt.Sprintf("%s is mapped to %s, and the file has the column %s, which is read as that, too; map that one to nothing.",
				shown(n.names[i]), shown(column), shown(n.names[k])))
		}
	}
	return faults
}
