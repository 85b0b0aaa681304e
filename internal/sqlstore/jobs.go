package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// jobOfPool are the columns of a job of a pool with a known id, in the order of scanJobOf.
const jobOfPool = "pool_no, job_no, job_id, " + jobSettings

// jobColumns are the columns of a job, in the order of scanJob. The pool's id is a subquery and not
// a join, so that a query locks only the job's row.
const jobColumns = jobOfPool + ", (SELECT p.pool_id FROM user_pools p WHERE p.pool_no = import_jobs.pool_no)"

// jobSettings are the columns of a job without its key, in the order of jobValues.
const jobSettings = `name, role_arn, hash_algorithm, upload_url, creator, started_by, stopped_by, state,
	created_ms, requested_ms, started_ms, stop_asked_ms, completed_ms, message, upload_name, upload_size, upload_etag, upload_digest,
	total_rows, imported, skipped, failed, checkpoint_offset, checkpoint_line, checkpoint_rows,
	lease_node, lease_epoch, lease_until_ms, warning, detail,
	file_header, parent_job_id, parent_relation, budget, settings, rest_offset, rest_line, rest_rows, rest_kept, rows_gone,
	asked, file_format`

const (
	selectJob       = "SELECT " + jobColumns + " FROM import_jobs"
	selectJobOfPool = "SELECT " + jobOfPool + " FROM import_jobs"
)

const insertJob = "INSERT INTO import_jobs (pool_no, job_no, job_id, " + jobSettings + `, results_forwarded)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33,
	$34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, FALSE)`

// updateJob sets all columns except the key. Parameters are numbered in the order in which they
// appear, as in every statement (planner.go).
const updateJob = `UPDATE import_jobs SET name = $1, role_arn = $2, hash_algorithm = $3, upload_url = $4, creator = $5, started_by = $6, stopped_by = $7, state = $8,
	created_ms = $9, requested_ms = $10, started_ms = $11, stop_asked_ms = $12, completed_ms = $13, message = $14,
	upload_name = $15, upload_size = $16, upload_etag = $17, upload_digest = $18, total_rows = $19, imported = $20, skipped = $21, failed = $22,
	checkpoint_offset = $23, checkpoint_line = $24, checkpoint_rows = $25, lease_node = $26, lease_epoch = $27, lease_until_ms = $28, warning = $29, detail = $30,
	file_header = $31, parent_job_id = $32, parent_relation = $33, budget = $34, settings = $35,
	rest_offset = $36, rest_line = $37, rest_rows = $38, rest_kept = $39, rows_gone = $40,
	asked = $41, file_format = $42
	WHERE pool_no = $43 AND job_no = $44`

// jobValues returns the values of jobSettings.
func (d *database) jobValues(j *importjob.Job) ([]any, error) {
	url, err := seal(d.vault.urls, j.PoolID, j.ID, j.UploadURL)
	if err != nil {
		return nil, err
	}
	header, err := seal(d.vault.headers, j.PoolID, j.ID, j.Header)
	if err != nil {
		return nil, err
	}
	asked, format, err := d.sealReading(j)
	return []any{j.Name, j.RoleARN, j.HashAlgorithm, url, j.Creator, j.StartedBy, j.StoppedBy, string(j.State),
		millis(j.Created), millis(j.Requested), millis(j.Started), millis(j.StopAsked), millis(j.Completed), j.Message,
		j.Upload.Name, j.Upload.Size, j.Upload.ETag, j.Upload.SHA256, j.TotalRows, j.Counts.Imported, j.Counts.Skipped, j.Counts.Failed,
		j.Checkpoint.Offset, j.Checkpoint.Line, j.Checkpoint.Rows, j.Lease.Node, j.Lease.Epoch, millis(j.LeaseUntil), j.Warning, j.Detail,
		header, nilIfEmpty(j.ParentID), string(j.Relation), j.Budget.String(), j.Settings, j.Rest.Offset, j.Rest.Line, j.Rest.Rows, j.RestKept, j.RowsGone,
		asked, format}, err
}

// storedJob is a job with the key of its table row.
type storedJob struct {
	*importjob.Job
	no jobNumbers
}

// scanJob reads a row of jobColumns.
func (d *database) scanJob(row scanner) (storedJob, error) {
	var poolID string
	return d.scanJobOf(&poolID, joinedRow{row, []any{&poolID}})
}

