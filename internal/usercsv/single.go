package usercsv

import (
	"errors"
	"strings"
)

// Single is whether a text, written into a file as a row, is read as that row.
type Single int

// What a text can be.
const (
	// SingleRow: it is one row, whatever follows it.
	SingleRow Single = iota
	// SingleOpen: it is the beginning of one. A quotation mark is not closed in it, and
	// what follows may close it.
	SingleOpen
	// NotSingle: it is no row at all, or more than one.
	NotSingle
)

// SingleOf returns what a text is, without a line end behind it.
func SingleOf(text string, limits Limits) Single {
	lines := strings.Count(text, "\n") + 1
	if !strings.Contains(text, `"`) {
		if lines > 1 || blank([]byte(text)) {
			return NotSingle
		}
		return SingleRow
	}
	data := []byte(text + "\n")
	_, size, err := cutRow(data, false, nil)
	switch {
	case err == nil && size == len(data) && (lines == 1 || !limits.withDefaults().exceeded(trimEnd(data))):
		return SingleRow
	case lines > 1 || err == nil:
		return NotSingle
	case errors.Is(err, errOpen):
		return SingleOpen
	}
	return SingleRow // it cannot be split, and that is seen in it alone
}
