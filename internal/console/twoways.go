package console

import (
	"slices"
	"strconv"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// reading is one possible reading of a file that has several, with the rows that show the
// difference.
type reading struct {
	ID          string // of its heading
	Description string
	Button      string   // value of the button that chooses it
	Names       []string // of the columns that are shown
	Rows        []readingRow
	IsPart      bool // other columns are equal in all readings
}

// readingRow is a row as a reading has it.
type readingRow struct {
	Line  string
	Cells []readingCell
}

// readingCell is a value as a reading has it. IsOther reports whether another reading has a
// different value there.
type readingCell struct {
	Text    string
	IsOther bool
}

// readColumns are the values of a reading's rows, by line and column.
type readColumns map[int64]map[string]string

func columnsIn(r *poolhouseapi.ImportReadingOfFileType) readColumns {
	all := readColumns{}
	for i := range r.FirstRows {
		row := map[string]string{}
		for k, text := range r.FirstRows[i].Values {
			row[nameAt(r.ColumnNames, k)] = text
		}
		all[value(r.FirstRows[i].LineNumber)] = row
	}
	return all
}

// nameAt returns the name of a column by its place.
func nameAt(names []string, place int) string {
	if place < len(names) {
		return nameOr(names[place], place)
	}
	return nameOr("", place)
}

// Ways returns the possible readings of a file that has several, with the rows that differ.
// A row shows the username and the columns that differ.
func (u *uploadSeen) Ways() (ways []reading) {
	if len(u.Readings) < 2 {
		return nil
	}
	var all []readColumns
	for i := range u.Readings {
		all = append(all, columnsIn(&u.Readings[i]))
	}
	for i := range u.Readings {
		r := &u.Readings[i]
		choice := typedReading(r.Choice)
		way := reading{ID: "way-" + strconv.Itoa(i+1), Description: r.Description, Button: choice.button()}
		var places []int
		width := len(r.ColumnNames)
		for k := range r.FirstRows {
			width = max(width, len(r.FirstRows[k].Values))
		}
		for k := range width {
			name := nameAt(r.ColumnNames, k)
			differs := slices.ContainsFunc(r.FirstRows, func(row poolhouseapi.ImportRowType) bool { return isOther(all, i, value(row.LineNumber), name) })
			if differs || name == columnUsername || !slices.Contains(r.ColumnNames, columnUsername) && k == 0 {
				places, way.Names = append(places, k), append(way.Names, name)
			}
		}
		way.IsPart = len(places) < width
		for k := range r.FirstRows {
			row, line := readingRow{Line: number(value(r.FirstRows[k].LineNumber))}, value(r.FirstRows[k].LineNumber)
			for _, place := range places {
				row.Cells = append(row.Cells, readingCell{at(r.FirstRows[k].Values, place+1), isOther(all, i, line, nameAt(r.ColumnNames, place))})
			}
			way.Rows = append(way.Rows, row)
		}
		ways = append(ways, way)
	}
	return ways
}

// isOther reports whether some reading lacks a value of another one, or has a different
// one.
func isOther(all []readColumns, one int, line int64, column string) bool {
	text, is := all[one][line][column]
	for i := range all {
		other, has := all[i][line][column]
		if i != one && (other != text || has != is) {
			return true
		}
	}
	return false
}

// InWays says how many readings the file has.
func (u *uploadSeen) InWays() string {
	words := []string{2: "two", 3: "three", 4: "four", 5: "five"}
	if n := len(u.Readings); n < len(words) {
		return words[n] + " ways"
	}
	return count(len(u.Readings), "way", "ways")
}

// IsOneProblem reports whether the choice of a reading is the only obstacle to the import.
func (u *uploadSeen) IsOneProblem() bool { return len(u.Wrongs()) < 2 }
