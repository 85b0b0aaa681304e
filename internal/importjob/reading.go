package importjob

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"

	"poolhouse/internal/guard"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Rows are read and decoded in chunks. A chunk ends at this many rows or about this many
// bytes. This bounds the memory of a job.
const (
	chunkRows  = 512
	chunkBytes = 1 << 20
)

// reading is the open file of a source. It is read ahead of the commits. Its rows are decoded
// on all processors and delivered in the order of the file.
type reading struct {
	chunks <-chan chunk
	stop   context.CancelFunc
	done   chan struct{} // closed when the reading goroutine has ended
}

// chunk has rows that are being decoded: decoded delivers them once. err is the error that
// ended the reading, io.EOF at the end of the file.
type chunk struct {
	decoded <-chan []Row
	err     error
}

// read begins to read the rows of the job's file from a position on.
func (r *run) read(ctx context.Context, pool *userpool.UserPool, from usercsv.Position) (*reading, error) {
	job := r.job // r.job changes while the file is read
	header, err := r.readHeader(ctx, job)
	if err != nil {
		return nil, err
	}
	decoder, err := usercsv.NewDecoder(pool, header.columns, job.HashAlgorithm, r.cfg.Limits, job.Format)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx) // also ends reads that wait for a server
	reader, text, err := r.openRows(ctx, job, header, from)
	if err != nil {
		cancel()
		return nil, err
	}
	origins := -1
	if job.ParentID != "" {
		origins = slices.Index(header.columns, LineColumn)
	}
	chunks := make(chan chunk, 2*runtime.GOMAXPROCS(0))
	p := &reading{chunks: chunks, stop: cancel, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		defer text.Close()
		rowReader{reader, decoder, origins, r.log}.readAll(ctx, job.textSize(), chunks)
	}()
	return p, nil
}

// fileHeader is the header of a job's file.
type fileHeader struct {
	limits  usercsv.Limits   // the limits of the rows
	columns []string         // their names after conversion
	end     usercsv.Position // the end of the header row
}

func (e *Engine) readHeader(ctx context.Context, j *Job) (h fileHeader, err error) {
	text, err := e.openText(ctx, j, 0)
	if err != nil {
		return h, err
	}
	defer text.Close()
	reader := j.Format.NewReader(text, usercsv.Position{}, j.Limits(e.cfg.Limits))
	names, err := reader.Header()
	if err != nil {
		return h, err
	}
	if h.columns = j.Format.ReadAs(names); len(h.columns) != len(names) {
		return h, FileChanged
	}
	h.limits, h.end = j.Limits(e.cfg.Limits).For(names), reader.Position()
	return h, nil
}

// openRows returns a reader of the rows of a job's file from a position on. The zero position
// is the first row. The caller closes the text.
func (e *Engine) openRows(ctx context.Context, j *Job, h fileHeader, from usercsv.Position) (*usercsv.Reader, io.Closer, error) {
	if from.Offset == 0 {
		from = h.end
	}
	text, err := e.openText(ctx, j, from.Offset)
	if err != nil {
		return nil, nil, err
	}
	return j.Format.NewReader(text, from, h.limits), text, nil
}

// close stops the reading and waits for its end.
func (p *reading) close() {
	p.stop()
	<-p.done
}

// rowReader reads records of a file and decodes them into rows.
type rowReader struct {
	reader  *usercsv.Reader
	decoder *usercsv.Decoder
	origins int // the column of [Row.Origin], -1 for none
	log     *slog.Logger
}

// readAll sends chunk after chunk. The last one has the error that ended the reading.
func (r rowReader) readAll(ctx context.Context, size int64, out chan<- chunk) {
	for {
		records, err := guard.Call(r.readChunk)
		if end := r.reader.Position().Offset; errors.Is(err, io.EOF) && end != size {
			err = sizeMismatch(end, size)
		}
		decoded := make(chan []Row, 1)
		select {
		case out <- chunk{decoded, err}:
		case <-ctx.Done():
			return
		}
		go func() { decoded <- r.decodeAll(records) }()
		if err != nil {
			return
		}
	}
}

// sizeMismatch returns the error for a file that ends at another place than expected.
func sizeMismatch(end, size int64) FileGone {
	if end < size {
		return FileTruncated
	}
	return FileChanged
}

func (r rowReader) readChunk() ([]usercsv.Record, error) {
	records := make([]usercsv.Record, 0, chunkRows)
	begin := r.reader.Position().Offset
	for len(records) < chunkRows && r.reader.Position().Offset-begin < chunkBytes {
		record, err := r.reader.Next()
		if err != nil {
			return records, err
		}
		records = append(records, record)
	}
	return records, nil
}

func (r rowReader) decodeAll(records []usercsv.Record) []Row {
	rows := make([]Row, len(records))
	for i := range records {
		rows[i] = r.decode(records[i])
	}
	return rows
}

// decode turns a record into a row. If a bug of ours makes a row panic, that row fails and no
// other (Developer Guide: an internal error for a user does not end the job). The value of
// the panic may contain user data, so only the stack is logged.
func (r rowReader) decode(record usercsv.Record) (row Row) {
	row = Row{Line: record.Line, Offset: record.Offset, Text: r.decoder.Kept(record), End: record.End}
	defer func() {
		if recover() != nil {
			r.log.Error("decoding an import row panicked", "line", record.Line, "stack", string(debug.Stack()))
			row.User = nil
			row.Err = &usercsv.RowError{Line: record.Line, Code: usercsv.CodeInternal, Reason: "Internal error."}
		}
	}()
	if r.origins >= 0 && r.origins < len(record.Fields) {
		row.Origin, _ = strconv.ParseInt(record.Fields[r.origins], 10, 64) // 0 if it is not a number
	}
	row.User, row.Err = r.decoder.Decode(record)
	return row
}
