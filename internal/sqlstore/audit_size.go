package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// selectAuditAt finds the moment of the event behind so many newer ones, along the
// primary key.
const selectAuditAt = "SELECT at_ms FROM audit_events WHERE account_id = $1 ORDER BY at_ms DESC, event_id DESC LIMIT 1 OFFSET $2"

// KeepAudit deletes the oldest audit events, so that about so many are left. Those
// of one moment go together or stay together.
func (s *Store) KeepAudit(ctx context.Context, most int) error {
	var at int64
	err := s.database.read.QueryRowContext(ctx, selectAuditAt, s.account, most).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Audit().Expire(ctx, instant(at).Add(time.Millisecond))
}
