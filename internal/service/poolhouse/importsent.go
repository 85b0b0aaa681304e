package poolhouseservice

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importrows"
	"poolhouse/internal/resultfile"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// sentBack is a result file that a person corrected and uploaded. It decides which rows are
// tried again, and with which cells.
type sentBack struct {
	job  *importjob.Job
	file *resultfile.Corrected
}

// fromUpload reads the file of the caller's upload as the job's corrected result file.
func (r *rerun) fromUpload(ctx context.Context, id string) error {
	u, err := r.upload(ctx, importjob.Key{PoolID: r.pool.ID, JobID: id})
	if err == nil && u.Creator != r.call.From.ARN {
		err = noUpload(id)
	}
	if err != nil {
		return err
	}
	found, err := r.Files.Find(ctx, u.Key())
	if err != nil {
		return err
	}
	file := u.File
	if found.Name != "" {
		file = found
	}
	most := cmp.Or(r.Limits.Bytes, usercsv.DefaultBytes)
	switch {
	case file.Name == "":
		return userpool.Errorf(userpool.PreconditionNotMet, "Upload %s has no file: its file has not arrived. Upload the corrected result file to the pre-signed URL.", id)
	case file.Size > most:
		return userpool.Errorf(userpool.PreconditionNotMet, "The file of upload %s has %d bytes, and %d are allowed.", id, file.Size, most)
	}
	sheet, err := importrows.NewSheet(r.parent, r.pool, r.Limits)
	if err != nil {
		return err
	}
	open := func(offset int64) (io.ReadCloser, error) { return r.Files.Open(ctx, file, offset) }
	corrected, err := resultfile.ReadCorrected(open, sheet.Header(), r.Limits)
	if err != nil {
		return err
	}
	if corrected.Len() == 0 {
		return userpool.Errorf(userpool.InvalidParameter, "The uploaded file has no rows.")
	}
	r.sent = &sentBack{r.parent, corrected}
	return nil
}

// row returns a row as the file has it. It reports false if the file lacks the row, or the
// row's verdict is not wanted.
func (s *sentBack) row(sheet *importrows.Sheet, f importrows.Found, verdicts []importjob.Verdict) (importjob.KeptRow, bool, error) {
	header, record := sheet.Header(), sheet.Original(f.KeptRow)
	cells := record.Fields
	if record.Err != nil || len(cells) != len(header) {
		cells = nil
	}
	line := firstLine(s.job, header, f.Line, cells, f.Text)
	sent, ok, err := s.file.Of(line)
	if err != nil || !ok || len(verdicts) > 0 && !slices.Contains(verdicts, f.Verdict) {
		return f.KeptRow, false, err
	}
	correction, err := sheet.Apply(importrows.Found{KeptRow: f.KeptRow}, edit(f.Line, line, header, cells, &sent))
	if err != nil {
		return f.KeptRow, false, err
	}
	f.Text = sheet.Text(f.KeptRow, correction)
	return f.KeptRow, true, nil
}

// edit returns a person's changes of a row: the changed cells, or, for a row without cells, the
// whole row.
func edit(own, line int64, header, cells []string, sent *resultfile.Sent) importrows.Edit {
	e := importrows.Edit{Line: own}
	switch {
	case cells != nil:
		for i, name := range header {
			if strings.HasPrefix(name, usercsv.NotImported) {
				continue // only a spreadsheet's rewriting; it changes nothing
			}
			if value, is := sent.Values[name]; is && value != resultfile.Plain(cells[i]) {
				e.Values = append(e.Values, importrows.Value{Column: name, Value: value})
			}
		}
	case sent.Filled():
		row := make([]string, len(header))
		for i, name := range header {
			if row[i] = sent.Values[name]; name == usercsv.ColumnLine {
				row[i] = strconv.FormatInt(line, 10)
			}
		}
		e.Text = usercsv.FormatRow(row)
	default:
		e.Text = sent.Text
	}
	return e
}
