package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/outbox"
	"poolhouse/internal/signin"
	"poolhouse/internal/userpool"
)

// signInTests are the tests of a signin.Store.
var signInTests = map[string]func(t *testing.T, s Store){
	"ClientOf": testClientOf, "ChangeUser": testChangeUser, "ChangesAreWhole": testChangesAreWhole, "ChallengesOnce": testChallengesOnce, "Codes": testCodes,
	"Attempts": testAttempts, "History": testHistory, "UserSessions": testUserSessions, "ExpireSignIns": testExpireSignIns, "UsersTakeTheirs": testUsersTakeTheirs, "SignInsAtOnce": testSignInsAtOnce,
}

// signInUser creates a pool with a user.
func signInUser(t *testing.T, s Store) (*userpool.UserPool, *userpool.User) {
	t.Helper()
	p := newPool(t, s)
	u := user(p, "ada")
	u.Credential = userpool.Credential{Scheme: "SRP", Secret: "a:b"}
	noError(t, s.CreateUser(t.Context(), p, u, false))
	return p, u
}

// effects leaves the user unchanged and stores the effects.
func effects(ctx context.Context, s Store, p *userpool.UserPool, u *userpool.User, e signin.Effects) error {
	return s.ChangeUser(ctx, p, u.Sub, func(*userpool.User) (signin.Effects, error) { return e, nil })
}

func testClientOf(t *testing.T, s Store) {
	ctx := t.Context()
	p := newPool(t, s)
	for _, c := range []*userpool.Client{{PoolID: p.ID, ID: "open" + p.ID[10:], Name: "one"}, {PoolID: p.ID, ID: "closed" + p.ID[10:], Name: "two", Secret: "secret"}} {
		noError(t, s.CreateClient(ctx, c, func(*userpool.UserPool, *userpool.Client) error { return nil }))
		gotPool, got, err := s.ClientOf(ctx, c.ID)
		if err != nil || gotPool.ID != p.ID || gotPool.Number != p.Number || got.Secret != c.Secret || got.Name != c.Name || got.PoolID != p.ID {
			t.Errorf("%s: %+v of %+v, %v", c.ID, got, gotPool, err)
		}
	}
	if _, _, err := s.ClientOf(ctx, "nothing"); userpool.KindOf(err) != userpool.ResourceNotFound {
		t.Errorf("no client: %v", err)
	}
	noError(t, s.DeletePool(ctx, p.ID, func(*userpool.UserPool, bool) error { return nil }))
	if _, _, err := s.ClientOf(ctx, "open"+p.ID[10:]); userpool.KindOf(err) != userpool.ResourceNotFound {
		t.Errorf("the client of a deleted pool: %v", err)
	}
}

