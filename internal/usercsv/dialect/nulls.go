package dialect

// manyWords is how often a column has to have \N before it is a word for no value there
// and not a value.
const manyWords = 3

// nulls says by column which word stands for no value, and nil where none does. Where
// backslashes are escapes, \N can be nothing else. Elsewhere it is a word where it is in
// several columns, or several times in one. NULL, null and NA are words only where they can
// be told from text: where text is quoted.
func (v *verdict) nulls() (words []string) {
	columns := v.shape.columns
	with := 0
	for i := range columns {
		with += int(one(columns[i].count[slashN] > 0))
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

// bareWord returns which word a column has outside of marks, "" for none.
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

// quotesText reports whether a file quotes all text: some columns are quoted, and none has
// text that is not.
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
