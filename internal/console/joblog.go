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

// linesOfPage is how many events of a result log a page has.
const linesOfPage = 100

// logData is what the template job-log shows: a page of a job's result log.
type logData struct {
	Path    string // of the log
	Rows    []logRow
	Pills   []pill
	Verdict poolhouseapi.ImportLogVerdictType // "" for all
	Cause   *poolhouseapi.ImportLogCauseType  // nil for all
	About   string                            // what the cause is called
	Query   string
	Line    string // that was typed
	Text    string // at the foot
	GoOn    string // where a search goes on that has not come to the end; "" for none
	UpTo    int64  // the line that it has come to
	First   string
	Prev    string
	Next    string
	Ends    bool     // no row comes after, now
	How     *howRead // nil where it is not known, and in the page of the job
}

// logRow is an event of the log.
type logRow struct {
	poolhouseapi.ImportLogEventType
	State jobStatus
	Path  string // of the line
}

// pill is a filter by verdict.
type pill struct {
	Text, Path string
	Count      int64
	Here       bool
}

// filter is a verdict by which a log is filtered.
type filter struct {
	verdict poolhouseapi.ImportLogVerdictType
	name    string
	state   jobStatus // of an event
	count   func(*jobNow) int64
}

// verdicts are the filters of a log, in their order.
var verdicts = []filter{
	{"", "All", jobStatus{"idle", "info", "Note"}, (*jobNow).Read},
	{poolhouseapi.ImportLogVerdictTypeSucceeded, "Succeeded", jobStatus{"ok", "ok", "Succeeded"}, (*jobNow).Imported},
	{poolhouseapi.ImportLogVerdictTypeSkipped, "Skipped", jobStatus{"idle", "minus", "Skipped"}, (*jobNow).Skipped},
	{poolhouseapi.ImportLogVerdictTypeFailed, "Failed", jobStatus{"err", "err", "Failed"}, (*jobNow).Failed},
}

// firstVerdict is the filter that a job's page begins with: what failed, if
// anything did.
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

// logged returns the job whose log is read. Who may read the log and not look at
// the job sees no counts.
func (v *visit) logged(ctx context.Context, key *poolhouseapi.GetUserImportJobLogRequest) (*jobNow, error) {
	if may(ctx, v, cognitoapi.DescribeUserImportJob, &cognitoapi.DescribeUserImportJobRequest{UserPoolId: key.UserPoolId, JobId: key.JobId}) {
		return v.jobNow(ctx)
	}
	return &jobNow{UserImportJobType: &cognitoapi.UserImportJobType{UserPoolId: key.UserPoolId, JobId: key.JobId}, At: v.Now()}, nil
}

// logOf returns the page of a job's log that the request asks for: by verdict, by a
// text, and from, after or before a line. Places are lines of the file, never
// numbers of events, so that a page costs the same wherever it is.
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

// longestSearch is how many characters a text to search may have (ImportLogSearchType).
const longestSearch = 256

// clip returns the first characters of a text.
func clip(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}

// lineIn reads a number of a line, as people write it too: 1,204. It is 0 for
// anything else.
func lineIn(text string) int64 {
	n, err := strconv.ParseInt(strings.NewReplacer(",", "", " ", "").Replace(text), 10, 32)
	if err != nil || n < 1 || n > 1_000_000_000 {
		return 0
	}
	return n
}

// at returns the path of the log by the same filters, with one parameter more.
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

// pills sets the filters by verdict. A cause is one of a verdict, so they are without.
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

// foot says which lines are shown and where to go on.
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