func testChangeUser(t *testing.T, s Store) {
	ctx := t.Context()
	p, u := signInUser(t, s)
	want := userpool.Factors{TOTPSecret: "SECRET", TOTPDevice: "phone é", TOTPPending: "NEXT", TOTPStep: 1 << 40, TOTPEnabled: true, TOTPPreferred: true}
	noError(t, s.ChangeUser(ctx, p, u.Sub, func(u *userpool.User) (signin.Effects, error) {
		u.Factors, u.Status = want, userpool.Confirmed
		return signin.Effects{}, nil
	}))
	got, err := s.User(ctx, p, "ada")
	if noError(t, err); got.Factors != want || got.Status != userpool.Confirmed || got.Credential != u.Credential {
		t.Errorf("the user is %+v", got)
	}
	refused := errors.New("refused")
	err = s.ChangeUser(ctx, p, u.Sub, func(u *userpool.User) (signin.Effects, error) {
		u.Enabled = false
		return signin.Effects{}, refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("the error of the function is %v", err)
	}
	if got, err = s.User(ctx, p, "ada"); err != nil || !got.Enabled {
		t.Errorf("a refused change: %+v, %v", got, err)
	}
	for name, sub := range map[string]string{"another": userpool.NewSub(), "none": "ada"} {
		if err := effects(ctx, s, p, &userpool.User{Sub: sub}, signin.Effects{}); userpool.KindOf(err) != userpool.UserNotFound {
			t.Errorf("a sub of %s: %v", name, err)
		}
	}
	noError(t, s.DeletePool(ctx, p.ID, func(*userpool.UserPool, bool) error { return nil }))
	if err := effects(ctx, s, p, u, signin.Effects{}); err == nil {
		t.Error("a user of a deleted pool is changed")
	}
}

// testChangesAreWhole: if one effect is refused, none is stored.
func testChangesAreWhole(t *testing.T, s Store) {
	ctx := t.Context()
	p, u := signInUser(t, s)
	used := &signin.Challenge{ID: [16]byte{1}, Ends: now}
	noError(t, effects(ctx, s, p, u, signin.Effects{Use: used}))
	session := userSession(u, 1)
	err := s.ChangeUser(ctx, p, u.Sub, func(u *userpool.User) (signin.Effects, error) {
		u.Status = userpool.ResetRequired
		return signin.Effects{
			Begin: session, Send: &signin.Code{Purpose: signin.ResetPassword, MAC: []byte("m"), Ends: now}, Remember: 2,
			Messages: []*outbox.Message{message(p, u, 1, now)}, Use: used,
		}, nil
	})
	if !errors.Is(err, signin.ErrUsed) {
		t.Fatalf("a challenge that was used: %v", err)
	}
	got, err := s.User(ctx, p, "ada")
	code, codeErr := s.Code(ctx, p, u.Sub, signin.ResetPassword)
	history, historyErr := s.History(ctx, p, u.Sub, 5)
	if noError(t, errors.Join(err, codeErr, historyErr)); got.Status == userpool.ResetRequired || code.MAC != nil || len(history) > 0 || len(codesIn(t, s, p, "", 10)) > 0 {
		t.Errorf("something is left: %+v, %+v, %v", got, code, history)
	}
	if _, _, err := s.Session(ctx, p, session.ID); !errors.Is(err, signin.ErrNoSession) {
		t.Errorf("the session: %v", err)
	}
}

// testChallengesOnce: of many concurrent uses of a challenge, one succeeds.
func testChallengesOnce(t *testing.T, s Store) {
	p, u := signInUser(t, s)
	var all sync.WaitGroup
	won := make(chan int, 8)
	for i := range 8 {
		all.Go(func() {
			err := effects(t.Context(), s, p, u, signin.Effects{Use: &signin.Challenge{ID: [16]byte{7}, Ends: now}, Begin: userSession(u, i)})
			switch {
			case err == nil:
				won <- i
			case !errors.Is(err, signin.ErrUsed):
				t.Error(err)
			}
		})
	}
	if all.Wait(); len(won) != 1 {
		t.Errorf("%d used the challenge", len(won))
	}
}

func testCodes(t *testing.T, s Store) {
	ctx := t.Context()
	p, u := signInUser(t, s)
	none, err := s.Code(ctx, p, u.Sub, signin.ResetPassword)
	if err != nil || none.MAC != nil {
		t.Errorf("no code: %+v, %v", none, err)
	}
	for _, mac := range []string{"first", "second"} {
		want := signin.Code{Purpose: signin.ResetPassword, MAC: []byte(mac), Ends: now.Add(time.Hour)}
		noError(t, effects(ctx, s, p, u, signin.Effects{Send: &want}))
		got, err := s.Code(ctx, p, u.Sub, signin.ResetPassword)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	}
	take := func(mac string) error {
		return effects(ctx, s, p, u, signin.Effects{TakeCode: &signin.Code{Purpose: signin.ResetPassword, MAC: []byte(mac)}})
	}
	if err := take("first"); !errors.Is(err, signin.ErrUsed) {
		t.Errorf("a code that was replaced: %v", err)
	}
	noError(t, take("second"))
	if err := take("second"); !errors.Is(err, signin.ErrUsed) {
		t.Errorf("a code that was taken: %v", err)
	}
}

func testAttempts(t *testing.T, s Store) {
	ctx := t.Context()
	p, u := signInUser(t, s)
	of, other := signin.Subject{1, 2}, signin.Subject{3}
	at := func(seconds int) time.Time { return now.Add(time.Duration(seconds) * time.Second) }
	want := func(of signin.Subject, kind signin.Attempt, count, first, last int) {
		t.Helper()
		got, err := s.Attempts(ctx, p, of, kind)
		expected := signin.Attempts{Count: count}
		if count > 0 {
			expected.First, expected.Last = at(first), at(last)
		}
		if diff := cmp.Diff(expected, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	}
	count := func(seconds int, forget signin.Forget) {
		t.Helper()
		_, err := s.CountAttempt(ctx, p, of, signin.PasswordAttempt, at(seconds), forget)
		noError(t, err)
	}
	want(of, signin.PasswordAttempt, 0, 0, 0)
	for i := range 3 {
		count(i, signin.Forget{})
	}
	want(of, signin.PasswordAttempt, 3, 0, 2)
	want(other, signin.PasswordAttempt, 0, 0, 0)
	want(of, signin.CodeAttempt, 0, 0, 0)
	count(10, signin.Forget{LastBefore: at(2), FirstBefore: at(0)})
	want(of, signin.PasswordAttempt, 4, 0, 10)
	count(20, signin.Forget{LastBefore: at(11)})
	want(of, signin.PasswordAttempt, 1, 20, 20)
	count(30, signin.Forget{})
	count(40, signin.Forget{FirstBefore: at(21)})
	want(of, signin.PasswordAttempt, 1, 40, 40)
	noError(t, effects(ctx, s, p, u, signin.Effects{Clear: []signin.Count{{Of: of, Kind: signin.PasswordAttempt}, {Of: other, Kind: signin.CodeAttempt}}}))
	want(of, signin.PasswordAttempt, 0, 0, 0)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { count(1, signin.Forget{}) })
	}
	all.Wait()
	want(of, signin.PasswordAttempt, 10, 1, 1)
	noError(t, s.DeletePool(ctx, p.ID, func(*userpool.UserPool, bool) error { return nil }))
	if _, err := s.CountAttempt(ctx, p, of, signin.PasswordAttempt, now, signin.Forget{}); err == nil {
		t.Error("something is counted for a deleted pool")
	}
}

