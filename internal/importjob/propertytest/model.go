package propertytest

import (
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// model is what must become of a job that no client stops. It follows from the documentation,
// row by row, without batches, leases or retries.
type model struct {
	state   importjob.State
	message string
	detail  string // the detail in the log; "" if the message says all
	total   int64
	digest  string // SHA-256 of the file, in hexadecimal
	fates   []fate // of the rows, in the order of the file
	// rows and header are those of the file. They are empty if the file is refused as a
	// whole.
	rows    []specRow
	header  string
	format  string // in the form of [usercsv.Format.String]
	way     way
	written writing
	budget  importjob.Budget
}

// fate is what must become of a row.
type fate struct {
	outcome importjob.Outcome
	end     usercsv.Position // after the row
	counts  importjob.Counts // of the rows up to this one
	// username and user describe the user that the row adds. They are "" if it adds none.
	username, user string
}

// noUsers is the message of a job whose file has no users.
const noUsers = "The CSV file has a header, but no users."

// modelOf computes the model of a job. share is the share of rejected rows above which a job
// fails.
func modelOf(f fileSpec, text string, rows []specRow, present int, share float64, budget importjob.Budget) model {
	m := model{total: int64(len(rows)), state: importjob.Failed, budget: budget, written: f.Written, way: ways[f.Written], format: f.format(text).String()}
	switch {
	case f.Defect == missingFile:
		m.message, m.total = defectMessages[missingFile], 0
		return m
	case f.resized(rows):
		m.message, m.total = defectMessages[f.Defect], 0 // the rows of a replaced file are not counted
		return m
	case f.strange():
		m.message, m.total = defectMessages[strangeColumn], 0 // the header is judged before the rows
		if m.detail = strangeColumnDetail; len(rows) == 0 {
			m.detail += " " + noUsers // all problems are told
		}
		return m
	case len(rows) == 0:
		m.message = noUsers
		return m
	}
	imported := m.judge(rows, present)
	m.rows, m.header = rows, usercsv.FormatRow(f.columns())
	if !budget.NeverFail && float64(len(rows)-imported) > share*float64(len(rows)) {
		m.message = importjob.MessageTooMany
		return m
	}
	m.state, m.message = importjob.Succeeded, importjob.MessageSucceeded
	return m
}

// judge gives each row its fate and returns how many are imported.
func (m *model) judge(rows []specRow, present int) (imported int) {
	existing := map[string]bool{}
	for i := range present {
		existing[presentUser(i)] = true
	}
	var counts importjob.Counts
	for _, r := range rows {
		f := fate{outcome: r.outcome(existing), end: r.end}
		switch f.outcome.Verdict {
		case importjob.RowSucceeded:
			f.username, f.user = r.username, describeUser(r.email, r.name, r.born)
			existing[r.username] = true
			counts.Imported++
		case importjob.RowSkipped:
			counts.Skipped++
		default:
			counts.Failed++
		}
		f.counts = counts
		m.fates = append(m.fates, f)
	}
	return int(counts.Imported)
}

func (r *specRow) outcome(existing map[string]bool) importjob.Outcome {
	o, broken := refusals[r.kind]
	switch {
	case broken:
		o.Verdict = importjob.RowFailed
	case existing[r.username]:
		o = importjob.Outcome{Verdict: importjob.RowSkipped, Code: "UsernameExists", Reason: "The user already exists."}
	case r.email == takenAddress:
		o = alreadyTaken
		o.Verdict = importjob.RowFailed
	default:
		o.Verdict = importjob.RowSucceeded
	}
	if r.kind == fewValuesRow && r.born != "" {
		o.Reason = strings.Replace(o.Reason, "is 5.", "is 6.", 1)
	}
	o.Line = r.line
	return o
}

// outcomeOfKept is the outcome of the n-th row in a job made of kept rows, except for the
// reason. A row in another format that cannot be split is kept as a single value.
func (m *model) outcomeOfKept(n int) importjob.Outcome {
	o := m.fates[n].outcome
	if k := m.rows[n].kind; m.way.foreign && (k == strayTextRow || k == openMarkRow) {
		few := refusals[fewValuesRow]
		o.Code, o.Flaw = few.Code, few.Flaw
	}
	o.Reason = ""
	return o
}

// exceeds reports whether the number of failed rows is over budget.
func (m *model) exceeds(failed int64) bool {
	b := m.budget
	return b.HasRows && failed > b.Rows || b.HasPercent && 100*failed > b.Percent*m.total
}

// budgetMessage is the message of a job that its budget stopped.
func (m *model) budgetMessage(failed int64) string {
	rows := "rows"
	if failed == 1 {
		rows = "row"
	}
	if b := m.budget; b.HasRows && failed > b.Rows {
		return fmt.Sprintf("The Import Job stopped itself: %d %s failed, more than its error budget of %d.", failed, rows, b.Rows)
	}
	return fmt.Sprintf("The Import Job stopped itself: %d of %d rows failed, more than its error budget of %d percent.", failed, m.total, m.budget.Percent)
}

// kept is what must be kept of the n-th row, which was not imported: its fate if it is
// settled, and otherwise that it was not reached.
func (m *model) kept(n int64, settled bool) importjob.KeptRow {
	r := m.rows[n]
	k := importjob.KeptRow{Line: r.line, Offset: r.offset, Number: n + 1, Verdict: importjob.RowNotReached, Text: r.kept(m.way)}
	if settled {
		o := m.fates[n].outcome
		k.Verdict, k.Column, k.Code, k.Flaw, k.Reason = o.Verdict, o.Column, o.Code, o.Flaw, o.Reason
	}
	return k
}

// describeUser describes users so that those of different rows are different.
func describeUser(email, name, born string) string { return fmt.Sprintf("%s %q %s", email, name, born) }

// counts returns the counts of the first n rows.
func (m *model) counts(n int64) importjob.Counts {
	if n == 0 {
		return importjob.Counts{}
	}
	return m.fates[n-1].counts
}

// causes returns the causes of the first n rows in the form of tellCauses.
func (m *model) causes(n int64) string {
	var all []importjob.Cause
	for _, f := range m.fates[:n] {
		o := f.outcome
		if o.Verdict == importjob.RowSucceeded {
			continue
		}
		same := func(c importjob.Cause) bool {
			return c.Verdict == o.Verdict && c.Code == o.Code && c.Column == o.Column && c.Flaw == o.Flaw
		}
		i := slices.IndexFunc(all, same)
		if i < 0 {
			i = len(all)
			all = append(all, importjob.Cause{Verdict: o.Verdict, Code: o.Code, Column: o.Column, Flaw: o.Flaw, Line: o.Line})
		}
		all[i].Rows++
	}
	return tellCauses(all)
}

// checkpoint returns the checkpoint after the first n rows.
func (m *model) checkpoint(n int64) usercsv.Position {
	if n == 0 {
		return usercsv.Position{}
	}
	return m.fates[n-1].end
}

// log returns the lines of the result log after the first n rows. lookedOver says whether the
// file was surveyed.
func (m *model) log(n int64, lookedOver bool) []string {
	const test = "Cognito User Pools Import - Test Log"
	lines := []string{test}
	if lookedOver {
		lines = append(lines, test)
	}
	for _, f := range m.fates[:n] {
		reason := f.outcome.Reason
		if f.outcome.Verdict == importjob.RowSucceeded {
			reason = "The import succeeded."
		}
		lines = append(lines, fmt.Sprintf("[%s] Line Number %d - %s", f.outcome.Verdict, f.outcome.Line, reason))
	}
	return lines
}
