package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// importGood imports the good file, reads the map of its rows, and checks another file
// against the full pool.
func (m *rowsBench) importGood(ctx context.Context) error {
	return m.importAndRead(ctx, m.clean, m.good, m.imported, "IMPORTED", m.sizes[0], func(n *node, pool string) error {
		return m.check(ctx, n, pool, m.more, m.full, m.more.rows)
	})
}

// importRefused imports the file whose rows are all rejected, and reads the result file.
func (m *rowsBench) importRefused(ctx context.Context) error {
	return m.importAndRead(ctx, m.bad, m.refused, m.results, "NOT_IMPORTED", m.sizes[1], func(*node, string) error { return nil })
}

// importAndRead imports a file. A new server then makes a result file, because its memory is
// measured. then runs on that server.
func (m *rowsBench) importAndRead(ctx context.Context, f file, into, read *series, content string, room *size, then func(n *node, pool string) error) error {
	s, err := m.site(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.remove(context.WithoutCancel(ctx)) }() // the whole directory is removed at the end
	var j job
	err = withServer(ctx, m.self, s.serve(), func(n *node) error {
		pool, err := n.newPool(ctx)
		if err != nil {
			return err
		}
		if j, err = n.newJob(ctx, pool, f); err != nil {
			return err
		}
		m.flush(ctx)
		taken, err := j.measure(ctx, false)
		m.keep(into, taken, err)
		return err
	})
	if err != nil {
		return err
	}
	bytes, err := m.size(ctx, s)
	if err != nil {
		return err
	}
	room.fill(bytes, f.rows)
	return withServer(ctx, m.self, s.serve(), func(n *node) error {
		j.node = n
		taken, err := j.results(ctx, content, f.rows, nil)
		if m.keep(read, taken, err); err != nil {
			return err
		}
		return then(n, j.pool)
	})
}

// results reads a result file page by page, and joins the pages as a client does. Each row is
// a line.
func (j job) results(ctx context.Context, content string, rows int, to func(record string) error) (sample, error) {
	in := map[string]any{"UserPoolId": j.pool, "JobId": j.id, "Content": content, "Format": "CSV"}
	before, err := j.node.used()
	if err != nil {
		return sample{}, err
	}
	begun, records := time.Now(), 0
	for {
		var page struct {
			Records   []string
			NextToken string
		}
		if err := j.node.call(ctx, "Poolhouse.GetUserImportJobResults", in, &page); err != nil {
			return sample{}, err
		}
		records += len(page.Records)
		for _, record := range page.Records {
			if to == nil {
				break
			}
			if err := to(record); err != nil {
				return sample{}, err
			}
		}
		if page.NextToken == "" {
			break
		}
		in["NextToken"] = page.NextToken
	}
	took := time.Since(begun)
	after, err := j.node.used()
	if err == nil && records != rows+1 { // including the header
		err = fmt.Errorf("the result file has %d records; want %d", records, rows+1)
	}
	after.cpu -= before.cpu
	return sample{took, rows, after}, err
}

// checkFirst checks both files against an empty pool.
func (m *rowsBench) checkFirst(ctx context.Context) error {
	return m.onePool(ctx, m.self, func(_ site, n *node, pool string) error {
		if err := m.check(ctx, n, pool, m.clean, m.empty, m.clean.rows); err != nil {
			return err
		}
		return m.check(ctx, n, pool, m.bad, m.bads, 0)
	})
}

// check checks the file of a job. pass is how many rows must pass.
func (m *rowsBench) check(ctx context.Context, n *node, pool string, f file, into *series, pass int) error {
	j, err := n.newJob(ctx, pool, f)
	if err != nil {
		return err
	}
	m.flush(ctx)
	before, err1 := n.used()
	begun := time.Now()
	var out struct {
		Check struct{ TotalRows, PassingRows int }
	}
	err2 := n.call(ctx, "Poolhouse.CheckUserImport", map[string]any{"UserPoolId": pool, "JobId": j.id, "MaxRows": 1}, &out)
	took := time.Since(begun)
	after, err3 := n.used()
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	if c := out.Check; c.TotalRows != f.rows || c.PassingRows != pass {
		return fmt.Errorf("the check has %d rows and %d of them pass; want %d and %d", c.TotalRows, c.PassingRows, f.rows, pass)
	}
	after.cpu -= before.cpu
	m.keep(into, sample{took, f.rows, after}, nil)
	return nil
}

// runCorrected imports a file in which one row in ten is rejected. It corrects these rows in
// the result file and retries them.
func (m *rowsBench) runCorrected(ctx context.Context) error {
	return m.onePool(ctx, m.self, func(s site, n *node, pool string) error {
		j, err := n.newJob(ctx, pool, m.some)
		if err != nil {
			return err
		}
		if _, err := j.measure(ctx, false); err != nil {
			return err
		}
		corrected, err := j.corrected(ctx, s.dir, m.some)
		if err != nil {
			return err
		}
		m.flush(ctx)
		begun := time.Now()
		child, err := j.retry(ctx, corrected)
		if err != nil {
			return err
		}
		if _, err := child.measure(ctx, false); err != nil {
			return err
		}
		m.keep(m.runAgain, sample{took: time.Since(begun), rows: corrected.rows}, nil)
		return nil
	}, "--import-max-bytes", "1000000000", "--import-max-rows", "10000000") // the server reserves this much space for the file that it writes
}

// corrected writes the result file of the failed rows with correct flags.
func (j job) corrected(ctx context.Context, dir string, f file) (file, error) {
	out := file{path: filepath.Join(dir, "corrected.csv"), rows: f.failed()}
	var text strings.Builder
	_, err := j.results(ctx, "NOT_IMPORTED", f.failed()+f.skipped(), func(record string) error {
		if !strings.Contains(record, `"SKIPPED"`) {
			text.WriteString(strings.Replace(record, `"perhaps"`, `"true"`, 1))
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	out.size = int64(text.Len())
	return out, os.WriteFile(out.path, []byte(text.String()), 0o600)
}

// retry uploads a corrected result file and creates the job that imports its rows.
func (j job) retry(ctx context.Context, corrected file) (job, error) {
	var made struct {
		UserImportUpload struct{ UploadId, PreSignedUrl string }
	}
	err := j.node.call(ctx, "Poolhouse.CreateUserImportUpload", map[string]any{"UserPoolId": j.pool}, &made)
	if err == nil {
		err = j.node.put(ctx, made.UserImportUpload.PreSignedUrl, corrected)
	}
	if err != nil {
		return job{}, err
	}
	var again struct {
		UserImportJob struct{ JobId string }
	}
	in := map[string]any{"UserPoolId": j.pool, "JobId": j.id, "UploadId": made.UserImportUpload.UploadId}
	err = j.node.call(ctx, "Poolhouse.RetryUserImportJob", in, &again)
	return job{j.node, corrected, j.pool, again.UserImportJob.JobId}, err
}