func testHistory(t *testing.T, s Store) {
	ctx := t.Context()
	p, u := signInUser(t, s)
	secrets := func(limit int) (out string) {
		history, err := s.History(ctx, p, u.Sub, limit)
		noError(t, err)
		for _, c := range history {
			out += c.Secret + " "
		}
		return out
	}
	for i := range 4 {
		noError(t, s.ChangeUser(ctx, p, u.Sub, func(u *userpool.User) (signin.Effects, error) {
			u.Credential = userpool.Credential{Scheme: "SRP", Secret: fmt.Sprint(i)}
			return signin.Effects{Remember: 3}, nil
		}))
	}
	if got := secrets(9); got != "2 1 0 " {
		t.Errorf("the history is %q", got)
	}
	if got := secrets(2); got != "2 1 " {
		t.Errorf("two of the history are %q", got)
	}
}

// userSession returns a session of a user with every member set.
func userSession(u *userpool.User, n int) *signin.Session {
	return &signin.Session{
		ID: signin.SessionID{byte(n), 9}, Sub: u.Sub, ClientID: "client", Hash: []byte{0, 1, 255}, Device: "é", Address: "192.0.2.1",
		Begun: now, Used: now.Add(time.Second), Ends: now.Add(time.Hour),
	}
}

func testUserSessions(t *testing.T, s Store) {
	ctx := t.Context()
	p, u := signInUser(t, s)
	want := userSession(u, 1)
	noError(t, effects(ctx, s, p, u, signin.Effects{Begin: want}))
	same := func() {
		t.Helper()
		got, of, err := s.Session(ctx, p, want.ID)
		if diff := cmp.Diff(want, got); err != nil || diff != "" || of.Username != "ada" {
			t.Errorf("%+v, %v\n%s", of, err, diff)
		}
	}
	same()
	noError(t, s.UpdateSession(ctx, p, want.ID, func(got *signin.Session) error {
		got.Previous, got.Hash, got.Rotated, got.Used = got.Hash, []byte("next"), now.Add(time.Minute), now.Add(time.Minute)
		return nil
	}))
	want.Previous, want.Hash, want.Rotated, want.Used = want.Hash, []byte("next"), now.Add(time.Minute), now.Add(time.Minute)
	same()
	refused := errors.New("refused")
	if err := s.UpdateSession(ctx, p, want.ID, func(got *signin.Session) error { got.Used = now.Add(time.Hour); return refused }); !errors.Is(err, refused) {
		t.Errorf("the error of the function is %v", err)
	}
	same()
	none := func(id signin.SessionID) {
		t.Helper()
		if _, _, err := s.Session(ctx, p, id); !errors.Is(err, signin.ErrNoSession) {
			t.Errorf("no session: %v", err)
		}
		if err := s.UpdateSession(ctx, p, id, func(*signin.Session) error { return nil }); !errors.Is(err, signin.ErrNoSession) {
			t.Errorf("no session to change: %v", err)
		}
	}
	none(signin.SessionID{8})
	noError(t, s.EndSession(ctx, p, want.ID))
	noError(t, s.EndSession(ctx, p, want.ID))
	none(want.ID)
	bob := user(p, "bob")
	noError(t, s.CreateUser(ctx, p, bob, false))
	noError(t, effects(ctx, s, p, bob, signin.Effects{Begin: userSession(bob, 4)}))
	noError(t, effects(ctx, s, p, u, signin.Effects{Begin: userSession(u, 2)}))
	noError(t, effects(ctx, s, p, u, signin.Effects{EndSessions: true, Begin: userSession(u, 3)}))
	none(userSession(u, 2).ID)
	for _, n := range []int{3, 4} {
		if _, _, err := s.Session(ctx, p, userSession(u, n).ID); err != nil {
			t.Errorf("session %d: %v", n, err)
		}
	}
}

