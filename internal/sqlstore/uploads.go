package sqlstore

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// uploadSettings are the columns of an upload without its key, in the order of uploadValues.
const uploadSettings = `creator, hash_algorithm, upload_url, state, created_ms, upload_name, upload_size, upload_etag, upload_digest,
	look, pool_modified_ms, message, lease_node, lease_epoch, lease_until_ms, fresh_epoch`

// uploadColumns are the columns of an upload, in the order of scanUpload.
const uploadColumns = `(SELECT p.pool_id FROM user_pools p WHERE p.pool_no = import_uploads.pool_no), pool_no, job_id, ` + uploadSettings

const (
	selectUpload = "SELECT " + uploadColumns + " FROM import_uploads"
	insertUpload = "INSERT INTO import_uploads (pool_no, job_id, " + uploadSettings + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`
	updateUpload = `UPDATE import_uploads SET creator = $1, hash_algorithm = $2, upload_url = $3, state = $4, created_ms = $5,
	upload_name = $6, upload_size = $7, upload_etag = $8, upload_digest = $9, look = $10, pool_modified_ms = $11, message = $12,
	lease_node = $13, lease_epoch = $14, lease_until_ms = $15, fresh_epoch = $16
	WHERE pool_no = $17 AND job_id = $18`
	deleteUpload = "DELETE FROM import_uploads WHERE pool_no = $1 AND job_id = $2"
)

// uploadOfLivePool is the condition that an upload's pool was not deleted.
const uploadOfLivePool = " AND (SELECT 1 FROM user_pools p WHERE p.pool_no = import_uploads.pool_no) = 1"

// uploadValues returns the values of uploadSettings.
func (d *database) uploadValues(u *importfile.Upload) ([]any, error) {
	look, err := d.sealLook(u)
	if err != nil {
		return nil, err
	}
	url, err := seal(d.vault.urls, u.PoolID, u.ID, u.URL)
	return []any{u.Creator, u.Algorithm, url, string(u.State), millis(u.Created), u.File.Name, u.File.Size, u.File.ETag, u.File.SHA256,
		look, millis(u.PoolModified), u.Message, u.Lease.Node, u.Lease.Epoch, millis(u.LeaseUntil), u.Fresh}, err
}

// storedUpload is an upload with its pool's number.
type storedUpload struct {
	*importfile.Upload
	pool int64
}

func (d *database) scanUpload(row scanner) (storedUpload, error) {
	u := storedUpload{Upload: new(importfile.Upload)}
	var state, look string
	var url []byte
	var created, modified, leaseUntil int64
	err := row.Scan(&u.PoolID, &u.pool, &u.ID, &u.Creator, &u.Algorithm, &url, &state, &created, &u.File.Name, &u.File.Size, &u.File.ETag, &u.File.SHA256,
		&look, &modified, &u.Message, &u.Lease.Node, &u.Lease.Epoch, &leaseUntil, &u.Fresh)
	if err != nil {
		return u, err
	}
	u.State, u.Created, u.PoolModified, u.LeaseUntil = importfile.State(state), instant(created), instant(modified), instant(leaseUntil)
	if u.URL, err = unseal(d.vault.urls, u.PoolID, u.ID, url, "pre-signed URL"); err != nil {
		return u, err
	}
	u.Report, err = d.openLook(u.Upload, look)
	return u, err
}

// sealLook returns the value of the column look. It is sealed, because it has values of rows.
func (d *database) sealLook(u *importfile.Upload) (string, error) {
	if u.Report == nil {
		return "", nil
	}
	text, err := json.Marshal(u.Report)
	if err != nil {
		return "", err
	}
	sealed, err := seal(d.vault.looks, u.PoolID, u.ID, string(text))
	return base64.StdEncoding.EncodeToString(sealed), err
}

// openLook reads the result of sealLook, and the JSON of earlier versions.
func (d *database) openLook(u *importfile.Upload, column string) (*usercsv.Report, error) {
	text := column
	if column != "" && column[0] != '{' {
		sealed, err := base64.StdEncoding.DecodeString(column)
		if err != nil {
			return nil, fmt.Errorf("the stored look at upload %s is damaged: %w", u.ID, err)
		}
		if text, err = unseal(d.vault.looks, u.PoolID, u.ID, sealed, "look at the file"); err != nil {
			return nil, err
		}
	}
	if text == "" {
		return nil, nil
	}
	look := new(usercsv.Report)
	return look, json.Unmarshal([]byte(text), look)
}

// uploadOnly is scanUpload without the key.
func (d *database) uploadOnly(row scanner) (*importfile.Upload, error) {
	u, err := d.scanUpload(row)
	return u.Upload, err
}

// Uploads is the store of files that belong to no import job yet.
type Uploads struct{ *database }

// CreateUpload adds an upload. See [importfile.Store].
func (s *Uploads) CreateUpload(ctx context.Context, u *importfile.Upload, limit int) error {
	values, err := s.uploadValues(u)
	if err != nil {
		return err
	}
	return s.change(ctx, func(tx *transaction) error {
		its, p, err := lockPool(ctx, tx, u.PoolID)
		if err != nil {
			return err
		}
		n, err := its.count(ctx, "SELECT count(*) FROM import_uploads WHERE pool_no = $1", p.Number)
		if err != nil {
			return err
		}
		if n >= limit {
			return userpool.Errorf(userpool.LimitExceeded, "User pool %s has %d uploads without an import job, which is the limit. Uploads are deleted a day after their creation.", u.PoolID, n)
		}
		_, err = tx.ExecContext(ctx, insertUpload, append([]any{p.Number, u.ID}, values...)...)
		return err
	})
}

var selectUploadByID = selectUpload + " WHERE pool_no = " + poolOf(1) + " AND job_id = $2"

func (d *database) upload(ctx context.Context, q querier, key importjob.Key) (storedUpload, error) {
	u, err := d.scanUpload(q.QueryRowContext(ctx, selectUploadByID+q.forUpdate(), key.PoolID, key.JobID))
	if errors.Is(err, sql.ErrNoRows) {
		return storedUpload{}, userpool.Errorf(userpool.ResourceNotFound, "Upload %s does not exist.", key.JobID)
	}
	return u, err
}

// Upload returns an upload.
func (s *Uploads) Upload(ctx context.Context, key importjob.Key) (*importfile.Upload, error) {
	u, err := retryRead(ctx, s.database, func(q querier) (storedUpload, error) { return s.upload(ctx, q, key) })
	return u.Upload, err
}

// UpdateUpload changes an upload by a function.
func (s *Uploads) UpdateUpload(ctx context.Context, key importjob.Key, update func(*importfile.Upload) error) (*importfile.Upload, error) {
	return s.changeUpload(ctx, key, func(u *importfile.Upload) error { return update(u) })
}

// UpdateLeasedUpload changes an upload if the lease is still valid.
func (s *Uploads) UpdateLeasedUpload(ctx context.Context, key importjob.Key, lease importjob.Lease, update func(*importfile.Upload) error) (*importfile.Upload, error) {
	u, err := s.changeUpload(ctx, key, func(u *importfile.Upload) error {
		if u.Lease != lease || u.State != importfile.Reading {
			return importjob.ErrLeaseLost
		}
		return update(u)
	})
	if userpool.KindOf(err) == userpool.ResourceNotFound { // it was taken, or deleted alone or with its pool
		return nil, importjob.ErrLeaseLost
	}
	return u, err
}

func (s *Uploads) changeUpload(ctx context.Context, key importjob.Key, update func(*importfile.Upload) error) (*importfile.Upload, error) {
	var u storedUpload
	err := s.change(ctx, func(tx *transaction) (err error) {
		if u, err = s.upload(ctx, tx, key); err != nil {
			return err
		}
		if err := update(u.Upload); err != nil {
			return err
		}
		if u.Key() != key {
			return fmt.Errorf("sqlstore: an update must not change the key of upload %s", key.JobID)
		}
		values, err := s.uploadValues(u.Upload)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, updateUpload, append(values, u.pool, u.ID)...)
		return requireChange(result, err, errConflict)
	})
	if err != nil {
		return nil, err
	}
	return u.Upload, nil
}

// TakeUpload turns an upload into a job. The pool's row is locked before the upload's, as in
// transactions that add an upload.
func (s *Uploads) TakeUpload(ctx context.Context, key importjob.Key, j *importjob.Job, limit int, take func(*importfile.Upload, *importjob.Job) error) error {
	return s.change(ctx, func(tx *transaction) error {
		its, p, err := lockPool(ctx, tx, key.PoolID)
		if err != nil {
			return err
		}
		u, err := s.upload(ctx, tx, key)
		if err != nil {
			return err
		}
		if err := take(u.Upload, j); err != nil {
			return err
		}
		if j.Key() != key {
			return fmt.Errorf("sqlstore: the job of upload %s must have the upload's key", key.JobID)
		}
		if err := s.addJob(ctx, tx, its, p, j, limit); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, deleteUpload, u.pool, u.ID)
		return requireChange(result, err, errConflict)
	})
}

// The uploads to read are a range of a small index.
const readable = "SELECT (SELECT p.pool_id FROM user_pools p WHERE p.pool_no = import_uploads.pool_no), job_id FROM import_uploads WHERE state = 'Reading' AND lease_until_ms <= $1" +
	uploadOfLivePool + " ORDER BY created_ms, pool_no, job_id LIMIT 1"

var claimUpload = `UPDATE import_uploads SET lease_node = $1, lease_epoch = lease_epoch + 1, lease_until_ms = $2
	WHERE pool_no = ` + poolOf(3) + ` AND job_id = $4 AND lease_until_ms <= $5 AND state = 'Reading'
	RETURNING ` + uploadColumns

// ClaimUpload gives a node the next file to read.
func (s *Uploads) ClaimUpload(ctx context.Context, node string, now, until time.Time) (*importfile.Upload, error) {
	find := func(q querier) (key importjob.Key, err error) {
		err = q.QueryRowContext(ctx, readable, millis(now)).Scan(&key.PoolID, &key.JobID)
		return key, err
	}
	return claimNext(ctx, s.database, find, func(key importjob.Key) (u *importfile.Upload, err error) {
		err = s.change(ctx, func(tx *transaction) (err error) {
			u, err = s.uploadOnly(tx.QueryRowContext(ctx, claimUpload, node, millis(until), key.PoolID, key.JobID, millis(now)))
			return err
		})
		return u, err
	})
}

var selectOverdueUploads = selectUpload + " WHERE (created_ms, pool_no, job_id) > ($1, coalesce(" + poolOf(2) + ", 0), $3) AND (created_ms < $4 OR state = 'Expired')" +
	uploadOfLivePool + " ORDER BY created_ms, pool_no, job_id LIMIT $5"

// OverdueUploads returns a page of the uploads to delete.
func (s *Uploads) OverdueUploads(ctx context.Context, createdBefore time.Time, after importjob.Place, limit int) ([]*importfile.Upload, error) {
	return list(ctx, s.database, s.uploadOnly, selectOverdueUploads, millis(after.Created), after.Key.PoolID, after.Key.JobID, millis(createdBefore), limit)
}

var deleteExpiredUpload = "DELETE FROM import_uploads WHERE pool_no = " + poolOf(1) + " AND job_id = $2 AND state = 'Expired'"

// DeleteUpload deletes an upload in the state Expired.
func (s *Uploads) DeleteUpload(ctx context.Context, key importjob.Key) error {
	return s.change(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, deleteExpiredUpload, key.PoolID, key.JobID)
		return err
	})
}

// sumWaiting adds up two sums, each from one index.
const sumWaiting = `SELECT CAST(coalesce((SELECT sum(upload_size) FROM import_jobs WHERE state = 'Created' AND created_ms > 0), 0) +
	coalesce((SELECT sum(upload_size) FROM import_uploads WHERE created_ms > 0), 0) AS BIGINT)`

// WaitingBytes returns the total size of the uploaded files of jobs that are not started, and of
// uploads without a job.
func (s *Uploads) WaitingBytes(ctx context.Context) (int64, error) {
	return retryRead(ctx, s.database, func(q querier) (bytes int64, err error) {
		err = q.QueryRowContext(ctx, sumWaiting).Scan(&bytes)
		return bytes, err
	})
}
