package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// message returns a message with every member set, and a number as its code.
func message(p *userpool.UserPool, u *userpool.User, code int, at time.Time) *outbox.Message {
	return &outbox.Message{
		PoolID: p.ID, At: at, Sub: u.Sub, Username: u.Username, Kind: outbox.ForgotPassword, Medium: outbox.Email, Attribute: "email",
		Destination: u.Username + "@example.com", Subject: "Hello", Body: fmt.Sprintf("It is <b>%d</b>", code), HTML: true, Code: fmt.Sprint(code),
	}
}

// send adds messages to a user, in one transaction.
func send(t *testing.T, s Store, p *userpool.UserPool, u *userpool.User, messages ...*outbox.Message) {
	t.Helper()
	_, err := s.UpdateUserAndSend(t.Context(), p, u.Username, func(*userpool.User) ([]*outbox.Message, error) { return messages, nil })
	noError(t, err)
}

// codesIn returns the codes of a pool's messages, page by page.
func codesIn(t *testing.T, s Store, p *userpool.UserPool, sub string, page int) (codes []string) {
	t.Helper()
	for before := ""; ; {
		messages, err := s.Messages(t.Context(), p, sub, before, page)
		noError(t, err)
		for _, m := range messages {
			codes, before = append(codes, m.Code), m.ID
		}
		if len(messages) < page {
			return codes
		}
	}
}

// testMessages: messages are stored unchanged and listed newest first, page by page, for a pool or
// a user. They are stored only if the change of the user is.
func testMessages(t *testing.T, s Store) {
	ctx := t.Context()
	p, other := newPool(t, s), newPool(t, s)
	ada, bob := user(p, "ada"), user(p, "bob")
	noError(t, s.CreateUserAndSend(ctx, p, ada, false, message(p, ada, 1, now), message(p, ada, 2, now)))
	noError(t, s.CreateUserAndSend(ctx, p, bob, false))
	for i := 3; i <= 7; i++ {
		send(t, s, p, []*userpool.User{ada, bob}[i%2], message(p, ada, i, now.Add(time.Duration(i)*time.Millisecond)))
	}
	for _, page := range []int{1, 2, 7, 100} {
		if got, want := codesIn(t, s, p, "", page), []string{"7", "6", "5", "4", "3", "2", "1"}; !slices.Equal(got, want) {
			t.Errorf("pages of %d: %v", page, got)
		}
		if got, want := codesIn(t, s, p, bob.Sub, page), []string{"7", "5", "3"}; !slices.Equal(got, want) {
			t.Errorf("bob's in pages of %d: %v", page, got)
		}
	}
	all, err := s.Messages(ctx, p, "", "", 1)
	noError(t, err)
	want := *message(p, ada, 7, now.Add(7*time.Millisecond))
	want.ID = all[0].ID
	if diff := cmp.Diff(want, all[0]); diff != "" {
		t.Error(diff)
	}

	refused := errors.New("no")
	if _, err := s.UpdateUserAndSend(ctx, p, "ada", func(*userpool.User) ([]*outbox.Message, error) {
		return []*outbox.Message{message(p, ada, 8, now)}, refused
	}); !errors.Is(err, refused) {
		t.Errorf("a change that was refused: %v", err)
	}
	if err := s.CreateUserAndSend(ctx, p, user(p, "ada"), false, message(p, ada, 8, now)); userpool.KindOf(err) != userpool.UsernameExists {
		t.Errorf("a name that is taken: %v", err)
	}
	if got := codesIn(t, s, p, "", 100); len(got) != 7 {
		t.Errorf("after what was refused: %v", got)
	}
	if got := codesIn(t, s, other, "", 100); len(got) != 0 {
		t.Errorf("of another pool: %v", got)
	}
	for _, sub := range []string{SubOf("eve"), "x", ""} {
		if _, err := s.Messages(ctx, p, sub, "", 10); (userpool.KindOf(err) != userpool.UserNotFound) != (sub == "") {
			t.Errorf("of the user %q: %v", sub, err)
		}
	}
}

