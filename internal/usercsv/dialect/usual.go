package dialect

import "slices"

// fewRows is how many rows are too few, and one in a hundred, to show that a file is
// written as few programs write: people damage as many.
const fewRows = 3

// usual leaves out the dialects that few programs write where only a few rows speak for
// one of them. Another dialect with the same separator, that most programs write, fails
// these rows and reads the others.
func usual(all []verdict) []verdict {
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
		n, seldom := v.seldom(usually)
		return seldom && v.Separator == usually.Separator && (n < fewRows || 100*n <= usually.tally.rows)
	})
}

// seldom reports whether few programs write the dialect, and how many rows speak for it
// beside the usual one.
func (v *verdict) seldom(usually *verdict) (rows int64, seldom bool) {
	gained := usually.shape.broken - v.shape.broken
	switch {
	case v.Style == Undoubled:
		return gained, true
	case v.Quote == '\'':
		for i := range v.shape.columns {
			rows = max(rows, v.shape.columns[i].quoted())
		}
		return rows, !v.tally.needs
	case v.Quote == 0 && v.Style == Cognito:
		return gained, usually.needless() == 0 && v.tally.plain.seps == 0
	case v.Quote == 0 && (v.Separator == ',' || v.Separator == ';'):
		return gained, usually.needless() == 0 && (v.Style == Plain || v.points() < proof)
	}
	return 0, false
}
