package storetest

import (
	"errors"
	"testing"
	"time"

	"poolhouse/internal/console/session"
	"poolhouse/internal/iam"
)

// RunSessions runs the tests of console sessions on an empty store.
func RunSessions(t *testing.T, s session.Store) {
	for _, part := range []struct {
		name string
		test func(t *testing.T, s session.Store)
	}{
		{"KeepsEverything", testSessionKeepsEverything}, {"Uses", testSessionUses}, {"Ends", testSessionEnds}, {"Expire", testSessionsExpire},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, s) })
		for _, token := range []string{"a", "b", "c"} {
			noError(t, s.End(t.Context(), session.Token(token).ID()))
		}
	}
}

// consoleSession returns an owner's session for a token.
func consoleSession(token, owner string) *session.Session {
	return &session.Session{
		ID: session.Token(token).ID(), Owner: owner, AccessKeyID: "AKIA" + token, Secret: []byte{0, 1, 254, 255},
		Begun: now, Used: now, Ends: now.Add(12 * time.Hour),
	}
}

func beginSessions(t *testing.T, s session.Store, sessions ...*session.Session) {
	t.Helper()
	for _, each := range sessions {
		noError(t, s.Begin(t.Context(), each))
	}
}

// wantSessions checks which sessions, of three tokens, exist.
func wantSessions(t *testing.T, s session.Store, want string) {
	t.Helper()
	got := ""
	for _, token := range []string{"a", "b", "c"} {
		switch _, err := s.Find(t.Context(), session.Token(token).ID()); {
		case err == nil:
			got += token
		case !errors.Is(err, session.ErrNone):
			t.Error(err)
		}
	}
	if got != want {
		t.Errorf("the sessions %q are there, want %q", got, want)
	}
}

func testSessionKeepsEverything(t *testing.T, s session.Store) {
	wantSessions(t, s, "")
	user, role := consoleSession("a", "AIDA1"), consoleSession("b", "AROA1:é")
	role.Secret, role.Role = nil, &iam.Session{
		AccessKeyID: "ASIAb", RoleName: "Watch", RoleID: "AROA1", Name: "é", Policy: "{}", Issued: now, Expires: now.Add(time.Hour),
	}
	beginSessions(t, s, user, role)
	for _, want := range []*session.Session{user, role} {
		got, err := s.Find(t.Context(), want.ID)
		same(t, want, got, err)
	}
}

func testSessionUses(t *testing.T, s session.Store) {
	beginSessions(t, s, consoleSession("a", "ada"), consoleSession("b", "ada"))
	for _, each := range []struct{ at, want time.Duration }{{time.Minute, time.Minute}, {time.Second, time.Minute}, {time.Hour, time.Hour}} {
		noError(t, s.Use(t.Context(), session.Token("a").ID(), now.Add(each.at)))
		want := consoleSession("a", "ada")
		want.Used = now.Add(each.want)
		got, err := s.Find(t.Context(), want.ID)
		same(t, want, got, err)
	}
	other, err := s.Find(t.Context(), session.Token("b").ID())
	same(t, consoleSession("b", "ada"), other, err)
	noError(t, s.Use(t.Context(), session.Token("c").ID(), now.Add(time.Hour))) // it does not exist, and is not created
	wantSessions(t, s, "ab")
}

func testSessionEnds(t *testing.T, s session.Store) {
	beginSessions(t, s, consoleSession("a", "ada"), consoleSession("b", "bob"), consoleSession("c", "ada"))
	noError(t, s.End(t.Context(), session.Token("x").ID()))
	noError(t, s.EndOf(t.Context(), "eve"))
	wantSessions(t, s, "abc")
	noError(t, s.EndOf(t.Context(), "ada"))
	wantSessions(t, s, "b")
	noError(t, s.End(t.Context(), session.Token("b").ID()))
	noError(t, s.End(t.Context(), session.Token("b").ID()))
	wantSessions(t, s, "")
}

func testSessionsExpire(t *testing.T, s session.Store) {
	over, idle, good := consoleSession("a", "ada"), consoleSession("b", "ada"), consoleSession("c", "ada")
	over.Ends = now.Add(time.Hour)
	over.Used = now.Add(30 * time.Minute)
	good.Used = now.Add(time.Millisecond)
	beginSessions(t, s, over, idle, good)
	noError(t, s.Expire(t.Context(), now.Add(time.Hour-time.Millisecond), now.Add(-time.Millisecond)))
	wantSessions(t, s, "abc")
	noError(t, s.Expire(t.Context(), now.Add(time.Hour-time.Millisecond), now))
	wantSessions(t, s, "ac")
	noError(t, s.Expire(t.Context(), now.Add(time.Hour), now))
	wantSessions(t, s, "c")
}
