package session_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/console/session"
	"poolhouse/internal/console/session/memstore"
	"poolhouse/internal/iam"
)

var start = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// TestLife: a session ends when it is idle, and at its end in any case. Other sessions do
// not affect it.
func TestLife(t *testing.T) {
	for name, c := range map[string]struct {
		uses []time.Duration // since the beginning
		then time.Duration
		want error
	}{
		"at once":                 {nil, 0, nil},
		"just before it ends":     {nil, time.Hour - time.Millisecond, nil},
		"unused":                  {nil, time.Hour, session.ErrIdle},
		"kept by a use":           {[]time.Duration{50 * time.Minute}, 100 * time.Minute, nil},
		"unused after a use":      {[]time.Duration{50 * time.Minute}, 110 * time.Minute, session.ErrIdle},
		"over, though in use":     {[]time.Duration{55 * time.Minute, 110 * time.Minute, 165 * time.Minute}, 3 * time.Hour, session.ErrEnded},
		"a use too small to note": {[]time.Duration{59 * time.Second}, time.Hour, session.ErrIdle},
	} {
		t.Run(name, func(t *testing.T) {
			now := start
			k := &session.Keeper{Store: memstore.New(), Idle: time.Hour, MaxAge: 3 * time.Hour, Now: func() time.Time { return now }}
			token := session.NewToken()
			if _, err := k.Begin(t.Context(), token, session.Session{Owner: "ada"}); err != nil {
				t.Fatal(err)
			}
			for _, use := range c.uses {
				now = start.Add(use)
				if _, err := k.Resume(t.Context(), token); err != nil {
					t.Fatal(err)
				}
			}
			now = start.Add(c.then)
			s, err := k.Resume(t.Context(), token)
			if !errors.Is(err, c.want) || (err == nil) != (s != nil) {
				t.Fatalf("%v %v, want %v", s, err, c.want)
			}
			now = start
			if _, err := k.Resume(t.Context(), token); c.want != nil && !errors.Is(err, session.ErrNone) {
				t.Errorf("a session that ended is there again: %v", err)
			}
			if _, err := k.Resume(t.Context(), session.NewToken()); !errors.Is(err, session.ErrNone) {
				t.Errorf("another token's session: %v", err)
			}
		})
	}
}

// TestRoleSession: a session signed in as a role ends with the role's session.
func TestRoleSession(t *testing.T) {
	k := &session.Keeper{Store: memstore.New(), Idle: time.Hour, MaxAge: 3 * time.Hour, Now: func() time.Time { return start }}
	s, err := k.Begin(t.Context(), session.NewToken(), session.Session{Role: &iam.Session{Expires: start.Add(time.Minute)}})
	if err != nil || s.Ends != start.Add(time.Minute) {
		t.Errorf("%v %v", s, err)
	}
}

// TestTokenIsNotShown: formatting a token does not reveal it.
func TestTokenIsNotShown(t *testing.T) {
	token := session.NewToken()
	if len(token) < 40 || token == session.NewToken() {
		t.Fatalf("the token has %d characters, or is not random", len(token))
	}
	if said := fmt.Sprintf("%v %s %#v %+v", token, token, token, struct{ T session.Token }{token}); strings.Contains(said, string(token)) {
		t.Error("a token is shown")
	}
}

func TestAttempts(t *testing.T) {
	a, now := session.NewAttempts(), start
	// The key is slowed from every address.
	for i, want := range []time.Duration{2, 4, 8, 16, 30, 30} {
		addr := fmt.Sprint("addr", i)
		if w := a.Begin("key", addr, now); w != nil {
			t.Fatalf("attempt %d must wait until %v", i, w)
		}
		if got := a.Failed("key", now); got != want*time.Second {
			t.Errorf("after failure %d: a wait of %v, want %v s", i+1, got, int(want))
		}
		if w := a.Begin("key", "another", now); w == nil || w.OfAddress || w.Until != now.Add(want*time.Second) {
			t.Errorf("at once after failure %d: %+v", i+1, w)
		}
		now = now.Add(want * time.Second)
	}
	if w := a.Begin("other", "addr0", now); w != nil {
		t.Errorf("another key must wait: %+v", w)
	}
	a.Succeeded("key", "addr5")
	if w := a.Begin("key", "addr5", now); w != nil {
		t.Errorf("a key that succeeded must wait: %+v", w)
	}
}

// TestAttemptsOfAddress: an address that tries many keys is slowed, even if one attempt
// succeeds in between. Its failures are forgotten in the end.
func TestAttemptsOfAddress(t *testing.T) {
	a, now := session.NewAttempts(), start
	for i := range 6 {
		if w := a.Begin(fmt.Sprint(i), "addr", now); w != nil {
			t.Fatalf("attempt %d must wait: %+v", i, w)
		}
	}
	if w := a.Begin("x", "addr", now); w == nil || !w.OfAddress || w.Until != now.Add(2*time.Second) {
		t.Fatalf("the seventh: %+v", w)
	}
	if w := a.Begin("x", "elsewhere", now); w != nil {
		t.Errorf("from elsewhere: %+v", w)
	}
	now = now.Add(2 * time.Second)
	if w := a.Begin("good", "addr", now); w != nil {
		t.Fatalf("%+v", w)
	}
	a.Succeeded("good", "addr")
	if w := a.Begin("y", "addr", now); w != nil {
		t.Fatalf("after a success: %+v", w)
	}
	if w := a.Begin("z", "addr", now); w == nil || w.Until != now.Add(4*time.Second) {
		t.Errorf("a success forgave the address's failures: %+v", w)
	}
	now = now.Add(time.Hour)
	for i := range 6 {
		if w := a.Begin(fmt.Sprint("later", i), "addr", now); w != nil {
			t.Errorf("an hour later, attempt %d must wait: %+v", i, w)
		}
	}
}

// TestAttemptsAreBounded: attempts of strangers do not fill the memory, and the latest
// failures are kept.
func TestAttemptsAreBounded(t *testing.T) {
	a, now := session.NewAttempts(), start
	for i := range 25_000 {
		now = now.Add(time.Millisecond)
		a.Begin(fmt.Sprint(i), fmt.Sprint(i), now)
	}
	if keys, addrs := a.Size(); keys > 10_000 || addrs > 10_000 {
		t.Errorf("%d keys and %d addresses are remembered", keys, addrs)
	}
	if a.Failed("24999", now) == 0 {
		t.Error("the last failure is forgotten")
	}
}
