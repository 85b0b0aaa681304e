package sqlstore

import (
	"context"
	"fmt"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// causeColumns are the columns of a cause, in the order of scanCause.
const causeColumns = "verdict, code, file_column, flaw, row_count, first_line"

const selectCauses = "SELECT " + causeColumns + " FROM import_causes WHERE pool_no = $1 AND job_no = $2"

func scanCause(row scanner) (c importjob.Cause, err error) {
	err = row.Scan(&c.Verdict, &c.Code, &c.Column, &c.Flaw, &c.Rows, &c.Line)
	return c, err
}

// keepCauses adds the causes of a commit to those of its job. No other transaction does so at the
// same time: keepOutcomes has already waited for a transaction of an earlier lease.
func keepCauses(ctx context.Context, tx *transaction, no jobNumbers, more []importjob.Cause) error {
	if len(more) == 0 {
		return nil
	}
	known, err := collect(ctx, tx, scanCause, selectCauses, no.pool, no.job)
	if err != nil {
		return err
	}
	all := importjob.AddCauses(known, more)
	var values []string
	args := []any{no.pool, no.job}
	for i, c := range all {
		if i < len(known) && c == known[i] {
			continue
		}
		n := len(args)
		values = append(values, fmt.Sprintf("($1, $2, $%d, $%d, $%d, $%d, $%d, $%d)", n+1, n+2, n+3, n+4, n+5, n+6))
		args = append(args, string(c.Verdict), c.Code, c.Column, string(c.Flaw), c.Rows, c.Line)
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO import_causes (pool_no, job_no, "+causeColumns+") VALUES "+strings.Join(values, ", ")+
		" ON CONFLICT (pool_no, job_no, verdict, code, file_column, flaw) DO UPDATE SET row_count = excluded.row_count", args...)
	return err
}

// selectJobCauses is one statement, so that a job and its causes are read at the same moment.
var selectJobCauses = "WITH j AS MATERIALIZED (" + selectJobByID + `)
	SELECT j.*, coalesce(c.verdict, ''), coalesce(c.code, ''), coalesce(c.file_column, ''), coalesce(c.flaw, ''), coalesce(c.row_count, 0), coalesce(c.first_line, 0)
	FROM j LEFT JOIN import_causes c ON c.pool_no = j.pool_no AND c.job_no = j.job_no`

// Causes returns an import job and the causes of its rows that were not imported.
func (s *Jobs) Causes(ctx context.Context, key importjob.Key) (j *importjob.Job, causes []importjob.Cause, err error) {
	scan := func(row scanner) (c importjob.Cause, err error) {
		stored, err := s.scanJobOf(&key.PoolID, joinedRow{row, []any{&c.Verdict, &c.Code, &c.Column, &c.Flaw, &c.Rows, &c.Line}})
		j = stored.Job
		return c, err
	}
	all, err := list(ctx, s.database, scan, selectJobCauses, key.PoolID, key.JobID)
	switch {
	case err != nil:
		return nil, nil, err
	case len(all) == 0:
		return nil, nil, userpool.Errorf(userpool.ResourceNotFound, "User import job %s does not exist.", key.JobID)
	}
	if all[0] != (importjob.Cause{}) {
		causes = all
	}
	importjob.SortCauses(causes)
	return j, causes, nil
}
