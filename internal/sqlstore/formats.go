package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// sealReading returns the values of the columns asked and file_format of a job.
func (d *database) sealReading(j *importjob.Job) (asked, format any, err error) {
	if asked, err = sealOrNull(d.vault.asked, j, j.Asked.String()); err == nil {
		format, err = sealOrNull(d.vault.formats, j, j.Format.String())
	}
	return asked, format, err
}

// sealOrNull is seal, and NULL for an empty text.
func sealOrNull(b *iam.Box, j *importjob.Job, text string) (any, error) {
	sealed, err := seal(b, j.PoolID, j.ID, text)
	if err != nil || len(sealed) == 0 {
		return nil, err
	}
	return sealed, nil
}

// openReading reads what sealReading returned.
func (d *database) openReading(j *importjob.Job, asked, format []byte) error {
	const whatAsked, whatFormat = "request about how to read the file", "format of the file"
	text, err := unseal(d.vault.asked, j.PoolID, j.ID, asked, whatAsked)
	if err != nil {
		return err
	}
	if j.Asked, err = usercsv.ParseAsked(text); err != nil {
		return fmt.Errorf("the %s of %s of user pool %s: %w", whatAsked, j.ID, j.PoolID, err)
	}
	if text, err = unseal(d.vault.formats, j.PoolID, j.ID, format, whatFormat); err != nil {
		return err
	}
	if j.Format, err = usercsv.ParseFormat(text); err != nil {
		return fmt.Errorf("the %s of %s of user pool %s: %w", whatFormat, j.ID, j.PoolID, err)
	}
	return nil
}

// Maps is the store of import maps: for each user pool, what the columns of its import files are
// read as.
type Maps struct{ *database }

const (
	selectMap = "SELECT map, modified_ms FROM import_maps WHERE pool_no = $1"
	upsertMap = "INSERT INTO import_maps (pool_no, map, modified_ms) VALUES ($1, $2, $3) ON CONFLICT (pool_no) DO UPDATE SET map = excluded.map, modified_ms = excluded.modified_ms"
	deleteMap = "DELETE FROM import_maps WHERE pool_no = $1"
)

// ImportMap returns the import map that was stored last for a user pool, and the time; nil if there
// is none. It returns a ResourceNotFound error if the pool does not exist.
func (s *Maps) ImportMap(ctx context.Context, poolID string) (m []usercsv.Mapped, modified time.Time, err error) {
	m, err = retryRead(ctx, s.database, func(q querier) ([]usercsv.Mapped, error) {
		p, err := pool(ctx, q, poolID)
		if err != nil {
			return nil, err
		}
		var sealed []byte
		var at int64
		err = q.QueryRowContext(ctx, selectMap, p.Number).Scan(&sealed, &at)
		if errors.Is(err, sql.ErrNoRows) {
			modified = time.Time{}
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		modified = instant(at)
		return s.openMap(p.Number, poolID, sealed)
	})
	return m, modified, err
}

// openMap opens the sealed import map of a pool.
func (s *Maps) openMap(poolNo int64, poolID string, sealed []byte) ([]usercsv.Mapped, error) {
	box := s.vault.userBox(poolNo, iam.ImportMaps)
	if box == nil {
		return nil, fmt.Errorf("the import map of user pool %s is sealed, and this server has no key to open it", poolID)
	}
	text, err := box.Open("", sealed)
	if err != nil {
		return nil, fmt.Errorf("the import map of user pool %s: %w", poolID, err)
	}
	m, err := usercsv.ParseMap(string(text))
	if err != nil {
		err = fmt.Errorf("the import map of user pool %s: %w", poolID, err)
	}
	return m, err
}

// KeepImportMap replaces the import map of a user pool. An empty map deletes it. It returns a
// ResourceNotFound error if the pool does not exist.
func (s *Maps) KeepImportMap(ctx context.Context, poolID string, m []usercsv.Mapped, now time.Time) error {
	return s.change(ctx, func(tx *transaction) error {
		_, p, err := lockPool(ctx, tx, poolID) // the lock keeps the pool from being deleted meanwhile
		if err != nil {
			return err
		}
		if len(m) == 0 {
			_, err := tx.ExecContext(ctx, deleteMap, p.Number)
			return err
		}
		box := s.vault.userBox(p.Number, iam.ImportMaps)
		if box == nil {
			return errNoKey()
		}
		_, err = tx.ExecContext(ctx, upsertMap, p.Number, box.Seal("", []byte(usercsv.FormatMap(m))), millis(now))
		return err
	})
}
