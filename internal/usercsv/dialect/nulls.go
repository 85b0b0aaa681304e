package dialect

// manyWords is how often a column must have \N before \N means "no value" there.
const manyWords = 3

// nulls returns the word for "no value" by column, and nil if there is none. If backslashes
// are escapes, \N can mean nothing else. Otherwise \N must be in several columns, or several
// times in one. Words such as NULL count in all columns if they stand where no text can be
// ([verdict.typedWord]). quoted says that they then also count in quotation marks. Otherwise
// they count only where text is quoted, in the column or in the whole file, because only there
// they differ from text.
func (v *verdict) nulls() (found []string, quoted bool) {
	columns := v.shape.columns
	with := 0
	for i := range columns {
		with += int(oneIf(columns[i].count[slashN] > 0))
	}
	typed, times, quoted := v.typedWord()
	quotes := quotesText(columns)
	for i := range columns {
		c := &columns[i]
		null := ""
		switch {
		case c.count[slashN] > 0 && (v.Escapes() || with > 1 || c.count[slashN] >= manyWords):
			null = `\N`
		case typed >= 0 && c.shown(typed, times, quoted):
			null = words[typed]
		case quoted: // then no other word counts
		case c.quoted() > 0 && c.bare() == 0 || quotes && c.count[text] == 0:
			null = c.bareWord()
		}
		if null != "" {
			if found == nil {
				found = make([]string, len(columns))
			}
			found[i] = null
		}
	}
	return found, quoted
}

// quotesText reports whether a file quotes all text: some columns have quoted values, and
// none has unquoted text.
func quotesText(columns []column) bool {
	quoted := false
	for i := range columns {
		if columns[i].count[text] > 0 {
			return false
		}
		quoted = quoted || columns[i].quoted() > 0
	}
	return quoted
}
