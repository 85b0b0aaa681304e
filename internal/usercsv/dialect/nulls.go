package dialect

// manyWords is how often a column must have \N before \N means "no value" there.
const manyWords = 3

// nulls returns the word for "no value" by column, and nil if there is none. If backslashes
// are escapes, \N can mean nothing else. Otherwise \N must be in several columns, or several
// times in one. NULL, null and NA count only where text is quoted, in the column or in the
// whole file, because only there they differ from text.
func (v *verdict) nulls() (words []string) {
	columns := v.shape.columns
	with := 0
	for i := range columns {
		with += int(oneIf(columns[i].count[slashN] > 0))
	}
	quotes := quotesText(columns)
	for i := range columns {
		c := &columns[i]
		word := ""
		switch {
		case c.count[slashN] > 0 && (v.Escapes() || with > 1 || c.count[slashN] >= manyWords):
			word = `\N`
		case c.quoted() > 0 && c.bare() == 0 || quotes && c.count[text] == 0:
			word = c.bareWord()
		}
		if word != "" {
			if words == nil {
				words = make([]string, len(columns))
			}
			words[i] = word
		}
	}
	return words
}

// bareWord returns the word that a column has unquoted, "" for none.
func (c *column) bareWord() string {
	cl := null
	for _, o := range []class{na, nullSmall} {
		if c.count[o] > c.count[cl] {
			cl = o
		}
	}
	if c.count[cl] == 0 {
		return ""
	}
	return words[cl]
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
