package cloudwatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logforward"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// TestForward sends the results of a job in a real store with the real client.
func TestForward(t *testing.T) {
	store, err := sqlstore.OpenSQLite(t.Context(), sqlstore.SQLite{Path: filepath.Join(t.TempDir(), "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	key, err := iam.NewDataKey(make([]byte, iam.DataKeySize))
	if err != nil {
		t.Fatal(err)
	}
	store.SealWith(key)
	const rows = 25_000
	importRows(t, store, rows)
	s, c := newServer(t)
	ended := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(ended)
		logforward.New(watched{store, cancel}, c, "n", slog.New(slog.DiscardHandler)).Run(ctx)
	}()
	<-ended
	want := []string{fmt.Sprint(at.UnixMilli(), " Cognito User Pools Import - Test Log"), fmt.Sprint(at.UnixMilli(), " Cognito User Pools Import - Test Log")}
	for i := range rows {
		want = append(want, fmt.Sprintf("%d [FAILED] Line Number %d - Invalid email address format.", at.UnixMilli(), i+2))
	}
	if diff := cmp.Diff(want, s.streams[group+" "+stream]); diff != "" {
		t.Error(diff)
	}
	if c, err := store.ClaimForward(t.Context(), "n", time.Now().AddDate(1, 0, 0), at); c != nil || err != nil {
		t.Errorf("there is more to forward: %+v, %v", c, err)
	}
}

// watched is a store that reports when a job was forwarded.
type watched struct {
	logforward.Store
	ended func()
}

func (w watched) EndForward(ctx context.Context, c logforward.Claim) error {
	defer w.ended()
	return w.Store.EndForward(ctx, c)
}

// importRows creates a job whose rows have all failed.
func importRows(t *testing.T, s *sqlstore.Store, rows int64) {
	t.Helper()
	ctx := t.Context()
	pool := &userpool.UserPool{ID: "us-east-1_x", Name: "people"}
	j := &importjob.Job{PoolID: pool.ID, ID: "import-1", Name: "my job", State: importjob.Pending, Requested: at, Started: at}
	if err := errors.Join(s.CreatePool(ctx, pool, 1), s.CreateJob(ctx, j, 1)); err != nil {
		t.Fatal(err)
	}
	j, err := s.Claim(ctx, "n", at, at.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	update := func(change func(j *importjob.Job)) {
		if _, err := s.UpdateLeased(ctx, j.Key(), j.Lease, func(j *importjob.Job) error { change(j); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	update(func(j *importjob.Job) { j.State, j.TotalRows = importjob.InProgress, rows })
	var lines []importjob.Row
	for i := range rows {
		lines = append(lines, importjob.Row{Line: i + 2, End: usercsv.Position{Offset: i + 1, Line: i + 1, Rows: i + 1},
			Err: &usercsv.RowError{Line: i + 2, Column: "email", Code: "InvalidEmail", Reason: "Invalid email address format."}})
	}
	batch := importjob.Batch{Rows: slices.Chunk(lines, len(lines))}
	if j, err := s.Commit(ctx, pool, j.Key(), j.Lease, batch, at); err != nil || j.Checkpoint.Rows != rows {
		t.Fatal(j, err)
	}
	update(func(j *importjob.Job) { j.State = importjob.Succeeded })
}
