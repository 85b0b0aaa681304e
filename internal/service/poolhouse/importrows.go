package poolhouseservice

import (
	"context"
	"strconv"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/importjob"
	"poolhouse/internal/importrows"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// KeptRows reads the kept rows of jobs, and judges rows as a commit would now.
type KeptRows interface {
	importjob.Rows
	importjob.Checker
}

// listUserImportJobRows is one of our own operations. It lists a job's rows that were not
// imported, with their values.
func (s *Service) listUserImportJobRows(ctx context.Context, in *poolhouseapi.ListUserImportJobRowsRequest) (*poolhouseapi.ListUserImportJobRowsResponse, error) {
	const defaultLimit = 100
	pool, job, err := s.keptRows(ctx, in.UserPoolId, in.JobId)
	if err != nil {
		return nil, err
	}
	query, list, err := s.rowsQuery(job, in)
	if err != nil {
		return nil, err
	}
	query.Limit = int(service.ValueOr(in.MaxResults, defaultLimit))
	sheet, err := importrows.NewSheet(job, pool, s.Limits)
	if err != nil {
		return nil, err
	}
	page, err := importrows.Find(ctx, s.Rows, job.Key(), query)
	if err != nil {
		return nil, err
	}
	views, err := sheet.Views(ctx, s.Rows, page.Rows)
	if err != nil {
		return nil, err
	}
	all, passing, err := s.Rows.CountCorrections(ctx, job.Key())
	if err != nil {
		return nil, err
	}
	out := &poolhouseapi.ListUserImportJobRowsResponse{
		File: &poolhouseapi.ImportKeptFileType{ColumnNames: sheet.Header()}, Rows: rejectedRows(views),
		CorrectedRows: &all, PassingCorrectedRows: &passing, KeptUntil: service.Timestamp(s.keptUntil(job)),
	}
	if page.More {
		out.NextToken = service.SealPage(s.Pages, list, strconv.FormatInt(page.Next, 10))
	}
	return out, nil
}

// rowsQuery returns the query of a request, and the list that its tokens belong to.
func (s *Service) rowsQuery(job *importjob.Job, in *poolhouseapi.ListUserImportJobRowsRequest) (q importrows.Query, list pagetoken.List, err error) {
	q.OnlyCorrected, q.OnlyOpen = service.Value(in.OnlyCorrected), service.Value(in.OnlyOpen)
	list = pagetoken.List{poolhouseapi.ListUserImportJobRows.Name, job.PoolID, job.ID, strconv.FormatBool(q.OnlyCorrected), strconv.FormatBool(q.OnlyOpen)}
	if c := in.Cause; c != nil {
		q.Cause = &importjob.Cause{Column: c.Column, Code: c.Code, Flaw: userpool.Flaw(c.Flaw)}
		list = append(list, "cause", c.Column, c.Code, c.Flaw)
	}
	for _, v := range in.Verdicts {
		if v == poolhouseapi.ImportRowsVerdictTypeNotReached && !job.State.Active() && !allReached(job) {
			return q, nil, userpool.Errorf(userpool.PreconditionNotMet,
				"The rows that import job %s did not reach are still being taken from its file. Try again in a moment.", job.ID)
		}
		q.Verdicts = append(q.Verdicts, importjob.Verdict(v))
		list = append(list, string(v))
	}
	if len(q.Verdicts) == 0 {
		q.Verdicts = []importjob.Verdict{importjob.RowSkipped, importjob.RowFailed}
	}
	place, err := service.OpenPage(s.Pages, list, in.NextToken)
	if err != nil {
		return q, nil, err
	}
	if place != "" {
		if in.FromLine != nil {
			return q, nil, userpool.Errorf(userpool.InvalidParameter, "FromLine cannot be given together with NextToken.")
		}
		q.After, err = strconv.ParseInt(place, 10, 64)
		return q, list, err
	}
	q.After = service.ValueOr(in.FromLine, 1) - 1
	return q, list, nil
}

// correctUserImportJobRows is one of our own operations. It writes corrections into rows of a
// job, and judges each row again at once.
func (s *Service) correctUserImportJobRows(ctx context.Context, in *poolhouseapi.CorrectUserImportJobRowsRequest) (*poolhouseapi.CorrectUserImportJobRowsResponse, error) {
	pool, job, err := s.endedRows(ctx, in.UserPoolId, in.JobId)
	if err != nil {
		return nil, err
	}
	sheet, err := importrows.NewSheet(job, pool, s.Limits)
	if err != nil {
		return nil, err
	}
	edits := make([]importrows.Edit, len(in.Corrections))
	for i, c := range in.Corrections {
		edits[i] = importrows.Edit{Line: c.LineNumber, Reset: service.Value(c.Reset), Text: c.Text}
		for _, v := range c.Values {
			edits[i].Values = append(edits[i].Values, importrows.Value{Column: v.Column, Value: v.Value})
		}
	}
	var views []importrows.View
	err = s.correcting.within(ctx, func() (err error) {
		views, err = sheet.Correct(ctx, s.Rows, job.Key(), edits)
		return err
	})
	if err != nil {
		return nil, err
	}
	all, passing, err := s.Rows.CountCorrections(ctx, job.Key())
	if err != nil {
		return nil, err
	}
	return &poolhouseapi.CorrectUserImportJobRowsResponse{Rows: rejectedRows(views), CorrectedRows: &all, PassingCorrectedRows: &passing}, nil
}

// applyUserImportSuggestions is one of our own operations. It writes suggestions into all rows
// of a job with a given cause. An interrupted call has written into the rows up to some line,
// and another call continues.
func (s *Service) applyUserImportSuggestions(ctx context.Context, in *poolhouseapi.ApplyUserImportSuggestionsRequest) (*poolhouseapi.ApplyUserImportSuggestionsResponse, error) {
	pool, job, err := s.endedRows(ctx, in.UserPoolId, in.JobId)
	if err != nil {
		return nil, err
	}
	sheet, err := importrows.NewSheet(job, pool, s.Limits)
	if err != nil {
		return nil, err
	}
	cause := importjob.Cause{Column: in.Cause.Column, Code: in.Cause.Code, Flaw: userpool.Flaw(in.Cause.Flaw)}
	var sum importrows.Suggested
	for after, more := int64(0), true; more; {
		err := s.correcting.within(ctx, func() error {
			some, next, others, err := sheet.Suggest(ctx, s.Rows, job.Key(), after, cause, in.Reading)
			sum.Applied, sum.Open = sum.Applied+some.Applied, sum.Open+some.Open
			after, more = next, others
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	all, passing, err := s.Rows.CountCorrections(ctx, job.Key())
	if err != nil {
		return nil, err
	}
	return &poolhouseapi.ApplyUserImportSuggestionsResponse{AppliedRows: &sum.Applied, OpenRows: &sum.Open, CorrectedRows: &all, PassingCorrectedRows: &passing}, nil
}

// rejectedRows returns rows with their faults.
func rejectedRows(views []importrows.View) []poolhouseapi.ImportRejectedRowType {
	out := make([]poolhouseapi.ImportRejectedRowType, 0, len(views))
	for i := range views {
		v := &views[i]
		row := poolhouseapi.ImportRejectedRowType{
			LineNumber: &v.Line, RecordNumber: known(v.Number), ByteOffset: &v.Offset,
			Verdict: poolhouseapi.ImportRowsVerdictType(v.Verdict), Code: v.Code, Column: v.Column, Message: v.Reason,
			Values: v.Values, Text: v.Text, Findings: importFindings(v.Findings), IsCorrected: &v.Corrected,
			CorrectedValues: v.Correction.Values, CorrectedText: v.Correction.Text,
		}
		out = append(out, row)
	}
	return out
}

// importFindings returns a row's faults, and what would be right.
func importFindings(findings []usercsv.Finding) (out []poolhouseapi.ImportFindingType) {
	for _, f := range findings {
		finding := poolhouseapi.ImportFindingType{
			Column: f.Column, ColumnNumber: known(int64(f.Number)), Code: f.Code, Flaw: string(f.Flaw), Message: f.Reason, Advice: f.Advice, Setting: f.Setting,
		}
		for _, one := range f.Suggestions {
			finding.Suggestions = append(finding.Suggestions, poolhouseapi.ImportSuggestionType{Value: one.Value, Reason: one.Reason, Reading: one.Reading})
		}
		out = append(out, finding)
	}
	return out
}
