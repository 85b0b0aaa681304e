package dialect

import "slices"

// fewRows is the number of rows that must be reached, as well as one in a hundred, to
// show that a file is in a rare dialect. Manual edits damage as many rows.
const fewRows = 3

// dropRare removes rare dialects that only a few rows speak for. A common dialect with the
// same separator fails these rows and reads the others.
func dropRare(all []verdict) []verdict {
	var usually *verdict
	for i := range all {
		if v := &all[i]; v.Quote == '"' && (v.Style == Cognito || v.Style == Doubled) && (usually == nil || v.cost() < usually.cost()) {
			usually = v
		}
	}
	if usually == nil {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(v verdict) bool {
		n, seldom := v.rarity(usually)
		return seldom && v.Separator == usually.Separator && (n < fewRows || 100*n <= usually.tally.rows)
	})
}

// rarity reports whether the dialect is rare. It also returns how many rows speak for it
// rather than for the common one.
func (v *verdict) rarity(usually *verdict) (rows int64, seldom bool) {
	gained := usually.shape.broken - v.shape.broken
	switch {
	case v.Style == Undoubled:
		return gained, true
	case v.Quote == '\'':
		for i := range v.shape.columns {
			rows = max(rows, v.shape.columns[i].quoted())
		}
		return rows, !v.tally.needsMarks
	case v.Quote == 0 && v.Style == Cognito:
		return gained, usually.needless() == 0 && v.tally.plain.seps == 0
	case v.Quote == 0 && (v.Separator == ',' || v.Separator == ';'):
		return gained, usually.needless() == 0 && (v.Style == Plain || v.points() < proof)
	}
	return 0, false
}
