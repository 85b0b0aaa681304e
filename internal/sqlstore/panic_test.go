package sqlstore

import (
	"context"
	"testing"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/userpool"
)

// TestPanicsUndoTransactions: a transaction that panics is rolled back at once, not when its
// context ends. It releases the writer lock and its connection.
func TestPanicsUndoTransactions(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		panicsAreUndone(t, open(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		panicsAreUndone(t, openPostgres(t, emptySchema(t)))
	})
}

func panicsAreUndone(t *testing.T, s *Store) {
	t.Helper()
	runs := []func(context.Context, func(*transaction) error) error{s.change, s.changeAside}
	if backend, ok := s.backend.(*postgresBackend); ok {
		b := backend.importing
		runs = append(runs, func(ctx context.Context, fn func(*transaction) error) error {
			return b.changeInImport(ctx, func(tx *importTransaction) error { return fn(tx.transaction) })
		})
	}
	for i, run := range runs {
		for range 20 { // more than there are connections
			err := guard.Run(func() error {
				return run(context.Background(), func(tx *transaction) error {
					if _, err := tx.ExecContext(t.Context(), "INSERT INTO user_pools (pool_no, account_id, region, pool_id, doc) VALUES (1, '', '', 'us-east-1_x', '{}')"); err != nil {
						return err
					}
					panic("in the middle")
				})
			})
			if _, ok := err.(*guard.Panic); !ok {
				t.Fatalf("transaction %d: %v", i, err)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.CreatePool(ctx, &userpool.UserPool{ID: "us-east-1_x"}, 1); err != nil {
		t.Errorf("after the panics: %v", err)
	}
}