// scanJobOf reads a row of jobOfPool; poolID is the pool's id.
func (d *database) scanJobOf(poolID *string, row scanner) (storedJob, error) {
	j := storedJob{Job: new(importjob.Job)}
	var state string
	var url, header, asked, format []byte
	var parent sql.NullString
	var relation, budget string
	var created, requested, started, stopAsked, completed, leaseUntil int64
	err := row.Scan(&j.no.pool, &j.no.job, &j.ID, &j.Name, &j.RoleARN, &j.HashAlgorithm, &url, &j.Creator, &j.StartedBy, &j.StoppedBy, &state,
		&created, &requested, &started, &stopAsked, &completed, &j.Message,
		&j.Upload.Name, &j.Upload.Size, &j.Upload.ETag, &j.Upload.SHA256, &j.TotalRows, &j.Counts.Imported, &j.Counts.Skipped, &j.Counts.Failed,
		&j.Checkpoint.Offset, &j.Checkpoint.Line, &j.Checkpoint.Rows, &j.Lease.Node, &j.Lease.Epoch, &leaseUntil, &j.Warning, &j.Detail,
		&header, &parent, &relation, &budget, &j.Settings, &j.Rest.Offset, &j.Rest.Line, &j.Rest.Rows, &j.RestKept, &j.RowsGone,
		&asked, &format)
	if err != nil {
		return j, err
	}
	j.PoolID, j.State = *poolID, importjob.State(state)
	j.Created, j.Requested, j.Started = instant(created), instant(requested), instant(started)
	j.StopAsked, j.Completed, j.LeaseUntil = instant(stopAsked), instant(completed), instant(leaseUntil)
	j.ParentID, j.Relation = parent.String, importjob.Relation(relation)
	if j.Budget, err = importjob.ParseBudget(budget); err != nil {
		return j, err
	}
	if j.Header, err = unseal(d.vault.headers, j.PoolID, j.ID, header, "header of the file"); err != nil {
		return j, err
	}
	if err := d.openReading(j.Job, asked, format); err != nil {
		return j, err
	}
	j.UploadURL, err = unseal(d.vault.urls, j.PoolID, j.ID, url, "pre-signed URL")
	return j, err
}

// jobOnly is scanJob without the key.
func (d *database) jobOnly(row scanner) (*importjob.Job, error) {
	j, err := d.scanJob(row)
	return j.Job, err
}

// Jobs is the store of import jobs.
type Jobs struct {
	*database
	importer
}

const takeJobNumber = "UPDATE user_pool_counters SET next_job_no = next_job_no + 1 WHERE pool_no = $1 RETURNING next_job_no - 1"

// CreateJob adds an import job.
func (s *Jobs) CreateJob(ctx context.Context, j *importjob.Job, limit int) error {
	return s.change(ctx, func(tx *transaction) error {
		its, p, err := lockPool(ctx, tx, j.PoolID)
		if err != nil {
			return err
		}
		return s.addJob(ctx, tx, its, p, j, limit)
	})
}

// addJob adds an import job to a pool whose row is locked.
func (d *database) addJob(ctx context.Context, tx *transaction, quota locked, p *userpool.UserPool, j *importjob.Job, limit int) error {
	n, err := quota.count(ctx, "SELECT count(*) FROM import_jobs WHERE pool_no = $1", p.Number)
	if err != nil {
		return err
	}
	if n >= limit {
		return userpool.Errorf(userpool.LimitExceeded, "User pool %s has had %d import jobs, which is the limit.", j.PoolID, n)
	}
	stored := storedJob{j, jobNumbers{pool: p.Number}}
	if err := tx.QueryRowContext(ctx, takeJobNumber, p.Number).Scan(&stored.no.job); err != nil {
		return err
	}
	values, err := d.jobValues(j)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, insertJob, append([]any{stored.no.pool, stored.no.job, j.ID}, values...)...); err != nil {
		return err
	}
	return updateActive(ctx, tx, stored, importjob.Created)
}

// Job returns an import job.
func (s *Jobs) Job(ctx context.Context, key importjob.Key) (*importjob.Job, error) {
	j, err := retryRead(ctx, s.database, func(q querier) (storedJob, error) { return s.job(ctx, q, key) })
	return j.Job, err
}

var selectJobByID = selectJobOfPool + " WHERE pool_no = " + poolOf(1) + " AND job_id = $2"

