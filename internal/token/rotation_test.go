package token

import (
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/userpool"
)

// verifier is a third-party program that verifies tokens. It caches a pool's keys for as long as it
// may, and never asks earlier.
type verifier struct{ known map[string]bool }

// look requests the keys from a server.
func (v *verifier) look(t *testing.T, i *Issuer, p *userpool.UserPool) {
	t.Helper()
	v.known = map[string]bool{}
	for _, id := range published(t, i, p) {
		v.known[id] = true
	}
}

// published returns the ids of the published keys.
func published(t *testing.T, i *Issuer, p *userpool.UserPool) (ids []string) {
	t.Helper()
	text, err := i.JWKS(t.Context(), p)
	var set struct{ Keys []struct{ Kid string } }
	if err == nil {
		err = json.Unmarshal(text, &set)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range set.Keys {
		ids = append(ids, k.Kid)
	}
	return ids
}

// live is a token that has not expired.
type live struct {
	id, text string // id is that of its key
	ends     time.Time
}

// TestRotationHasNoGap: three rotations with two servers that read keys at different times. A
// verifier that asks as rarely as allowed knows the key of every valid token, and each server
// accepts every access token. Expired keys are neither published nor stored.
func TestRotationHasNoGap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const every = 28 * time.Hour
		m := newMemory()
		p, servers := m.one(), []*Issuer{rotating(m, every), rotating(m, every)}
		day := int32(1)
		c := &userpool.Client{ID: "c", Settings: userpool.ClientSettings{IDTokenValidity: &day, AccessTokenValidity: &day, Units: userpool.TokenUnits{ID: userpool.Days, Access: userpool.Days}}}
		var alive []live
		var v verifier
		seen := map[string]bool{}
		for n, begun := 0, time.Now(); time.Since(begun) < 3*every+lead; n++ {
			v.look(t, servers[n%2], p)
			for _, server := range []*Issuer{servers[n/2%2], servers[n/3%2]} {
				tokens, err := server.Issue(t.Context(), p, c, ada(), Session{ID: sessionID, AuthTime: begun})
				if err != nil {
					t.Fatal(err)
				}
				ends := time.Now().Add(24 * time.Hour)
				alive = append(alive, live{kid(t, tokens.ID), "", ends}, live{kid(t, tokens.Access), tokens.Access, ends})
				alive = slices.DeleteFunc(alive, func(l live) bool { return !time.Now().Before(l.ends) })
				for _, l := range alive {
					if seen[l.id] = true; !v.known[l.id] {
						t.Fatalf("after %v a verifier does not know the key of a token that lives for %v", time.Since(begun), time.Until(l.ends))
					}
				}
				time.Sleep(documentLife/2 - time.Second)
			}
			for _, text := range []string{alive[1].text, alive[len(alive)-1].text} { // the oldest and the newest access token
				if _, err := servers[n/5%2].VerifyAccess(t.Context(), m, text); err != nil && !errors.Is(err, ErrExpired) {
					t.Fatalf("after %v an access token: %v", time.Since(begun), err)
				}
			}
			if len(m.keys[p.Number]) > 6 || len(v.known) > 6 {
				t.Fatalf("after %v there are %d keys, and %d are published", time.Since(begun), len(m.keys[p.Number]), len(v.known))
			}
			time.Sleep(time.Duration(n%7) * 5 * time.Minute) // so that a rotation becomes due at different times between two reads
		}
		if len(seen) != 8 {
			t.Errorf("%d keys have signed, want 4 of each kind", len(seen))
		}
	})
}

