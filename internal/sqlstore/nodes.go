package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"poolhouse/internal/membership"
)

// Members is the store of the servers that share the database.
type Members struct{ *database }

const (
	upsertNode  = "INSERT INTO nodes (node, settings, seen_ms) VALUES ($1, $2, $3) ON CONFLICT (node) DO UPDATE SET settings = excluded.settings, seen_ms = excluded.seen_ms"
	selectNodes = "SELECT node, settings, seen_ms FROM nodes WHERE node <> $1 AND seen_ms >= $2 ORDER BY node"
)

// Join adds a server to the list and returns the others. It reads the list after its own row is
// committed: of two servers that join at the same time, at least one sees the other.
func (s *Members) Join(ctx context.Context, m membership.Member, recent, long time.Time) ([]membership.Member, error) {
	settings, err := json.Marshal(m.Settings)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, func(tx *transaction) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM nodes WHERE seen_ms < $1", millis(long)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, upsertNode, m.Node, string(settings), millis(m.Seen))
		return err
	})
	if err != nil {
		return nil, err
	}
	return list(ctx, s.database, scanNode, selectNodes, m.Node, millis(recent))
}

func scanNode(row scanner) (m membership.Member, err error) {
	var settings string
	var seen int64
	if err := row.Scan(&m.Node, &settings, &seen); err != nil {
		return m, err
	}
	m.Seen = instant(seen)
	return m, json.Unmarshal([]byte(settings), &m.Settings)
}

// Leave removes a server from the list.
func (s *Members) Leave(ctx context.Context, node string) error {
	return s.change(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM nodes WHERE node = $1", node)
		return err
	})
}
