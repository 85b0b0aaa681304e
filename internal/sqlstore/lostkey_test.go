package sqlstore

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// lostKeyStatements are the statements in docs/operations.md for a lost sealing key.
func lostKeyStatements(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "and run this in the database:\n\n")
	text, _, _ := strings.Cut(rest, "\n\n")
	if !found || !strings.Contains(text, "DELETE FROM sealing") {
		t.Fatal("docs/operations.md does not say what to run")
	}
	return text
}

// TestLostKey: the statements in docs/operations.md for a lost key delete everything that a new key
// cannot read, and nothing else.
func TestLostKey(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		ctx, s, p := t.Context(), open(), aliasPool("lost")
		fillPool(t, s, p)
		key := importjob.Key{PoolID: p.ID, JobID: "import-1"}
		client := &userpool.Client{PoolID: p.ID, ID: "secretive", Secret: "secret"}
		_, err := s.UpdateUser(ctx, p, "cyd", func(u *userpool.User) error { u.Factors.TOTPSecret = "JBSWY3DP"; return nil })
		err = errors.Join(err, s.CreateClient(ctx, client, func(*userpool.UserPool, *userpool.Client) error { return nil }))
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := s.KeptRows(ctx, key, 0, 9, true); err != nil || len(kept) != 1 {
			t.Fatalf("%v, %v", kept, err)
		}
		text, mode := lostKeyStatements(t), []any(nil)
		if _, ok := s.backend.(*postgresBackend); ok {
			text, mode = strings.Replace(text, "x''", "''", 1), []any{pgx.QueryExecModeSimpleProtocol}
		}
		if _, err := s.write.ExecContext(ctx, text, mode...); err != nil {
			t.Fatal(err)
		}
		if sealed, err := s.HasSealed(ctx); err != nil || sealed {
			t.Errorf("something is sealed: %t, %v", sealed, err)
		}
		other, err := iam.NewDataKey(bytes.Repeat([]byte{1}, iam.DataKeySize))
		if err != nil {
			t.Fatal(err)
		}
		s.SealWith(other)
		if err := s.Close(); err != nil { // drops the keys in memory
			t.Fatal(err)
		}
		s = open()
		s.SealWith(other)
		users, _, usersErr := s.ListUsers(ctx, p, userpool.UserQuery{Limit: 60})
		j, jobErr := s.Job(ctx, key)
		kept, keptErr := s.KeptRows(ctx, key, 0, 9, false)
		corrections, correctionsErr := s.Corrections(ctx, key, 0, 9)
		keys, keysErr := s.TokenKeys(ctx, p)
		messages, messagesErr := s.Messages(ctx, p, "", "", 9)
		if err := errors.Join(usersErr, jobErr, keptErr, correctionsErr, keysErr, messagesErr); err != nil {
			t.Fatalf("with another key: %v", err)
		}
		if len(users) != 3 || j.Counts.Imported != 2 || len(logged(t, s, key)) != 3 {
			t.Errorf("left are %d users, and the job %+v", len(users), j)
		}
		if len(kept)+len(corrections)+len(keys)+len(messages) > 0 {
			t.Errorf("left are %v, %v, %v and %v", kept, corrections, keys, messages)
		}
	})
}
