package console

import (
	"context"
	"slices"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// likeThis is what is offered for all cells of a cause at once.
type likeThis struct {
	Cause    poolhouseapi.ImportLogCauseType
	Rows     int // that have it, as far as they were counted
	Follow   int // of them there is one value to write
	Open     int // of them there is none
	IsMore   bool
	Sample   string // a value of those that follow
	Becomes  string // in its place
	Readings []readingOf
}

// readingOf is a way to read values that can be read in several ways.
type readingOf struct {
	Name            string // as the API calls it
	Rows            int    // that can be read so, and those that follow anyway
	Sample, Becomes string
}

// Words says how the values are read.
func (r readingOf) Words() string {
	return capital(strings.ToLower(strings.ReplaceAll(r.Name, "_", " ")))
}

// Subject says how many values there are.
func (l *likeThis) Subject() string {
	if l.IsMore {
		return "More than " + count(l.Rows, "value", "values")
	}
	return count(l.Rows, "value", "values")
}

// Like returns a value that stands for all of them.
func (l *likeThis) Like() string {
	if l.Sample == "" && len(l.Readings) > 0 {
		return l.Readings[0].Sample
	}
	return l.Sample
}

// likeThese counts the cells of the rows that are open by their causes, as far as one call
// tells of rows, and returns the cause of which most can be corrected at once; nil where
// there is none of which several can.
func (v *visit) likeThese(ctx context.Context, view *rowsView) (*likeThis, error) {
	in := (&rowsView{pool: view.pool, job: view.job}).list(0, rowsOfSearch)
	in.OnlyOpen = new(true)
	out, err := do(ctx, v, poolhouseapi.ListUserImportJobRows, in)
	if err != nil {
		return nil, err
	}
	var all []*likeThis
	for i := range out.Rows {
		for k := range out.Rows[i].Findings {
			f := &out.Rows[i].Findings[k]
			if view.cause != nil && *view.cause != causeOf(f) || f.Code == "" {
				continue
			}
			at := slices.IndexFunc(all, func(l *likeThis) bool { return l.Cause == causeOf(f) })
			if at < 0 {
				at = len(all)
				all = append(all, &likeThis{Cause: causeOf(f), IsMore: out.NextToken != ""})
			}
			all[at].count(f, &out.Rows[i])
		}
	}
	var best *likeThis
	for _, l := range all {
		l.settle()
		if l.most() > 1 && (best == nil || l.most() > best.most()) {
			best = l
		}
	}
	return best, nil
}

func causeOf(f *poolhouseapi.ImportFindingType) poolhouseapi.ImportLogCauseType {
	return poolhouseapi.ImportLogCauseType{Column: f.Column, Code: f.Code, Flaw: f.Flaw}
}

// count adds a cell to those of the cause. One that was corrected before is not corrected
// with others.
func (l *likeThis) count(f *poolhouseapi.ImportFindingType, row *poolhouseapi.ImportRejectedRowType) {
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

// settle adds the cells of which there is one value to those of each reading: they get it
// with them.
func (l *likeThis) settle() {
	l.Readings = slices.DeleteFunc(l.Readings, func(r readingOf) bool { return r.Name == "" })
	for i := range l.Readings {
		l.Readings[i].Rows += l.Follow
	}
}

// most is how many cells are corrected at once at most.
func (l *likeThis) most() int {
	most := l.Follow
	for _, r := range l.Readings {
		most = max(most, r.Rows)
	}
	return most
}

// cellOf returns the value that a finding is about, and whether it was corrected before.
func cellOf(row *poolhouseapi.ImportRejectedRowType, f *poolhouseapi.ImportFindingType) (text string, isCorrected bool) {
	n := int(value(f.ColumnNumber))
	switch {
	case len(row.Values) == 0 || n <= 0:
		return row.Text, yes(row.IsCorrected)
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