func testExpireSignIns(t *testing.T, s Store) {
	ctx := t.Context()
	p, u := signInUser(t, s)
	mac := []byte("m")
	noError(t, effects(ctx, s, p, u, signin.Effects{
		Begin: userSession(u, 1), Use: &signin.Challenge{ID: [16]byte{1}, Ends: now.Add(time.Hour)}, Send: &signin.Code{Purpose: signin.ResetPassword, MAC: mac, Ends: now.Add(time.Hour)},
	}))
	_, err := s.CountAttempt(ctx, p, signin.Subject{}, signin.CodeAttempt, now.Add(time.Hour), signin.Forget{})
	noError(t, err)
	left := func() (n int) {
		if _, _, err := s.Session(ctx, p, userSession(u, 1).ID); err == nil {
			n++
		}
		if c, err := s.Code(ctx, p, u.Sub, signin.ResetPassword); err == nil && c.MAC != nil {
			n++
		}
		if a, err := s.Attempts(ctx, p, signin.Subject{}, signin.CodeAttempt); err == nil && a.Count > 0 {
			n++
		}
		return n
	}
	noError(t, s.ExpireSignIns(ctx, now.Add(time.Hour-time.Millisecond), now.Add(time.Hour-time.Millisecond)))
	if n := left(); n != 3 {
		t.Errorf("%d of 3 are left too early", n)
	}
	noError(t, s.ExpireSignIns(ctx, now.Add(time.Hour), now.Add(time.Hour)))
	if n := left(); n != 0 {
		t.Errorf("%d are left", n)
	}
	noError(t, effects(ctx, s, p, u, signin.Effects{Use: &signin.Challenge{ID: [16]byte{1}, Ends: now}}))
}

// testUsersTakeTheirs: a user's sign-in data is deleted with the user.
func testUsersTakeTheirs(t *testing.T, s Store) {
	ctx := t.Context()
	p, u := signInUser(t, s)
	noError(t, effects(ctx, s, p, u, signin.Effects{Begin: userSession(u, 1)}))
	noError(t, s.DeleteUser(ctx, p, "ada"))
	if _, _, err := s.Session(ctx, p, userSession(u, 1).ID); !errors.Is(err, signin.ErrNoSession) {
		t.Errorf("the session of a deleted user: %v", err)
	}
	if err := s.UpdateSession(ctx, p, userSession(u, 1).ID, func(*signin.Session) error { return nil }); !errors.Is(err, signin.ErrNoSession) {
		t.Errorf("the row of the session of a deleted user: %v", err)
	}
}