func (d *database) job(ctx context.Context, q querier, key importjob.Key) (storedJob, error) {
	j, err := d.scanJobOf(&key.PoolID, q.QueryRowContext(ctx, selectJobByID+q.forUpdate(), key.PoolID, key.JobID))
	if errors.Is(err, sql.ErrNoRows) {
		return storedJob{}, userpool.Errorf(userpool.ResourceNotFound, "User import job %s does not exist.", key.JobID)
	}
	return j, err
}

// A pool's jobs are numbered in the order of their creation.
var (
	newestFirst     = " ORDER BY job_no DESC LIMIT "
	selectJobs      = selectJobOfPool + " WHERE pool_no = " + poolOf(1) + newestFirst + "$2"
	selectJobsAfter = selectJobOfPool + " WHERE pool_no = " + poolOf(1) + " AND job_no < " + jobOf(1, 2) + newestFirst + "$3"
)

// ListJobs returns a page of a pool's import jobs, newest first.
func (s *Jobs) ListJobs(ctx context.Context, poolID string, after importjob.After, limit int) ([]*importjob.Job, error) {
	scan := func(row scanner) (*importjob.Job, error) {
		j, err := s.scanJobOf(&poolID, row)
		return j.Job, err
	}
	if after.JobID == "" {
		return list(ctx, s.database, scan, selectJobs, poolID, limit)
	}
	return list(ctx, s.database, scan, selectJobsAfter, poolID, after.JobID, limit)
}

// UpdateJob changes an import job by a function.
func (s *Jobs) UpdateJob(ctx context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	return s.changeJob(ctx, func(tx *transaction) (storedJob, error) { return s.job(ctx, tx, key) }, update)
}

// StartJob changes an import job by a function that also checks the pool. The lock on the pool's
// row keeps the pool unchanged meanwhile. It is taken before the lock on the job, as in
// transactions that delete the pool or commit a batch.
func (s *Jobs) StartJob(ctx context.Context, key importjob.Key, start func(*importjob.Job, *userpool.UserPool) error) (*importjob.Job, error) {
	var p *userpool.UserPool
	read := func(tx *transaction) (j storedJob, err error) {
		if _, p, err = lockPool(ctx, tx, key.PoolID); err != nil {
			return j, err
		}
		return s.job(ctx, tx, key)
	}
	return s.changeJob(ctx, read, func(j *importjob.Job) error { return start(j, p) })
}

// UpdateLeased changes an import job if the lease is still valid.
func (s *Jobs) UpdateLeased(ctx context.Context, key importjob.Key, lease importjob.Lease, update func(*importjob.Job) error) (*importjob.Job, error) {
	return s.changeJob(ctx, func(tx *transaction) (storedJob, error) { return s.leasedJob(ctx, tx, key, lease) }, update)
}

// leasedJob reads a job and checks that the lease is still valid. A job that was deleted with its
// pool has no lease.
func (d *database) leasedJob(ctx context.Context, q querier, key importjob.Key, lease importjob.Lease) (storedJob, error) {
	j, err := d.job(ctx, q, key)
	switch {
	case userpool.KindOf(err) == userpool.ResourceNotFound:
		return storedJob{}, importjob.ErrLeaseLost
	case err != nil:
		return storedJob{}, err
	case j.Lease != lease:
		return storedJob{}, importjob.ErrLeaseLost
	}
	return j, nil
}

func (s *Jobs) changeJob(ctx context.Context, read func(*transaction) (storedJob, error), update func(*importjob.Job) error) (*importjob.Job, error) {
	var j storedJob
	err := s.change(ctx, func(tx *transaction) (err error) {
		if j, err = read(tx); err != nil {
			return err
		}
		key, before := j.Key(), j.State
		if err := update(j.Job); err != nil {
			return err
		}
		if j.Key() != key {
			return fmt.Errorf("sqlstore: an update must not change the key of import job %s", key.JobID)
		}
		if err := updateActive(ctx, tx, j, before); err != nil {
			return err
		}
		values, err := s.jobValues(j.Job)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, updateJob, append(values, j.no.pool, j.no.job)...)
		return requireChange(result, err, errConflict)
	})
	if err != nil {
		return nil, err
	}
	return j.Job, nil
}

