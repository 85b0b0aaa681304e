package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

const (
	deleteCorrection  = "DELETE FROM import_corrections WHERE pool_no = $1 AND job_no = $2 AND line = $3"
	selectCorrections = "SELECT line, passes, correction FROM import_corrections WHERE pool_no = $1 AND job_no = $2 AND line > $3 ORDER BY line LIMIT $4"
	countCorrections  = "SELECT count(*), count(CASE WHEN passes THEN 1 END), coalesce(sum(length(correction)), 0) FROM import_corrections WHERE pool_no = $1 AND job_no = $2"
)

// SetCorrections stores corrections of rows of a job. See [importjob.Rows].
func (s *Rows) SetCorrections(ctx context.Context, key importjob.Key, corrections []importjob.Correction) error {
	return s.change(ctx, func(tx *transaction) error {
		j, err := s.job(ctx, tx, key) // locks the job, so that its rows do not expire meanwhile
		if err != nil {
			return err
		}
		if j.RowsGone {
			return userpool.Errorf(userpool.PreconditionNotMet, "The kept rows of user import job %s have expired and were deleted.", key.JobID)
		}
		if err := s.setCorrections(ctx, tx, j.no, corrections); err != nil {
			return err
		}
		all, _, bytes, err := corrected(ctx, tx, j.no)
		if err == nil && all > importjob.MaxCorrections {
			err = userpool.Errorf(userpool.LimitExceeded, "User import job %s would have corrections of %d rows; %d is the limit.", key.JobID, all, importjob.MaxCorrections)
		}
		if err == nil && bytes > importjob.MaxCorrectionBytes {
			err = userpool.Errorf(userpool.LimitExceeded, "The corrections of user import job %s would have %d bytes; %d is the limit. Import the rows that are corrected, or correct the file.", key.JobID, bytes, importjob.MaxCorrectionBytes)
		}
		return err
	})
}

// setCorrections stores corrections, and deletes those that are empty. If a line has several, the
// last one counts.
func (s *Rows) setCorrections(ctx context.Context, tx *transaction, no jobNumbers, corrections []importjob.Correction) error {
	last := map[int64]importjob.Correction{}
	for _, c := range corrections {
		last[c.Line] = c
	}
	values := make([]any, 0, correctionValues*correctionsAtOnce)
	for _, line := range slices.Sorted(maps.Keys(last)) {
		c := last[line]
		if len(c.Values) == 0 && c.Text == "" {
			if _, err := tx.ExecContext(ctx, deleteCorrection, no.pool, no.job, line); err != nil {
				return err
			}
			continue
		}
		sealed, err := s.sealOfJob(no, iam.Corrections, line, packCorrection(c))
		if err != nil {
			return err
		}
		if values = append(values, no.pool, no.job, line, c.Passes, sealed); len(values) < cap(values) {
			continue
		}
		if _, err := tx.ExecContext(ctx, insertCorrections(correctionsAtOnce), values...); err != nil {
			return err
		}
		values = values[:0]
	}
	if len(values) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, insertCorrections(len(values)/correctionValues), values...)
	return err
}

// The largest numbers of corrections, and of values in each, that one statement inserts.
const (
	correctionsAtOnce = 100
	correctionValues  = 5
)

// insertCorrections returns the statement that writes n corrections.
func insertCorrections(n int) string {
	var text strings.Builder
	text.WriteString("INSERT INTO import_corrections (pool_no, job_no, line, passes, correction) VALUES ")
	for i := range n {
		if i > 0 {
			text.WriteByte(',')
		}
		first := correctionValues*i + 1
		fmt.Fprintf(&text, "($%d,$%d,$%d,$%d,$%d)", first, first+1, first+2, first+3, first+4)
	}
	text.WriteString(" ON CONFLICT (pool_no, job_no, line) DO UPDATE SET passes = excluded.passes, correction = excluded.correction")
	return text.String()
}

// Corrections returns corrections of rows of a job. See [importjob.Rows].
func (s *Rows) Corrections(ctx context.Context, key importjob.Key, afterLine int64, limit int) ([]importjob.Correction, error) {
	return retryRead(ctx, s.database, func(q querier) ([]importjob.Correction, error) {
		j, err := s.job(ctx, q, key)
		if err != nil {
			return nil, err
		}
		return collect(ctx, q, func(row scanner) (c importjob.Correction, err error) {
			var sealed sql.RawBytes
			if err := row.Scan(&c.Line, &c.Passes, &sealed); err != nil {
				return c, err
			}
			packed, err := s.openOfJob(j.no, iam.Corrections, c.Line, sealed, "correction")
			if err == nil {
				err = unpackCorrection(packed, &c)
			}
			return c, err
		}, selectCorrections, j.no.pool, j.no.job, afterLine, limit)
	})
}

// CountCorrections counts the corrections of a job. See [importjob.Rows].
func (s *Rows) CountCorrections(ctx context.Context, key importjob.Key) (all, passing int64, err error) {
	counts, err := retryRead(ctx, s.database, func(q querier) (counts [2]int64, err error) {
		j, err := s.job(ctx, q, key)
		if err == nil {
			counts[0], counts[1], _, err = corrected(ctx, q, j.no)
		}
		return counts, err
	})
	return counts[0], counts[1], err
}

func corrected(ctx context.Context, q querier, no jobNumbers) (all, passing, bytes int64, err error) {
	err = q.QueryRowContext(ctx, countCorrections, no.pool, no.job).Scan(&all, &passing, &bytes)
	return all, passing, bytes, err
}

// sealOfJob seals a value that belongs to a row of a job. The sealed value cannot be opened for
// another row.
func (d *database) sealOfJob(no jobNumbers, kind iam.SecretKind, line int64, packed []byte) ([]byte, error) {
	box := d.vault.userBox(no.pool, kind)
	if box == nil {
		return nil, errNoKey()
	}
	return box.Seal(rowsPlace(no, line), packed), nil
}

// openOfJob opens a value that sealOfJob sealed. what names the value in errors.
func (d *database) openOfJob(no jobNumbers, kind iam.SecretKind, line int64, sealed []byte, what string) ([]byte, error) {
	box := d.vault.userBox(no.pool, kind)
	if box == nil {
		return nil, fmt.Errorf("the stored %s of an import job, line %d, cannot be read: they are sealed, and this server has no key to open them", what, line)
	}
	packed, err := box.Open(rowsPlace(no, line), sealed)
	if err != nil {
		err = fmt.Errorf("the stored %s of an import job, line %d: %w", what, line, err)
	}
	return packed, err
}
