package sqlstore

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"poolhouse/internal/importjob"
	"poolhouse/internal/logforward"
	"poolhouse/internal/userpool"
)

// TestForwardPlans: the search for results to forward uses the index of jobs that may have some,
// and reads one place of each job's claims and outcomes.
func TestForwardPlans(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		plan := planOf(t, open(t), forwardable)
		if !strings.Contains(plan, "import_jobs_to_forward") || strings.Contains(plan, "SCAN o") || strings.Contains(plan, "SCAN f") || strings.Contains(plan, "TEMP B-TREE") {
			t.Error(plan)
		}
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		s := unanalyzed(t)
		for _, does := range []string{analyzeTables, fillTables, analyzeTables} {
			if _, err := s.write.ExecContext(t.Context(), does, pgx.QueryExecModeSimpleProtocol); err != nil {
				t.Fatal(err)
			}
			plan := postgresPlan(t, s, indexed{query: forwardable, args: []any{1}}).Plan.String()
			for _, part := range []string{"import_jobs_to_forward", "log_forwards_pkey | ((pool_no = j.pool_no) AND (job_no = j.job_no))",
				"import_outcomes_pkey | ((pool_no = j.pool_no) AND (job_no = j.job_no) AND (last_line >= f.next_place))"} {
				if !strings.Contains(plan, part) || strings.Contains(plan, "Sort") || strings.Contains(plan, "Hash") {
					t.Errorf("after %.20s: %s\n%s", does, part, plan)
				}
			}
		}
	})
}

// TestForwardsLeaveNothing claims jobs while their pools are deleted, and then searches for claims
// of deleted jobs.
func TestForwardsLeaveNothing(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		forwardsLeaveNothing(t, open(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		forwardsLeaveNothing(t, openPostgres(t, emptySchema(t)))
	})
}

func forwardsLeaveNothing(t *testing.T, s *Store) {
	t.Helper()
	ctx, at := t.Context(), time.UnixMilli(1_700_000_000_000)
	for i := range 30 {
		p := &userpool.UserPool{ID: fmt.Sprint("us-east-1_", i)}
		j := &importjob.Job{PoolID: p.ID, ID: "import-1", State: importjob.Succeeded, Requested: at}
		if err := errors.Join(s.CreatePool(ctx, p, 100), s.CreateJob(ctx, j, 1)); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for node := range 3 {
			all.Go(func() {
				c, err := s.ClaimForward(ctx, fmt.Sprint(node), at, at.Add(time.Minute))
				if err == nil && c != nil && node == 1 {
					err = s.EndForward(ctx, *c)
				}
				if err != nil && !errors.Is(err, logforward.ErrLost) {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			if err := s.DeletePool(ctx, p.ID, func(*userpool.UserPool, bool) error { return nil }); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
	}
	clearDeleted(t, s)
	var left int
	if err := s.read.QueryRowContext(ctx, "SELECT count(*) FROM log_forwards").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d claims are left of deleted jobs: %v", left, err)
	}
}

// TestReleaseForwards: a node that has the database to itself need not wait for the claims of its
// predecessor.
func TestReleaseForwards(t *testing.T) {
	t.Parallel()
	s, at := open(t), time.UnixMilli(1_700_000_000_000)
	j := &importjob.Job{PoolID: "us-east-1_x", ID: "import-1", State: importjob.Succeeded, Requested: at}
	if err := errors.Join(s.CreatePool(t.Context(), &userpool.UserPool{ID: j.PoolID}, 1), s.CreateJob(t.Context(), j, 1)); err != nil {
		t.Fatal(err)
	}
	for node := range 2 {
		c, err := s.ClaimForward(t.Context(), fmt.Sprint(node), at, at.Add(time.Minute))
		if err != nil || c == nil {
			t.Fatal(c, err)
		}
		if err := s.ReleaseLeases(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
