package usercsv

import (
	"errors"
	"strings"
)

// Single says whether a text that is written into a file as a row is read as that row.
type Single int

// The possible answers.
const (
	// SingleRow: the text is one row, for any text after it.
	SingleRow Single = iota
	// SingleOpen: the text is the beginning of a row. It leaves a quotation mark open
	// that later text may close.
	SingleOpen
	// NotSingle: the text is no row, or more than one.
	NotSingle
)

// SingleOf classifies a text without a line end.
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
	return SingleRow // it cannot be split, for any text after it
}
