package poolhouseservice

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/importjob"
	"poolhouse/internal/importrows"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/resultfile"
	"poolhouse/internal/service"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// The most records of a page of a result file, and about the most bytes.
const (
	resultRecords = 1000
	resultBytes   = 1 << 20
)

// getUserImportJobResults is one of our own operations. It returns a result file of an ended
// job, page by page. The file is the concatenation of the records of all pages.
func (s *Service) getUserImportJobResults(ctx context.Context, in *poolhouseapi.GetUserImportJobResultsRequest) (*poolhouseapi.GetUserImportJobResultsResponse, error) {
	pool, job, err := s.endedRows(ctx, in.UserPoolId, in.JobId)
	if err != nil {
		return nil, err
	}
	format, content := resultfile.CSV, in.Content
	if in.Format == poolhouseapi.ImportResultsFormatTypeNdjson {
		format = resultfile.NDJSON
	}
	page := &resultPage{Service: s, pool: pool, job: job, format: format}
	list := pagetoken.List{poolhouseapi.GetUserImportJobResults.Name, pool.ID, job.ID, string(format), string(content)}
	for _, v := range in.Verdicts {
		page.verdicts = append(page.verdicts, importjob.Verdict(v))
		list = append(list, string(v))
	}
	if page.after, err = openNumber(s.Pages, list, in.NextToken); err != nil {
		return nil, err
	}
	what, fill := resultfile.WhatNotImported, page.notImported
	if content == poolhouseapi.ImportResultsContentTypeImported {
		what, fill = resultfile.WhatImported, page.imported
		if len(in.Verdicts) > 0 {
			return nil, userpool.Errorf(userpool.InvalidParameter, "Verdicts select rows that were not imported: leave them out with Content IMPORTED.")
		}
	}
	if err := fill(ctx, in.NextToken == ""); err != nil {
		return nil, err
	}
	next := ""
	if page.more {
		next = strconv.FormatInt(page.after, 10)
	}
	return &poolhouseapi.GetUserImportJobResultsResponse{
		FileName: resultfile.FileName(job.Name, job.ID, what, format), Records: page.records, NextToken: service.SealPage(s.Pages, list, next),
	}, nil
}

// resultPage is an unfinished page of a result file.
type resultPage struct {
	*Service
	pool     *userpool.UserPool
	job      *importjob.Job
	format   resultfile.Format
	verdicts []importjob.Verdict

	after   int64 // the line before the page, later the page's last line
	more    bool  // more records may follow
	records []string
	bytes   int
}

// add adds a record to the page. An empty record is the header of a file without one.
func (p *resultPage) add(record string) {
	if record != "" {
		p.records = append(p.records, record)
		p.bytes += len(record)
	}
}

// full reports whether the page has reached a bound.
func (p *resultPage) full() bool { return len(p.records) >= resultRecords || p.bytes >= resultBytes }

// notImported adds rows that were not imported.
func (p *resultPage) notImported(ctx context.Context, first bool) error {
	if !allReached(p.job) && (len(p.verdicts) == 0 || slices.Contains(p.verdicts, importjob.RowNotReached)) {
		return userpool.Errorf(userpool.PreconditionNotMet, "The rows that import job %s did not reach are being kept. Try again in a moment.", p.job.ID)
	}
	sheet, err := importrows.NewSheet(p.job, p.pool, p.Limits)
	if err != nil {
		return err
	}
	file := resultfile.NewNotImported(p.format, sheet.Header())
	if first {
		p.add(file.Header())
	}
	found, err := importrows.Find(ctx, p.Rows, p.job.Key(), importrows.Query{After: p.after, Limit: resultRecords, Verdicts: p.verdicts})
	if err != nil {
		return err
	}
	for rows := found.Rows; len(rows) > 0; { // a few at a time, because judging rows that do not fit is wasted
		some := rows[:min(len(rows), judgedAtOnce)]
		rows = rows[len(some):]
		for i := range some {
			some[i].Corrected, some[i].Correction = false, importjob.Correction{} // the file has the original values
		}
		views, err := sheet.Views(ctx, p.Rows, some)
		if err != nil {
			return err
		}
		for i := range views {
			if p.full() {
				p.more = true
				return nil
			}
			p.add(file.Record(rejected(p.job, sheet.Header(), &views[i], some[i].Flaw)))
			p.after = views[i].Line
		}
	}
	p.after, p.more = max(p.after, found.Next), found.More
	return nil
}

// judgedAtOnce is how many rows of a page are judged together.
const judgedAtOnce = 250

