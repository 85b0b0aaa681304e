package console

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// causesShown is the number of causes on a job's page, the most frequent ones.
const causesShown = 10

// otherCauses is the code that sums up the causes which the job does not distinguish.
const otherCauses = "Other"

// cause is a cause of failed rows, as a job's page shows it.
type cause struct {
	poolhouseapi.ImportCauseType
	Path string // path of its rows in the log, "" if they are not shown
	ID   string // HTML ID of the link
	// Correct is the path where its rows are corrected, "" if that is not offered.
	Correct string
}

// failures returns the causes of the failed rows, the most frequent first.
func (n *jobNow) failures() (failed []poolhouseapi.ImportCauseType) {
	if n.Progress == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(n.Progress.Causes), func(c poolhouseapi.ImportCauseType) bool {
		return c.Verdict != poolhouseapi.ImportLogVerdictTypeFailed
	})
}

// Causes returns the most frequent causes of failed rows.
func (n *jobNow) Causes() (shown []cause) {
	for i, c := range n.failures() {
		if i == causesShown {
			break
		}
		one := cause{ImportCauseType: c, ID: "cause-" + strconv.Itoa(i)}
		if n.MaySeeLog && c.Code != otherCauses {
			one.Path = withQuery(jobPath(n.UserPoolId, n.JobId, "log"), "verdict", string(c.Verdict), "code", c.Code, "column", c.Column, "flaw", c.Flaw,
				"line", strconv.FormatInt(value(c.LineNumber), 10))
		}
		if n.CorrectAt != "" && c.Code != otherCauses {
			one.Correct = withQuery(n.CorrectAt, "code", c.Code, "column", c.Column, "flaw", c.Flaw)
		}
		shown = append(shown, one)
	}
	return shown
}

// MoreCauses returns a text about the causes that are not shown, "" if all are shown.
func (n *jobNow) MoreCauses() string {
	all := n.failures()
	if len(all) <= causesShown {
		return ""
	}
	rows := int64(0)
	for _, c := range all[causesShown:] {
		rows += value(c.Rows)
	}
	return count(len(all)-causesShown, "more cause", "more causes") + ", " + count(int(rows), "row", "rows")
}

// FailedRows returns a text with the number of failed rows.
func (n *jobNow) FailedRows() string { return count(int(n.Failed()), "row", "rows") + " failed" }

// LogPath returns the path of the failed rows in the log.
func (n *jobNow) LogPath() string {
	return withQuery(jobPath(n.UserPoolId, n.JobId, "log"), "verdict", string(poolhouseapi.ImportLogVerdictTypeFailed))
}

// causeIn returns the cause that filters the log, or nil, and the job's name for it.
func (v *visit) causeIn(now *jobNow) (c *poolhouseapi.ImportLogCauseType, text string) {
	asked := func(name string) string { return clip(strings.TrimSpace(v.r.FormValue(name)), longestSearch) }
	c = &poolhouseapi.ImportLogCauseType{Code: asked("code"), Column: asked("column"), Flaw: asked("flaw")}
	if c.Code == "" {
		return nil, ""
	}
	text = c.Code
	if now.Progress != nil {
		for _, each := range now.Progress.Causes {
			if each.Code == c.Code {
				text = cmp.Or(each.Message, text)
			}
		}
	}
	return c, text
}
