package console

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

func jobLogAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/log", show: showJobLog}
}

// linesOfPage is the number of events on a page of the result log.
const linesOfPage = 100

// logData is the data of the template job-log: a page of a job's result log.
type logData struct {
	Path    string // path of the log
	Rows    []logRow
	Pills   []pill
	Verdict poolhouseapi.ImportLogVerdictType // "" for all
	Cause   *poolhouseapi.ImportLogCauseType  // nil for all
	About   string                            // name of the cause
	Query   string
	Line    string // as typed
	Text    string // foot of the list
	GoOn    string // path on which an unfinished search goes on, "" if it is at the end
	UpTo    int64  // the last line searched
	First   string
	Prev    string
	Next    string
	Ends    bool     // no row follows at present
	How     *howRead // nil if it is not known, and on the job's page
}

// logRow is an event of the log.
type logRow struct {
	poolhouseapi.ImportLogEventType
	State jobStatus
	Path  string // path of the line
}

// pill is a filter by verdict, as a link.
type pill struct {
	Text, Path string
	Count      int64
	Here       bool
}

// filter is a verdict by which the log can be filtered.
type filter struct {
	verdict poolhouseapi.ImportLogVerdictType
	name    string
	state   jobStatus // state shown for such an event
	count   func(*jobNow) int64
}

// verdicts are the log's filters, in order.
var verdicts = []filter{
	{"", "All", jobStatus{"idle", "info", "Note"}, (*jobNow).Read},
	{poolhouseapi.ImportLogVerdictTypeSucceeded, "Succeeded", jobStatus{"ok", "ok", "Succeeded"}, (*jobNow).Imported},
	{poolhouseapi.ImportLogVerdictTypeSkipped, "Skipped", jobStatus{"idle", "minus", "Skipped"}, (*jobNow).Skipped},
	{poolhouseapi.ImportLogVerdictTypeFailed, "Failed", jobStatus{"err", "err", "Failed"}, (*jobNow).Failed},
}

// firstVerdict returns the filter with which a job's page begins: failed rows if there are
// any.
func (n *jobNow) firstVerdict() poolhouseapi.ImportLogVerdictType {
	if n.Failed() > 0 {
		return poolhouseapi.ImportLogVerdictTypeFailed
	}
	return ""
}

func showJobLog(ctx context.Context, v *visit) (*page, error) {
	key := &poolhouseapi.GetUserImportJobLogRequest{UserPoolId: v.r.PathValue("pool"), JobId: v.r.PathValue("job")}
	if err := must(ctx, v, poolhouseapi.GetUserImportJobLog, key); err != nil {
		return nil, err
	}
	now, err := v.logged(ctx, key)
	if err != nil {
		return nil, err
	}
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	log, err := v.logOf(ctx, now, poolhouseapi.ImportLogVerdictType(strings.ToUpper(v.r.FormValue("verdict"))))
	if err != nil {
		return nil, err
	}
	if log.How, _, err = v.howJobRead(ctx, now); err != nil {
		return nil, err
	}
	words := []string{"poolhouse", "log", "--user-pool-id", here.ID, "--job-id", now.JobId}
	if log.Verdict != "" {
		words = append(words, "--verdict", string(log.Verdict))
	}
	name := now.JobName
	if name == "" {
		name = now.JobId
	}
	return &page{
		Template: "job-log", Title: "Result log", About: name, At: "jobs", Pool: here, Crumbs: append(atJob(here), crumb{name, jobPath(here.ID, now.JobId)}),
		Data: log, Command: shell(words...),
	}, nil
}

// logged returns the job whose log is read. A caller who may read the log but not describe
// the job gets a job without counts.
func (v *visit) logged(ctx context.Context, key *poolhouseapi.GetUserImportJobLogRequest) (*jobNow, error) {
	if may(ctx, v, cognitoapi.DescribeUserImportJob, &cognitoapi.DescribeUserImportJobRequest{UserPoolId: key.UserPoolId, JobId: key.JobId}) {
		return v.jobNow(ctx)
	}
	return &jobNow{UserImportJobType: &cognitoapi.UserImportJobType{UserPoolId: key.UserPoolId, JobId: key.JobId}, At: v.Now()}, nil
}

