package importrows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Sheet reads the rows of one job's file for its user pool as it is now.
type Sheet struct {
	pool   *userpool.UserPool
	limits usercsv.Limits
	header []string
	hash   int  // the index of the column password_hash, or none
	hashes bool // the job has a PasswordHashingAlgorithm
	result bool // the file is a returned result file with neutralised values
	// own is the format of a file that is not in Cognito's format, or nil. The rows of such a
	// file are kept in Cognito's format.
	own *usercsv.Format
	// decoder is nil if the header does not fit the pool any more; problem says why.
	decoder *usercsv.Decoder
	problem *usercsv.FileError
}

// none is the index of a column that the file does not have.
const none = -1

// NewSheet returns the sheet of a job that has a header: the job has begun, and its kept rows
// have not expired.
func NewSheet(job *importjob.Job, pool *userpool.UserPool, limits usercsv.Limits) (*Sheet, error) {
	wide := limits
	wide.RowChars = max(2*len(job.Header), 1) // each name is in quotation marks, so it is longer than in the file
	parsed, err := usercsv.ParseRow(job.Header, wide)
	if err != nil {
		return nil, err
	}
	if parsed.Err != nil {
		return nil, fmt.Errorf("importrows: cannot parse the header of job %s: %w", job.ID, parsed.Err)
	}
	s := &Sheet{
		pool: pool, header: parsed.Fields, hash: slices.Index(parsed.Fields, usercsv.ColumnPasswordHash), hashes: job.HashAlgorithm != "",
		result: slices.Contains(parsed.Fields, usercsv.ColumnLine) && slices.Contains(parsed.Fields, usercsv.ColumnVerdict),
	}
	if !job.Format.IsCognito() {
		s.own = job.Format
	}
	s.limits = limits.For(s.header)
	if s.limits.RowChars == 0 {
		s.limits.RowChars = usercsv.DefaultRowChars
	}
	s.decoder, err = usercsv.NewDecoder(pool, s.header, job.HashAlgorithm, s.limits, job.Format)
	if problem, ok := errors.AsType[*usercsv.FileError](err); ok {
		s.problem, err = problem, nil
	}
	return s, err
}

// Header returns the names of the file's columns.
func (s *Sheet) Header() []string { return s.header }

// Original returns a row as it stands in the file.
func (s *Sheet) Original(row importjob.KeptRow) usercsv.Record {
	record := s.read(row, row.Text)
	if s.own != nil {
		return s.ofOwn(row, record)
	}
	// The lines that follow in the file decide which error a quotation mark is.
	if record.Err != nil && (row.Code == usercsv.CodeQuote || row.Code == usercsv.CodeStrayQuote) {
		record.Err = importFinding(row)
	}
	return record
}

// importFinding returns the finding of the import for a row.
func importFinding(row importjob.KeptRow) *usercsv.RowError {
	return &usercsv.RowError{Line: row.Line, Code: row.Code, Flaw: row.Flaw, Reason: row.Reason}
}

// Corrected returns a row with its correction, as a child job reads it.
func (s *Sheet) Corrected(row importjob.KeptRow, c importjob.Correction) usercsv.Record {
	return s.read(row, s.Text(row, c))
}

// Text returns the text of a row with its correction, without a line end. It is that of the
// file if there is no correction or the row has no cells for it.
func (s *Sheet) Text(row importjob.KeptRow, c importjob.Correction) string {
	if c.Text != "" || len(c.Values) == 0 {
		return textOr(c.Text, row.Text)
	}
	fields := s.cells(s.Original(row))
	if fields == nil {
		return row.Text
	}
	return s.format(s.with(fields, c.Values))
}

// format writes the values of a row as the file has them.
func (s *Sheet) format(cells []string) string {
	if s.result {
		cells = slices.Clone(cells)
		for i, value := range cells {
			cells[i] = usercsv.Neutralise(value)
		}
	}
	return usercsv.FormatRow(cells)
}

