package dialect

import "bytes"

// agreedRow is the state while one row is read for all candidates at once.
type agreedRow struct {
	*agreement
	tally           *tally
	line            []byte // without its line end
	marked, slashes bool   // the row has quotation marks, or backslashes

	doubled       int64 // marks that are written twice
	spaces        int64 // unquoted values with a space inside
	plain, quoted slashes
}

// row counts the row on a line. If it returns false, nothing was counted.
func (a *agreement) row(line []byte, t *tally) bool {
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	r := agreedRow{agreement: a, tally: t, line: line, marked: bytes.IndexByte(line, '"') >= 0, slashes: bytes.IndexByte(line, '\\') >= 0}
	a.values = a.values[:0]
	firstEnd := -1
	for at := 0; ; {
		cl, end, ok := r.value(at)
		if !ok {
			return false
		}
		if firstEnd < 0 {
			firstEnd = end
		}
		if a.values = append(a.values, cl); end == len(line) {
			break
		}
		at = end + 1
	}
	t.row(a.values, bytes.Trim(line[:firstEnd], `"`), line[len(line)-1] == a.separator, t.rows+a.before+1)
	t.doubled += r.doubled
	t.spaces += r.spaces
	if r.slashes {
		t.plain.merge(&r.plain)
		t.quoted.merge(&r.quoted)
	}
	return true
}

// value returns the class of the value at a place, and the place of the separator or line
// end after it. It returns ok false if the candidates may read the value differently.
func (r *agreedRow) value(at int) (cl class, end int, ok bool) {
	if r.marked && at < len(r.line) && r.line[at] == '"' {
		return r.inMarks(at + 1)
	}
	if end = bytes.IndexByte(r.line[at:], r.separator); end < 0 {
		end = len(r.line)
	} else {
		end += at
	}
	value := r.line[at:end]
	if r.marked && bytes.IndexByte(value, '"') >= 0 {
		return 0, 0, false
	}
	if r.slashes && bytes.IndexByte(value, '\\') >= 0 {
		return r.slashedValue(at, end)
	}
	if cl = classOfBare(value); cl == text {
		if n := len(value); value[0] == '\'' && value[n-1] == '\'' { // each candidate has to count it
			return 0, 0, false
		}
		if bytes.IndexByte(value, ' ') >= 0 {
			r.spaces++
		}
	}
	return cl, end, true
}

// slashedValue is value for an unquoted value with backslashes, up to the next separator.
func (r *agreedRow) slashedValue(at, end int) (class, int, bool) {
	value := r.line[at:end]
	cl := classOfBare(value)
	last := value[len(value)-1] == '\\'
	switch {
	case cl == slashN:
		return cl, end, true
	case r.raw && (r.rawSep || !last || end == len(r.line)):
		r.plain.look(r.dialect, bytes.TrimSpace(value))
		r.spaces += oneIf(bytes.IndexByte(value, ' ') >= 0)
		return cl, end, true
	case r.escaped:
		return r.escapedValue(at)
	}
	return 0, 0, false
}

// escapedValue is value for an unquoted value with backslashes before separators only.
func (r *agreedRow) escapedValue(at int) (class, int, bool) {
	for i := at; i < len(r.line); i++ {
		switch r.line[i] {
		case r.separator:
			return text, i, true
		case '\\':
			if i++; i == len(r.line) || r.line[i] != r.separator {
				return 0, 0, false
			}
			r.plain.seps++
		}
	}
	return text, len(r.line), true
}

// inMarks is value for a value in quotation marks.
func (r *agreedRow) inMarks(from int) (cl class, end int, ok bool) {
	end, escaped := r.closing(from)
	if end < 0 {
		return 0, 0, false
	}
	value := r.line[from : end-1]
	if r.slashes && !r.slashesInside(value, escaped) {
		return 0, 0, false
	}
	if r.tally.needsMarks && len(value) > 0 { // one value that needs its marks is enough
		if mayBeWord(value) {
			return r.dialect.classOfQuoted(value), end, true
		}
		return needless, end, true
	}
	return r.dialect.classOfQuoted(value), end, true
}

// closing returns the place after the closing mark of a quoted value, and how many marks
// inside it follow a backslash. The place is -1 if the candidates may not agree.
func (r *agreedRow) closing(from int) (end, escaped int) {
	for at := from; ; at = end {
		i := bytes.IndexByte(r.line[at:], '"')
		if i < 0 { // the value continues on the next line
			return -1, 0
		}
		end = at + i + 1
		ends := end == len(r.line) || r.line[end] == r.separator
		switch {
		case r.slashes && end-2 >= from && r.line[end-2] == '\\':
			if !r.agreement.slashed || ends {
				return -1, 0
			}
			escaped++
		case ends:
			return end, escaped
		case r.line[end] != '"' || !r.agreement.doubled:
			return -1, 0
		default:
			r.doubled++
			end++
		}
	}
}

// slashesInside counts the backslashes of a quoted value; escaped of them stand before
// marks. It returns false if the candidates may not agree.
func (r *agreedRow) slashesInside(value []byte, escaped int) bool {
	n := bytes.Count(value, []byte{'\\'})
	if n != escaped && !(r.rawInside && escaped == 0) {
		return false
	}
	if n > 0 {
		r.quoted.look(r.dialect, value)
	}
	return true
}
