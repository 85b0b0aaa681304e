package console

import (
	"context"
	"slices"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// bulkFix offers to correct all cells of one cause at once.
type bulkFix struct {
	Cause    poolhouseapi.ImportLogCauseType
	Rows     int // rows with the cause, among those counted
	Follow   int // rows with a single suggested value
	Open     int // rows that stay as they are: already corrected, or several suggestions without readings, or none
	IsMore   bool
	Sample   string // a value that has a suggestion
	Becomes  string // its suggestion
	Readings []readingOf
}

// readingOf is one way to read ambiguous values.
type readingOf struct {
	Name            string // name in the API
	Rows            int    // rows that can be read so, including those with a single suggestion
	Sample, Becomes string
}

// Words describes the way of reading.
func (r readingOf) Words() string {
	return capital(strings.ToLower(strings.ReplaceAll(r.Name, "_", " ")))
}

// Subject says how many values there are.
func (l *bulkFix) Subject() string {
	if l.IsMore {
		return "More than " + count(l.Rows, "value", "values")
	}
	return count(l.Rows, "value", "values")
}

// Like returns a representative value.
func (l *bulkFix) Like() string {
	if l.Sample == "" && len(l.Readings) > 0 {
		return l.Readings[0].Sample
	}
	return l.Sample
}

// bulkFixes counts the uncorrected cells by cause, among the rows of one call. It returns
// the cause with the most cells that can be corrected at once, or nil if no cause has
// several.
func (v *visit) bulkFixes(ctx context.Context, view *rowsView) (*bulkFix, error) {
	in := (&rowsView{pool: view.pool, job: view.job}).list(0, rowsOfSearch)
	in.OnlyOpen = new(true)
	out, err := do(ctx, v, poolhouseapi.ListUserImportJobRows, in)
	if err != nil {
		return nil, err
	}
	var all []*bulkFix
	for i := range out.Rows {
		for k := range out.Rows[i].Findings {
			f := &out.Rows[i].Findings[k]
			if view.cause != nil && *view.cause != causeOf(f) || f.Code == "" {
				continue
			}
			at := slices.IndexFunc(all, func(l *bulkFix) bool { return l.Cause == causeOf(f) })
			if at < 0 {
				at = len(all)
				all = append(all, &bulkFix{Cause: causeOf(f), IsMore: out.NextToken != ""})
			}
			all[at].count(f, &out.Rows[i])
		}
	}
	var best *bulkFix
	for _, l := range all {
		l.addFollowing()
		if l.most() > 1 && (best == nil || l.most() > best.most()) {
			best = l
		}
	}
	return best, nil
}

func causeOf(f *poolhouseapi.ImportFindingType) poolhouseapi.ImportLogCauseType {
	return poolhouseapi.ImportLogCauseType{Column: f.Column, Code: f.Code, Flaw: f.Flaw}
}

// count adds a cell to those of the cause. Cells that are already corrected are not changed
// with the others.
func (l *bulkFix) count(f *poolhouseapi.ImportFindingType, row *poolhouseapi.ImportRejectedRowType) {
	l.Rows++
	was, isCorrected := cellOf(row, f)
	readings := slices.ContainsFunc(f.Suggestions, func(s poolhouseapi.ImportSuggestionType) bool { return s.Reading != "" })
	switch {
	case isCorrected || len(f.Suggestions) == 0 || len(f.Suggestions) > 1 && !readings:
		l.Open++
	case len(f.Suggestions) == 1 && !readings:
		if l.Follow++; l.Follow == 1 {
			l.Sample, l.Becomes = was, f.Suggestions[0].Value
		}
	default:
		for _, s := range f.Suggestions {
			i := slices.IndexFunc(l.Readings, func(r readingOf) bool { return r.Name == s.Reading })
			if i < 0 {
				i = len(l.Readings)
				l.Readings = append(l.Readings, readingOf{Name: s.Reading, Sample: was, Becomes: s.Value})
			}
			l.Readings[i].Rows++
		}
	}
}

// addFollowing adds the cells with a single suggestion to each reading: they are corrected
// together with it.
func (l *bulkFix) addFollowing() {
	l.Readings = slices.DeleteFunc(l.Readings, func(r readingOf) bool { return r.Name == "" })
	for i := range l.Readings {
		l.Readings[i].Rows += l.Follow
	}
}

// most returns the largest number of cells that can be corrected at once.
func (l *bulkFix) most() int {
	most := l.Follow
	for _, r := range l.Readings {
		most = max(most, r.Rows)
	}
	return most
}

// cellOf returns the value that a finding is about, and whether it was corrected.
func cellOf(row *poolhouseapi.ImportRejectedRowType, f *poolhouseapi.ImportFindingType) (text string, isCorrected bool) {
	n := int(value(f.ColumnNumber))
	switch {
	case len(row.Values) == 0 || n <= 0:
		return row.Text, isTrue(row.IsCorrected)
	case len(row.CorrectedValues) > 0 && at(row.CorrectedValues, n) != at(row.Values, n):
		return at(row.CorrectedValues, n), true
	}
	return at(row.Values, n), false
}

// applyLike writes the suggestions of a cause into all its cells.
func (v *visit) applyLike(ctx context.Context, view *rowsView, reading string) (*page, error) {
	asked := func(name string) string { return clip(v.r.PostFormValue(name), longestSearch) }
	out, err := do(ctx, v, poolhouseapi.ApplyUserImportSuggestions, &poolhouseapi.ApplyUserImportSuggestionsRequest{
		UserPoolId: view.pool, JobId: view.job, Reading: reading,
		Cause: poolhouseapi.ImportLogCauseType{Code: asked("like-code"), Column: asked("like-column"), Flaw: asked("like-flaw")},
	})
	if err != nil {
		return v.notSaved(ctx, view, err)
	}
	text := count(int(value(out.AppliedRows)), "row was", "rows were") + " corrected."
	if n := value(out.OpenRows); n > 0 {
		text += " " + count(int(n), "row like it stays", "rows like it stay") + " open."
	}
	return done(view.here(), text, ""), nil
}
