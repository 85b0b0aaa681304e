package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"poolhouse/internal/membership"
)

// ErrNeverStarted means that no server has been started on a database.
var ErrNeverStarted = errors.New("no server has been started on this database")

// RunningError means that servers are running on a database that must have none.
type RunningError struct{ Nodes []string }

// Error lists the servers and says what to do.
func (e *RunningError) Error() string {
	return fmt.Sprintf("servers are running on this database: %s. Stop them first; one that was killed counts as running for %s",
		strings.Join(e.Nodes, ", "), membership.Recent)
}

// whileStopped runs a write transaction while no server runs. It locks the account's row first. A
// server that starts meanwhile registers itself and then waits for that row ([Store.Remember]). So
// either whileStopped sees the server, or the server sees the changes. A server that no longer
// reports itself, but is still connected, is found by its connection.
//
// On SQLite, the lock on the data directory keeps servers out.
func (d *database) whileStopped(ctx context.Context, do func(tx *transaction, known Remembered) error) error {
	running := "SELECT n.node FROM nodes n WHERE n.seen_ms >= $1"
	if d.connected != "" {
		running += " OR " + d.connected
	}
	return d.change(ctx, func(tx *transaction) error {
		if err := d.giveTime(ctx, tx); err != nil {
			return err
		}
		known, err := remembered(ctx, tx)
		if err != nil {
			return err
		}
		if known.Account == "" {
			return ErrNeverStarted
		}
		nodes, err := collect(ctx, tx, scanText, running+" ORDER BY n.node", millis(time.Now().Add(-membership.Recent)))
		if err != nil {
			return err
		}
		if len(nodes) > 0 {
			return &RunningError{Nodes: nodes}
		}
		return do(tx, known)
	})
}
