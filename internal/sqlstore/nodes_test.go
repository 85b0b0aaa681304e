package sqlstore

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/membership"
)

// TestNodes checks on both databases what membership needs of a store.
func TestNodes(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) *Store{
		"sqlite": open, "postgres": func(t *testing.T) *Store { return openPostgres(t, emptySchema(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testNodes(t, open(t))
			testNodesTogether(t, open(t))
		})
	}
}

func testNodes(t *testing.T, s *Store) {
	now := time.UnixMilli(1_700_000_000_123).UTC()
	recent := func(at time.Time) time.Time { return at.Add(-time.Minute) }
	join := func(at time.Time, node, value string, want ...membership.Member) membership.Member {
		t.Helper()
		m := membership.Member{Node: node, Seen: at, Settings: []membership.Setting{{Name: "--region", Value: value, Advice: "Say \"it\" <once>."}}}
		others, err := s.Join(t.Context(), m, recent(at), at.Add(-time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, others); diff != "" {
			t.Errorf("%s sees:\n%s", node, diff)
		}
		return m
	}
	a := join(now, "a", "é")
	b := join(now.Add(time.Second), "b", "y", a)
	a = join(now.Add(2*time.Second), "a", "z", b) // replaces what it reported before
	c := join(now.Add(3*time.Second), "c", "", a, b)
	// Silent members are not listed; those silent for exactly the limit are.
	join(c.Seen.Add(time.Minute), "b", "y", c)
	if err := s.Leave(t.Context(), "c"); err != nil {
		t.Error(err)
	}
	if err := s.Leave(t.Context(), "unknown"); err != nil {
		t.Error(err)
	}
	join(c.Seen.Add(2*time.Hour), "d", "")
	var left int
	if err := s.read.QueryRow("SELECT count(*) FROM nodes").Scan(&left); err != nil || left != 1 {
		t.Errorf("%d servers are remembered, want 1 (%v)", left, err)
	}
}

// testNodesTogether joins concurrently: of two members, at least one sees the other.
func testNodesTogether(t *testing.T, s *Store) {
	const nodes = 6
	now := time.UnixMilli(1_700_000_000_123).UTC()
	saw := make([]map[string]bool, nodes)
	var all sync.WaitGroup
	for i := range nodes {
		all.Go(func() {
			others, err := s.Join(t.Context(), membership.Member{Node: fmt.Sprint(i), Seen: now}, now.Add(-time.Minute), now.Add(-time.Hour))
			if err != nil {
				t.Error(err)
			}
			saw[i] = map[string]bool{}
			for _, o := range others {
				saw[i][o.Node] = true
			}
		})
	}
	all.Wait()
	for i := range nodes {
		for k := range i {
			if !saw[i][fmt.Sprint(k)] && !saw[k][fmt.Sprint(i)] {
				t.Errorf("neither of %d and %d saw the other", i, k)
			}
		}
	}
}