// updateActive keeps the row of active_imports consistent with the job's state.
func updateActive(ctx context.Context, tx *transaction, j storedJob, before importjob.State) error {
	switch {
	case j.State.Active() == before.Active():
		return nil
	case before.Active():
		_, err := tx.ExecContext(ctx, "DELETE FROM active_imports WHERE pool_no = $1 AND job_no = $2", j.no.pool, j.no.job)
		return err
	}
	// The pool cannot change any more: every change of it needs its row's lock.
	p, err := pool(ctx, tx, j.PoolID)
	if err != nil {
		return err
	}
	added, err := anyChanged(tx.ExecContext(ctx, "INSERT INTO active_imports (pool_no, job_no) VALUES ($1, $2) ON CONFLICT DO NOTHING", j.no.pool, j.no.job))
	if err != nil {
		return err
	}
	if added {
		return nameLogGroup(ctx, tx, p)
	}
	other, err := activeImport(ctx, tx, j.no.pool)
	if err != nil {
		return err
	}
	if other == "" {
		return errConflict // the other job ended between the two reads
	}
	return userpool.Errorf(userpool.PreconditionNotMet,
		"User pool %s has an active import job, %s: wait for its end, or stop it.", j.PoolID, other)
}

// claimable selects the job that has waited longest. It reads the active jobs first (at most one a
// pool), and not all jobs that ever were (planner.go, "CROSS JOIN").
const claimable = `SELECT (SELECT p.pool_id FROM user_pools p WHERE p.pool_no = a.pool_no), j.job_id, j.lease_epoch
	FROM active_imports a CROSS JOIN import_jobs j WHERE j.pool_no = a.pool_no AND j.job_no = a.job_no AND j.lease_until_ms <= $1 AND j.state IN ('Pending', 'InProgress', 'Stopping') ORDER BY j.requested_ms, j.pool_no, j.job_no LIMIT 1`

// claim repeats the conditions of claimable: another node may have found the same job.
var claim = `UPDATE import_jobs SET lease_node = $1, lease_epoch = lease_epoch + 1, lease_until_ms = $2
	WHERE pool_no = ` + poolOf(3) + ` AND job_id = $4 AND lease_until_ms <= $5 AND state IN ('Pending', 'InProgress', 'Stopping')
	RETURNING ` + jobColumns

// claimableJob is a job without a valid lease.
type claimableJob struct {
	key   importjob.Key
	epoch int64 // the epoch of its last lease
}

// Claim gives a node the next job to work on, with a lease until a time.
func (s *Jobs) Claim(ctx context.Context, node string, now, until time.Time) (*importjob.Job, error) {
	find := func(q querier) (f claimableJob, err error) {
		err = q.QueryRowContext(ctx, claimable, millis(now)).Scan(&f.key.PoolID, &f.key.JobID, &f.epoch)
		return f, err
	}
	return claimNext(ctx, s.database, find, func(f claimableJob) (j *importjob.Job, err error) {
		if f.epoch > 0 {
			if err := s.expel(ctx, f.key); err != nil {
				return nil, err
			}
		}
		err = s.change(ctx, func(tx *transaction) (err error) {
			j, err = s.jobOnly(tx.QueryRowContext(ctx, claim, node, millis(until), f.key.PoolID, f.key.JobID, millis(now)))
			return err
		})
		return j, err
	})
}

// Overdue and WithFiles read ranges of two small indexes: the jobs that were not started, and the
// ended jobs with an upload. If the last job of a page is gone, the next page begins again at that
// job's time.
var (
	inOrderOfCreation = ofLivePool + " AND (created_ms, pool_no, job_no) > ($1, coalesce(" + poolOf(2) + ", 0), coalesce(" + jobOf(2, 3) + ", 0))"
	oldestFirst       = " ORDER BY created_ms, pool_no, job_no LIMIT "
	selectOverdue     = selectJob + " WHERE state = 'Created'" + inOrderOfCreation + " AND created_ms < $4" + oldestFirst + "$5"
	selectWithFiles   = selectJob + " WHERE upload_name <> '' AND completed_ms > 0" + inOrderOfCreation + oldestFirst + "$4"
)

// Overdue returns a page of the jobs that were not started in time.
func (s *Jobs) Overdue(ctx context.Context, createdBefore time.Time, after importjob.Place, limit int) ([]*importjob.Job, error) {
	return list(ctx, s.database, s.jobOnly, selectOverdue, millis(after.Created), after.Key.PoolID, after.Key.JobID, millis(createdBefore), limit)
}

// WithFiles returns a page of the ended jobs that still have an upload.
func (s *Jobs) WithFiles(ctx context.Context, after importjob.Place, limit int) ([]*importjob.Job, error) {
	return list(ctx, s.database, s.jobOnly, selectWithFiles, millis(after.Created), after.Key.PoolID, after.Key.JobID, limit)
}