func textOr(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

// with returns the cells with some values replaced. Columns that the file does not have are
// ignored.
func (s *Sheet) with(cells []string, values map[string]string) []string {
	cells = slices.Clone(cells)
	for name, value := range values {
		if i := slices.Index(s.header, name); i != none {
			cells[i] = value
		}
	}
	return cells
}

// read splits the text of a row.
func (s *Sheet) read(row importjob.KeptRow, text string) usercsv.Record {
	record, err := usercsv.ParseRow(text, s.limits)
	if err != nil { // reading a string cannot fail
		record = usercsv.Record{Text: text, Err: &usercsv.RowError{Code: usercsv.CodeInternal, Reason: "Internal error."}}
	}
	record.Line, record.Offset = row.Line, row.Offset
	if record.Err != nil {
		record.Err.Line = row.Line
	}
	return record
}

// cells returns the values of a row with one value for each column, without neutralising. It
// returns nil for other rows.
func (s *Sheet) cells(r usercsv.Record) []string {
	if r.Err != nil || len(r.Fields) != len(s.header) {
		return nil
	}
	if s.decoder != nil {
		return s.decoder.Values(r)
	}
	if !s.result {
		return r.Fields
	}
	cells := make([]string, len(r.Fields))
	for i, value := range r.Fields {
		cells[i] = strings.TrimSpace(usercsv.Restore(value))
	}
	return cells
}

// findings returns what is wrong with a row by the rules alone.
func (s *Sheet) findings(r usercsv.Record) []usercsv.Finding {
	if s.decoder == nil {
		return []usercsv.Finding{{
			RowError: usercsv.RowError{Line: r.Line, Code: s.problem.Code, Reason: s.problem.Reason}, Advice: s.problem.Error(),
		}}
	}
	return s.decoder.Findings(r)
}

// judge returns what is wrong with each row now: by the rules, and if it breaks none, by the
// users of the pool. Each row is judged as if it were the only one of its file.
func (s *Sheet) judge(ctx context.Context, checker importjob.Checker, records []usercsv.Record) ([][]usercsv.Finding, error) {
	found := make([][]usercsv.Finding, len(records))
	var rows []importjob.Row
	var of []int // the indexes of the rows' records
	for i, r := range records {
		if found[i] = s.findings(r); len(found[i]) > 0 {
			continue
		}
		u, problem := s.decoder.Decode(r)
		if problem != nil { // there is none if no finding was made
			found[i] = []usercsv.Finding{s.decoder.Finding(problem)}
			continue
		}
		rows, of = append(rows, importjob.Row{Line: r.Line, Offset: r.Offset, Text: r.Text, User: u}), append(of, i)
	}
	refused, err := checkEach(ctx, checker, s.pool, rows)
	if err != nil {
		return nil, err
	}
	for n, e := range refused {
		if e != nil {
			found[of[n]] = []usercsv.Finding{s.refusal(rows[n].Line, e)}
		}
	}
	return found, nil
}

// refusal returns the finding for a row whose user cannot be added.
func (s *Sheet) refusal(line int64, e *userpool.Error) usercsv.Finding {
	problem := usercsv.RowError{Line: line, Column: e.Attribute, Code: e.Code, Flaw: e.Flaw, Reason: e.Message}
	if e.Kind == userpool.UsernameExists {
		problem = usercsv.RowError{Line: line, Code: userpool.CodeUsernameExists, Reason: importjob.ReasonExists}
	}
	return s.decoder.Finding(&problem)
}

// togetherAtMost is how often rows that may conflict with each other are checked together.
const togetherAtMost = 8

// checkEach returns what a commit would say of each row if it came alone. It checks all rows
// at once. A row may be rejected because of another one of them, so it checks the rejected
// rows again until none of them passes. The rows that are left are rejected because of the
// pool.
func checkEach(ctx context.Context, checker importjob.Checker, pool *userpool.UserPool, rows []importjob.Row) ([]*userpool.Error, error) {
	refused := make([]*userpool.Error, len(rows))
	left := make([]int, len(rows))
	for i := range left {
		left[i] = i
	}
	for round := 0; len(left) > 0; round++ {
		if round == togetherAtMost {
			return refused, checkSingly(ctx, checker, pool, rows, left, refused)
		}
		some := make([]importjob.Row, len(left))
		for n, i := range left {
			some[n] = rows[i]
		}
		errs, err := checker.CheckRows(ctx, pool, some, importjob.NewTaken())
		if err != nil {
			return nil, err
		}
		var still []int
		for n, i := range left {
			if refused[i] = errs[n]; errs[n] != nil {
				still = append(still, i)
			}
		}
		if len(still) == len(left) {
			break
		}
		left = still
	}
	return refused, nil
}

// checkSingly checks rows one by one.
func checkSingly(ctx context.Context, checker importjob.Checker, pool *userpool.UserPool, rows []importjob.Row, which []int, refused []*userpool.Error) error {
	for _, i := range which {
		errs, err := checker.CheckRows(ctx, pool, rows[i:i+1], importjob.NewTaken())
		if err != nil {
			return err
		}
		refused[i] = errs[0]
	}
	return nil
}

// ownColumn reports whether a column is Poolhouse's own and cannot be corrected.
func ownColumn(column string) bool {
	return strings.HasPrefix(column, "poolhouse:") && column != usercsv.ColumnExternalID
}