// rejected returns a row as the result file has it.
func rejected(job *importjob.Job, header []string, v *importrows.View, flaw userpool.Flaw) *resultfile.Rejected {
	return &resultfile.Rejected{
		Line: firstLine(job, header, v.Line, v.Values, v.Text), Number: v.Number, Verdict: v.Verdict, Fields: v.Values, Text: v.Text,
		Findings: runFindings(header, v, flaw),
	}
}

// runFindings returns the faults of a row: first the run's, completed by what is found now,
// then the others.
func runFindings(header []string, v *importrows.View, flaw userpool.Flaw) []usercsv.Finding {
	if v.Code == "" {
		return v.Findings
	}
	said := usercsv.Finding{
		RowError: usercsv.RowError{Line: v.Line, Column: v.Column, Code: v.Code, Flaw: flaw, Reason: v.Reason},
		Number:   slices.Index(header, v.Column) + 1, Advice: usercsv.Advice(v.Column, v.Code, flaw),
	}
	all := make([]usercsv.Finding, 1, len(v.Findings)+1)
	for _, f := range v.Findings {
		if f.Code == v.Code && f.Column == v.Column {
			said = f
			continue
		}
		all = append(all, f)
	}
	all[0] = said
	return all
}

// firstLine returns the line of a row in the first job's file. In a job that tries another
// job's rows again, each row begins with that line.
func firstLine(job *importjob.Job, header []string, line int64, values []string, text string) int64 {
	at := slices.Index(header, usercsv.ColumnLine)
	if job.ParentID == "" || at < 0 {
		return line
	}
	cell, _, _ := strings.Cut(text, ",")
	if values != nil {
		cell = values[at]
	}
	if n, err := strconv.ParseInt(strings.Trim(cell, `" `), 10, 64); err == nil && n > 0 {
		return n
	}
	return line
}

// imported adds the map from imported rows to users.
func (p *resultPage) imported(ctx context.Context, first bool) error {
	if first {
		p.add(resultfile.ImportedHeader(p.format))
	}
	users := &jobUsers{page: p}
	for {
		segments, err := p.Rows.KeptRows(ctx, p.job.Key(), p.after, resultRecords, false)
		if err != nil || len(segments) == 0 {
			return err
		}
		last := int64(0)
		for _, segment := range segments {
			last = max(last, lastLine(segment))
			for _, run := range segment.Users {
				if err := p.addRun(ctx, run, users); err != nil || p.more {
					return err
				}
			}
		}
		if p.after = max(p.after, last); last == 0 {
			return nil
		}
	}
}

// lastLine returns the last line with stored rows in a segment.
func lastLine(k importjob.Kept) (line int64) {
	if n := len(k.Rejected); n > 0 {
		line = k.Rejected[n-1].Line
	}
	if n := len(k.Users); n > 0 {
		line = max(line, k.Users[n-1].Line+k.Users[n-1].Rows-1)
	}
	return line
}

// addRun adds the rows of a run that come after the page's place.
func (p *resultPage) addRun(ctx context.Context, run importjob.UserRun, users *jobUsers) error {
	for i := max(0, p.after+1-run.Line); i < run.Rows; i++ {
		if p.full() {
			p.more = true
			return nil
		}
		here := run.From(i)
		row := resultfile.Imported{Line: cmp.Or(here.Origin, here.Line), Number: here.Number}
		u, err := users.byNumber(ctx, here.UserNo)
		if err != nil {
			return err
		}
		if u != nil {
			row.Username, row.ExternalID, row.Sub = u.Username, u.ExternalID, u.Sub
		}
		p.add(row.Record(p.format))
		p.after = here.Line
	}
	return nil
}

// jobUsers finds a job's users by number. It reads the next users together.
type jobUsers struct {
	page     *resultPage
	read     map[int64]*userpool.User
	from, to int64 // all users with these numbers were read
}

// byNumber returns the user with a number, nil if the user was deleted.
func (j *jobUsers) byNumber(ctx context.Context, no int64) (*userpool.User, error) {
	if no >= j.from && no <= j.to && j.read != nil {
		return j.read[no], nil
	}
	users, err := j.page.Rows.JobUsers(ctx, j.page.pool, j.page.job.Key(), no-1, resultRecords)
	if err != nil {
		return nil, err
	}
	j.read, j.from, j.to = make(map[int64]*userpool.User, len(users)), no, math.MaxInt64
	for _, u := range users {
		j.read[u.No] = u.User
	}
	if n := len(users); n == resultRecords { // fewer means that these were the last
		j.to = users[n-1].No
	}
	return j.read[no], nil
}