// TestPublishedBeforeSigning: new keys are published for lead before they sign, also by other
// servers, and their predecessors for keptAfter after that.
func TestPublishedBeforeSigning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		maker, other := newIssuer(m), newIssuer(m)
		first := issue(t, maker, m.one())
		time.Sleep(4*week - lead - time.Second)
		if ids := published(t, other, m.one()); len(ids) != 2 {
			t.Fatalf("before the rotation %d keys are published", len(ids))
		}
		time.Sleep(time.Second)
		if second := issue(t, maker, m.one()); kid(t, second.Access) != kid(t, first.Access) || kid(t, second.ID) != kid(t, first.ID) {
			t.Error("a key signs that was published a moment ago")
		}
		time.Sleep(ringLife)
		if ids := published(t, other, m.one()); len(ids) != 4 {
			t.Errorf("%d keys are published by the other server", len(ids))
		}
		time.Sleep(lead - ringLife - time.Second)
		for _, i := range []*Issuer{maker, other} {
			if tokens := issue(t, i, m.one()); kid(t, tokens.Access) != kid(t, first.Access) {
				t.Error("a key signs too early")
			}
		}
		time.Sleep(time.Second)
		for _, i := range []*Issuer{maker, other} {
			if tokens := issue(t, i, m.one()); kid(t, tokens.Access) == kid(t, first.Access) || kid(t, tokens.ID) == kid(t, first.ID) {
				t.Error("a key signs too long")
			}
		}
		time.Sleep(keptAfter - time.Second)
		if ids := published(t, other, m.one()); len(ids) != 4 {
			t.Errorf("%d keys are published just before the end", len(ids))
		}
		time.Sleep(time.Second)
		if ids := published(t, other, m.one()); len(ids) != 2 || slices.Contains(ids, kid(t, first.Access)) || len(m.keys[m.one().Number]) != 2 {
			t.Errorf("%v are published, and %d keys are kept", ids, len(m.keys[m.one().Number]))
		}
	})
}

// TestRotationTimes: the delays in learning a key add up to less than the time for which it is
// published before it signs.
func TestRotationTimes(t *testing.T) {
	t.Parallel()
	if ringLife+documentLife >= lead/2 || keptAfter <= userpool.LongestToken+ringLife {
		t.Errorf("keys are read every %v and kept for %v; they sign after %v and are published for %v more", ringLife, documentLife, lead, keptAfter)
	}
}

// TestBeginAtOnce: servers with many concurrent calls for a pool's first tokens end with the same
// keys, and each makes them once.
func TestBeginAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var all sync.WaitGroup
		var mu sync.Mutex
		ids := map[string]int{}
		servers := []*Issuer{newIssuer(m), newIssuer(m), newIssuer(m)}
		for _, i := range servers {
			for range 8 {
				all.Go(func() {
					tokens := issue(t, i, m.one())
					mu.Lock()
					defer mu.Unlock()
					ids[kid(t, tokens.ID)]++
					ids[kid(t, tokens.Access)]++
				})
			}
		}
		all.Wait()
		if _, changes := m.counts(); len(ids) != 2 || len(m.keys[m.one().Number]) != 2 || changes > len(servers) {
			t.Errorf("tokens are signed with the keys %v, %d are kept, after %d changes", ids, len(m.keys[m.one().Number]), changes)
		}
	})
}

// TestRotationFails: while the store refuses changes, the previous keys stay in use. A change is
// tried once a minute, not for each token. A pool without keys has no tokens meanwhile.
func TestRotationFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		i := newIssuer(m)
		first := issue(t, i, m.one())
		time.Sleep(5 * week)
		m.broken = errors.New("the disk is full")
		_, before := m.counts()
		for range 5 {
			if tokens := issue(t, i, m.one()); kid(t, tokens.ID) != kid(t, first.ID) {
				t.Error("another key signs")
			}
		}
		if _, after := m.counts(); after != before+1 {
			t.Errorf("%d changes were tried", after-before)
		}
		if _, err := i.Issue(t.Context(), m.two(), revoking(), ada(), Session{ID: sessionID}); !errors.Is(err, m.broken) {
			t.Errorf("the first token of a pool: %v", err)
		}
		m.broken = nil
		time.Sleep(changeAgain)
		issue(t, i, m.one())
		time.Sleep(lead)
		if tokens := issue(t, i, m.one()); kid(t, tokens.ID) == kid(t, first.ID) {
			t.Error("the keys are not rotated in the end")
		}
	})
}

// TestClockBehind: a server whose clock is behind that of the first keys' server signs with these
// keys all the same.
func TestClockBehind(t *testing.T) {
	t.Parallel()
	m := newMemory()
	fresh, err := newIssuer(m).makeKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m.keys[1] = rotation{week}.next(nil, fresh, time.Now().Add(10*time.Minute))
	tokens := issue(t, newIssuer(m), m.one())
	if _, err := newIssuer(m).VerifyAccess(t.Context(), m, tokens.Access); err != nil || len(m.keys[1]) != 2 {
		t.Errorf("%v, and there are %d keys", err, len(m.keys[1]))
	}
}