// testMessagesAreBounded: the newest messages of a pool stay, expired ones are deleted, and other
// pools keep theirs.
func testMessagesAreBounded(t *testing.T, s Store) {
	p, other := newPool(t, s), newPool(t, s)
	ada, bob := user(p, "ada"), user(other, "bob")
	noError(t, s.CreateUser(t.Context(), p, ada, false))
	noError(t, s.CreateUserAndSend(t.Context(), other, bob, false, message(other, bob, 1, now), message(other, bob, 2, now.Add(time.Hour))))
	var all []*outbox.Message
	for i := range outbox.MaxMessages + 5 {
		all = append(all, message(p, ada, i, now.Add(time.Duration(i)*time.Second)))
	}
	send(t, s, p, ada, all...)
	codes := codesIn(t, s, p, "", 300)
	if len(codes) != outbox.MaxMessages || codes[0] != fmt.Sprint(outbox.MaxMessages+4) || codes[len(codes)-1] != "5" {
		t.Fatalf("%d codes, %s to %s", len(codes), codes[0], codes[len(codes)-1])
	}
	noError(t, s.ExpireMessages(t.Context(), now.Add(outbox.MaxMessages*time.Second)))
	if got, want := codesIn(t, s, p, "", 300), []string{"1004", "1003", "1002", "1001", "1000"}; !slices.Equal(got, want) {
		t.Errorf("after the expiry: %v", got)
	}
	if got := codesIn(t, s, other, "", 300); !slices.Equal(got, []string{"2"}) {
		t.Errorf("of the other pool: %v", got)
	}
}

// testMessagesGoWithUsers: a deleted user leaves no message, and a new pool with the same id has
// none of the old pool's.
func testMessagesGoWithUsers(t *testing.T, s Store) {
	ctx := t.Context()
	p := newPool(t, s)
	ada, bob := user(p, "ada"), user(p, "bob")
	noError(t, s.CreateUserAndSend(ctx, p, ada, false, message(p, ada, 1, now)))
	noError(t, s.CreateUserAndSend(ctx, p, bob, false, message(p, bob, 2, now)))
	noError(t, s.DeleteUser(ctx, p, "ada"))
	if got := codesIn(t, s, p, "", 10); !slices.Equal(got, []string{"2"}) {
		t.Errorf("after the user was deleted: %v", got)
	}
	noError(t, s.DeletePool(ctx, p.ID, func(*userpool.UserPool, bool) error { return nil }))
	if got := codesIn(t, s, p, "", 10); len(got) != 0 {
		t.Errorf("after the pool was deleted: %v", got)
	}
	anew := *p
	noError(t, s.CreatePool(ctx, &anew, 1000))
	if got := codesIn(t, s, &anew, "", 10); len(got) != 0 {
		t.Errorf("of the pool that was made again: %v", got)
	}
}

// testMessagesOfMany: users are invited, sent codes and deleted concurrently while the outbox is
// full. Each act succeeds, the outbox keeps to its limits, and no deleted user has a message.
func testMessagesOfMany(t *testing.T, s Store) {
	p := newPool(t, s)
	gone := make([]*userpool.User, 4)
	for i := range gone {
		gone[i] = user(p, fmt.Sprint("gone", i))
		noError(t, s.CreateUser(t.Context(), p, gone[i], false))
	}
	for i := range outbox.MaxMessages / 100 {
		var hundred []*outbox.Message
		for range 100 {
			hundred = append(hundred, message(p, gone[i%len(gone)], i, now))
		}
		send(t, s, p, gone[i%len(gone)], hundred...)
	}
	stays := user(p, "stays")
	noError(t, s.CreateUser(t.Context(), p, stays, false))
	var all sync.WaitGroup
	act := func(do func() error) {
		all.Go(func() {
			if err := do(); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range 12 {
		act(func() error {
			u := user(p, fmt.Sprint("new", i))
			return s.CreateUserAndSend(t.Context(), p, u, false, message(p, u, i, now))
		})
		act(func() error {
			_, err := s.UpdateUserAndSend(t.Context(), p, "stays", func(u *userpool.User) ([]*outbox.Message, error) {
				u.Enabled = !u.Enabled
				return []*outbox.Message{message(p, u, i, now)}, nil
			})
			return err
		})
		if i < len(gone) {
			act(func() error { return s.DeleteUser(t.Context(), p, gone[i].Username) })
		}
	}
	all.Wait()
	if got := codesIn(t, s, p, "", 300); len(got) != 24 {
		t.Errorf("%d messages are left, want those of 12 new users and 12 of one who stays", len(got))
	}
}
