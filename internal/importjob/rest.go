package importjob

import (
	"context"
	"errors"
	"io"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// The limits of a piece of the rest. A piece is held in memory as a whole.
const (
	restRows  = 5000
	restBytes = 4 << 20
)

// errRestUnknown says that the rows that a job did not reach cannot be determined.
var errRestUnknown = errors.New("importjob: the record of the job's progress does not fit the file")

// LeavesRest reports whether an ended job may have unreached rows that are not kept yet. A
// job that was refused before it began, or that expired, has none: its rows were never to be
// imported.
func (j *Job) LeavesRest() bool {
	if j.RestKept || j.RowsGone || j.Upload.Name == "" {
		return false
	}
	return j.State == Stopped || j.State == Failed && j.TotalRows > 0
}

// NotReached returns how many rows of its file an ended job did not reach. If no node began
// the job, its rows are counted when they are kept, and known is false before that.
func (j *Job) NotReached() (rows int64, known bool) {
	switch {
	case j.TotalRows > 0:
		return j.TotalRows - j.Counts.Sum(), true
	case j.RestKept:
		return j.Rest.Rows, true
	}
	return 0, false
}

// Limits returns the limits of the job's file. The file of a child has a column of lines, so
// it may be larger than an uploaded one.
func (j *Job) Limits(l usercsv.Limits) usercsv.Limits {
	if j.ParentID != "" && l.Bytes > 0 {
		l.Bytes = max(l.Bytes, j.Upload.Size)
	}
	return l
}

// keepRest keeps the rows that an ended job did not reach, beginning where an earlier attempt
// ended. It returns nil when no more can be kept. It logs it if the reason is a file that can
// no longer be read. ErrLeaseLost says that another node is keeping them.
func (e *Engine) keepRest(ctx context.Context, j *Job) error {
	if !j.LeavesRest() {
		return nil
	}
	err := e.keepPieces(ctx, j)
	_, gone := errors.AsType[FileGone](err)
	_, bad := errors.AsType[*usercsv.FileError](err)
	if !gone && !bad && !errors.Is(err, errRestUnknown) {
		return err
	}
	now, problem := e.reload(ctx, j.Key())
	if problem != nil || !now.LeavesRest() {
		return problem // another node has kept the rest and removed the file
	}
	e.cfg.Log.Warn("rows that an import job did not reach are not kept", "pool", j.PoolID, "job", j.ID,
		"kept", max(0, now.Rest.Rows-now.Checkpoint.Rows), "reason", err)
	return nil
}

// reload returns the job as it is stored now.
func (e *Engine) reload(ctx context.Context, key Key) (*Job, error) {
	return e.store.UpdateJob(ctx, key, func(*Job) error { return nil })
}

// keepPieces keeps the rest piece by piece.
func (e *Engine) keepPieces(ctx context.Context, j *Job) (err error) {
	if j.Header == "" {
		if j, err = e.noteHeader(ctx, j); err != nil {
			return err
		}
	}
	from := j.Rest
	if from == (usercsv.Position{}) {
		from = j.Checkpoint
		if j.TotalRows > 0 && from.Rows == j.TotalRows && j.Counts.Sum() == j.TotalRows { // no rest: the job reached the end of its file
			return e.store.KeepRest(ctx, j.Key(), j.Rest, nil, from, true)
		}
		fits, err := e.checkCheckpoint(ctx, j)
		if err == nil && !fits {
			err = errRestUnknown
		}
		if err != nil {
			return err
		}
	}
	rest, err := e.openRest(ctx, j, from)
	if err != nil {
		return err
	}
	defer rest.file.Close()
	for at := j.Rest; ; {
		rows, end, done, problem := rest.piece(from)
		if problem != nil && len(rows) == 0 {
			return problem
		}
		if done && j.TotalRows > 0 && end.Rows != j.TotalRows {
			done, problem = false, errRestUnknown
		}
		if err := e.store.KeepRest(ctx, j.Key(), at, rows, end, done); err != nil {
			return err
		}
		if done || problem != nil {
			return problem
		}
		at, from = end, end
	}
}

// noteHeader surveys the file of a job that no node began, as the beginning would have done,
// and stores its header.
func (e *Engine) noteHeader(ctx context.Context, j *Job) (*Job, error) {
	pool, err := e.store.Pool(ctx, j.PoolID)
	if err != nil {
		return nil, err
	}
	seen, read, err := e.survey(ctx, j, pool)
	if err != nil {
		return nil, err
	}
	return e.store.UpdateJob(ctx, j.Key(), func(j *Job) error {
		if j.LeavesRest() {
			j.Header, j.Upload.SHA256 = usercsv.FormatRow(seen.Header), read.SHA256
			j.noteFormat(seen.Format)
		}
		return nil
	})
}

// restReader reads the rows that a job did not reach.
type restReader struct {
	file   io.Closer
	reader *usercsv.Reader
	keeper *usercsv.Keeper
	size   int64    // the size of the decoded text at the survey
	most   int      // maximum number of rows of a piece
	held   *restRow // read ahead, not returned yet
	err    error    // the error that ended the reading, io.EOF at the end of the file
}

// restRow is a row and its end.
type restRow struct {
	KeptRow
	end usercsv.Position
}

// openRest opens the job's file at a position. The zero position is the first row.
func (e *Engine) openRest(ctx context.Context, j *Job, from usercsv.Position) (*restReader, error) {
	header, err := e.readHeader(ctx, j)
	if err != nil {
		return nil, err
	}
	reader, text, err := e.openRows(ctx, j, header, from)
	if err != nil {
		return nil, err
	}
	keeper := usercsv.NewKeeper(header.columns, j.Limits(e.cfg.Limits), j.Format)
	return &restReader{file: text, reader: reader, keeper: keeper, size: j.textSize(), most: min(restRows, e.cfg.PortionRows)}, nil
}

// piece returns the next rows and their end. Rows that come with an error are valid. done
// says that they are the last.
func (r *restReader) piece(from usercsv.Position) (rows []KeptRow, end usercsv.Position, done bool, err error) {
	end = from
	for bytes := 0; len(rows) < r.most && bytes < restBytes; {
		row, err := r.next()
		if errors.Is(err, io.EOF) {
			return rows, end, true, nil
		}
		if err != nil {
			return rows, end, false, err
		}
		rows, end = append(rows, row.KeptRow), row.end
		bytes += len(row.Text)
	}
	return rows, end, false, nil
}

// next returns the next row after it has read one more. If a file has become shorter, its
// last row may be cut off, so that row is not returned.
func (r *restReader) next() (row *restRow, err error) {
	for {
		row, r.held = r.held, nil
		if r.err == nil {
			r.held, r.err = r.read()
		}
		switch {
		case row != nil && !errors.Is(r.err, FileTruncated):
			return row, nil
		case r.err != nil:
			return nil, r.err
		}
	}
}

// read returns the next row, and an error if the size of the file has changed.
func (r *restReader) read() (*restRow, error) {
	record, err := r.reader.Next()
	at := r.reader.Position()
	switch {
	case errors.Is(err, io.EOF) && at.Offset != r.size:
		return nil, sizeMismatch(at.Offset, r.size)
	case err != nil:
		return nil, err
	case at.Offset > r.size:
		return nil, FileChanged
	}
	return &restRow{KeptRow{Line: record.Line, Offset: record.Offset, Number: at.Rows, Verdict: RowNotReached, Text: r.keeper.Kept(record)}, at}, nil
}

// conclude cleans up after a job that has ended. It keeps the rows that the job did not reach
// and then removes the file. The next sweep tries again what failed and what another node was
// working on.
func (e *Engine) conclude(ctx context.Context, j *Job) error {
	key := j.Key()
	if !e.beginConcluding(key) {
		return nil
	}
	defer e.endConcluding(key)
	err := e.keepRest(ctx, j)
	if err == nil {
		err = e.removeFiles(ctx, key)
	}
	if errors.Is(err, ErrLeaseLost) || userpool.KindOf(err) == userpool.ResourceNotFound { // the pool was deleted, and the job with it
		return nil
	}
	return err
}

// beginConcluding reports false if this engine is concluding the job already.
func (e *Engine) beginConcluding(key Key) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.concluding[key] {
		return false
	}
	e.concluding[key] = true
	return true
}

func (e *Engine) endConcluding(key Key) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.concluding, key)
}
