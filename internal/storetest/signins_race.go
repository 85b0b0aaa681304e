package storetest

import (
	"iter"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/password"
	"poolhouse/internal/signin"
	"poolhouse/internal/token"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// testSignInsAtOnce: a user signs in many times, with an imported hash at first. Meanwhile an
// administrator resets the password, the user chooses another, and an import has the same name.
// Each sign-in that got tokens has a session, and the user ends with a password that was set.
func testSignInsAtOnce(t *testing.T, s Store) {
	const right, next = "Right-horse-1", "Other-horse-2"
	ctx := t.Context()
	p := newPool(t, s, func(p *userpool.UserPool) { p.PasswordPolicy = userpool.DefaultPasswordPolicy() })
	hash, err := bcrypt.GenerateFromPassword([]byte(right), bcrypt.MinCost)
	noError(t, err)
	ada := user(p, "ada", "email", "ada@example.com", "email_verified", "true")
	ada.Status, ada.Credential = userpool.Confirmed, userpool.Credential{Scheme: password.BCrypt, Secret: string(hash)}
	noError(t, s.CreateUser(ctx, p, ada, false))
	client := &userpool.Client{PoolID: p.ID, ID: "app" + p.ID[10:]}
	client.Settings.AuthFlows = []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	noError(t, s.CreateClient(ctx, client, func(*userpool.UserPool, *userpool.Client) error { return nil }))
	desk := signInService(t, s)

	refreshed := make(chan string, 10)
	attempt := func(text string) {
		r, err := desk.Begin(ctx, signin.Start{ClientID: client.ID, Flow: "USER_PASSWORD_AUTH", Parameters: map[string]string{"USERNAME": "ada", "PASSWORD": text}})
		switch {
		case err == nil && r.Tokens != nil:
			refreshed <- r.Tokens.Refresh
		case err == nil:
			t.Errorf("a sign-in was answered with %+v", r)
		case !slices.Contains([]userpool.Kind{userpool.NotAuthorized, userpool.PasswordResetRequired}, userpool.KindOf(err)):
			t.Errorf("a sign-in: %v", err)
		}
	}
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() { attempt([]string{right, right, next}[i%3]) })
	}
	all.Go(func() { noError(t, desk.ResetPassword(ctx, signin.Caller{Admin: true}, p.ID, "ada")) })
	all.Go(func() {
		_, err := desk.ForgotPassword(ctx, signin.Forgotten{ClientID: client.ID, Username: "ada"})
		noError(t, err)
		for range 20 { // another code may replace it
			messages, err := s.Messages(ctx, p, ada.Sub, "", 1)
			noError(t, err)
			err = desk.ConfirmForgotPassword(ctx, signin.Forgotten{ClientID: client.ID, Username: "ada", Code: messages[0].Code, Password: next})
			if kind := userpool.KindOf(err); err == nil || kind == userpool.LimitExceeded {
				return
			} else if kind != userpool.CodeMismatch && kind != userpool.CodeExpired {
				t.Errorf("the code: %v", err)
				return
			}
		}
	})
	all.Go(func() { importAda(t, s, p) })
	all.Wait()
	close(refreshed)
	checkSignIns(t, s, p, desk, client.ID, slices.Collect(received(refreshed)), right, next)
}

// importAda imports a user of the same name: the row is skipped.
func importAda(t *testing.T, s Store, p *userpool.UserPool) {
	j := runningJob(t, s, p, "n")
	_, j, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada"), now)
	noError(t, err)
	if j.Counts != (importjob.Counts{Skipped: 1}) {
		t.Errorf("the import counts %+v", j.Counts)
	}
}

// checkSignIns checks that the calls explain the user's state, and that there is a session for each
// sign-in that got tokens.
func checkSignIns(t *testing.T, s Store, p *userpool.UserPool, desk *signin.Service, clientID string, refreshed []string, right, next string) {
	t.Helper()
	u, err := s.User(t.Context(), p, "ada")
	noError(t, err)
	c := u.Credential
	switch u.Status {
	case userpool.ResetRequired:
		if c != (userpool.Credential{}) {
			t.Errorf("a user whose password was reset has a credential of %q", c.Scheme)
		}
	case userpool.Confirmed:
		native := c.Scheme == password.SRP && (password.Verify(p.ID, "ada", right, c.Secret) || password.Verify(p.ID, "ada", next, c.Secret))
		if c.Scheme != password.BCrypt && !native {
			t.Errorf("the credential, of %q, is of no password that was set", c.Scheme)
		}
	default:
		t.Errorf("the user is %s", u.Status)
	}
	for _, refresh := range refreshed {
		if _, err := desk.Refresh(t.Context(), signin.Refresh{ClientID: clientID, Token: refresh}); err != nil && !(u.Status == userpool.ResetRequired && userpool.KindOf(err) == userpool.PasswordResetRequired) {
			t.Errorf("the session of a sign-in that got tokens: %v", err)
		}
	}
	noError(t, desk.SignOutUser(t.Context(), signin.Caller{Admin: true}, p.ID, "ada"))
	for _, refresh := range refreshed {
		if _, err := desk.Refresh(t.Context(), signin.Refresh{ClientID: clientID, Token: refresh}); userpool.KindOf(err) != userpool.NotAuthorized {
			t.Errorf("a session after signing out: %v", err)
		}
	}
}

// signInService is a service on the store.
func signInService(t *testing.T, s Store) *signin.Service {
	t.Helper()
	key, err := iam.NewDataKey(make([]byte, iam.DataKeySize))
	noError(t, err)
	quiet := slog.New(slog.DiscardHandler)
	issuer := token.New(token.Config{Store: s, Issuer: func(id string) string { return "https://pool.example.com/" + id }, Rotate: 365 * 24 * time.Hour, Log: quiet})
	return signin.New(signin.Config{Store: s, Tokens: issuer, Hashes: password.NewHashes(2, 64), HashTime: time.Minute, Key: key})
}

// received returns the values of a channel until it is closed.
func received[T any](from <-chan T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for v := range from {
			if !yield(v) {
				return
			}
		}
	}
}