// logOf returns the requested page of a job's log: filtered by verdict, cause and text, and
// from, after or before a line. Pages are addressed by lines of the file, not by numbers of
// events, so every page costs the same.
func (v *visit) logOf(ctx context.Context, now *jobNow, verdict poolhouseapi.ImportLogVerdictType) (*logData, error) {
	d := &logData{Path: jobPath(now.UserPoolId, now.JobId, "log"), Query: strings.TrimSpace(v.r.FormValue("q")), Line: strings.TrimSpace(v.r.FormValue("line"))}
	in := &poolhouseapi.GetUserImportJobLogRequest{UserPoolId: now.UserPoolId, JobId: now.JobId, Limit: new(int32(linesOfPage)), Contains: clip(d.Query, longestSearch)}
	for _, each := range verdicts[1:] {
		if each.verdict == verdict {
			d.Verdict, in.Verdicts = verdict, []poolhouseapi.ImportLogVerdictType{verdict}
		}
	}
	d.Cause, d.About = v.causeIn(now)
	in.Cause = d.Cause
	from, before := lineIn(d.Line), lineIn(v.r.FormValue("before"))
	if after := lineIn(v.r.FormValue("after")); after > 0 {
		from = after + 1
	}
	switch {
	case before > 0:
		in.BeforeLine = &before
	case from > 0:
		in.FromLine = &from
	}
	out, err := do(ctx, v, poolhouseapi.GetUserImportJobLog, in)
	if err != nil {
		return nil, err
	}
	d.pills(now)
	d.rows(out.Events)
	d.foot(out, from, before)
	return d, nil
}

// longestSearch bounds the text of a search, in characters (ImportLogSearchType).
const longestSearch = 256

// clip returns the first characters of a text.
func clip(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}

// lineIn parses a line number, also with separators (1,204). It returns 0 for other text.
func lineIn(text string) int64 {
	n, err := strconv.ParseInt(strings.NewReplacer(",", "", " ", "").Replace(text), 10, 32)
	if err != nil || n < 1 || n > 1_000_000_000 {
		return 0
	}
	return n
}

// at returns the path of the log with the same filters and one more parameter.
func (d *logData) at(name string, line int64) string {
	path := withQuery(d.Path, "verdict", string(d.Verdict), "q", d.Query)
	if d.Cause != nil {
		path = withQuery(d.Path, "verdict", string(d.Verdict), "q", d.Query, "code", d.Cause.Code, "column", d.Cause.Column, "flaw", d.Cause.Flaw)
	}
	if name == "" {
		return path
	}
	return withMore(path, name, strconv.FormatInt(line, 10))
}

// Wider returns the path of the log without the cause.
func (d *logData) Wider() string {
	return withQuery(d.Path, "verdict", string(d.Verdict), "q", d.Query)
}

// pills sets the filters by verdict. They drop the cause, because a cause belongs to one
// verdict.
func (d *logData) pills(now *jobNow) {
	for _, each := range verdicts {
		d.Pills = append(d.Pills, pill{each.name, withQuery(d.Path, "verdict", string(each.verdict), "q", d.Query), each.count(now), each.verdict == d.Verdict})
	}
}

func (d *logData) rows(events []poolhouseapi.ImportLogEventType) {
	for _, e := range events {
		row := logRow{ImportLogEventType: e}
		i := slices.IndexFunc(verdicts, func(each filter) bool { return each.verdict == e.Verdict })
		row.State = verdicts[max(i, 0)].state
		if e.LineNumber != nil {
			row.Message = strings.TrimPrefix(e.Message, fmt.Sprintf("[%s] Line Number %d - ", e.Verdict, *e.LineNumber))
			row.Path = d.at("line", *e.LineNumber) + "#L" + strconv.FormatInt(*e.LineNumber, 10)
		}
		d.Rows = append(d.Rows, row)
	}
}

// foot sets the text about the lines shown, and the links to other pages.
func (d *logData) foot(out *poolhouseapi.GetUserImportJobLogResponse, from, before int64) {
	looked := value(out.LookedTo)
	switch {
	case before > 0:
		d.Next = d.at("after", before-1)
		if looked > 2 && len(d.Rows) > 0 {
			d.Prev = d.at("before", looked)
		}
	default:
		if from > 2 {
			d.Prev = d.at("before", from)
		}
		if out.NextToken != "" {
			d.Next = d.at("after", looked)
		}
	}
	if from > 0 || before > 0 {
		d.First = d.at("", 0)
	}
	d.Ends = d.Next == ""
	if len(d.Rows) == 0 && out.NextToken != "" {
		d.GoOn, d.UpTo, d.Next = d.at("after", looked), looked, ""
	}
	if len(d.Rows) > 0 {
		first, last := d.Rows[0].LineNumber, d.Rows[len(d.Rows)-1].LineNumber
		switch {
		case last == nil:
		case first != nil && *first == *last:
			d.Text = "Line " + number(*last)
		case first == nil:
			d.Text = "Up to line " + number(*last)
		default:
			d.Text = "Line " + number(*first) + " to " + number(*last)
		}
	}
}
