package token

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/userpool"
)

// TestRingsAreShortLived: keys are read from the store once in ringLife, no matter how many tokens
// are made and verified.
func TestRingsAreShortLived(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		text := issue(t, newIssuer(m), m.one()).Access
		i := newIssuer(m)
		before, _ := m.counts()
		use := func(reads int) {
			t.Helper()
			for range 3 {
				issue(t, i, m.one())
				if _, err := i.VerifyAccess(t.Context(), m, text); err != nil {
					t.Error(err)
				}
			}
			if after, _ := m.counts(); after-before != reads {
				t.Errorf("%d reads, want %d", after-before, reads)
			}
		}
		use(1)
		time.Sleep(ringLife - time.Second)
		use(1)
		time.Sleep(time.Second)
		use(2)
	})
}

// TestRingsAreFew: the keys of a bounded number of pools are in memory.
func TestRingsAreFew(t *testing.T) {
	t.Parallel()
	var r rings
	for n := range int64(3 * maxRings) {
		p := &userpool.UserPool{Number: n}
		r.keep(p, &ring{keys: []Key{{}}, read: time.Now()})
		if len(r.byPool) > maxRings || r.known(p, time.Now()) == nil {
			t.Fatalf("%d pools' keys are in memory", len(r.byPool))
		}
	}
}

// TestGivenUp: a caller that gives up while keys are made gets its error at once, and the keys are
// there for the next caller.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		i := newIssuer(m)
		i.making <- struct{}{} // keys of another pool are being made
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := i.Issue(ctx, m.one(), revoking(), ada(), Session{ID: sessionID}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		<-i.making
		synctest.Wait()
		if len(m.keys[1]) != 2 {
			t.Errorf("%d keys were made", len(m.keys[1]))
		}
	})
}

// TestDamagedKeys: the error for a damaged key names the pool and the key's id, and contains
// nothing of the key itself.
func TestDamagedKeys(t *testing.T) {
	t.Parallel()
	m := newMemory()
	issue(t, newIssuer(m), m.one())
	m.keys[1][0].Private = []byte("secret")
	_, err := newIssuer(m).Issue(t.Context(), m.one(), revoking(), ada(), Session{ID: sessionID})
	if err == nil {
		t.Error("a damaged key signs")
	}
}
