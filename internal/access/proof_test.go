package access

import (
	"errors"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/iam"
)

var bound = []byte("what the browser has")

// TestProve: a secret proves its own key only. Every other attempt is refused with the same
// words.
func TestProve(t *testing.T) {
	f := newFixture(t)
	role := f.addRole(t, trustOf(`{"AWS":"`+account+`"}`), "")
	session, signer := f.session(t, role, "")
	for name, c := range map[string]struct {
		key, secret, token string
		arn                string // "" for a refusal
	}{
		"root":                       {testRoot.AccessKeyID, string(testRoot.Secret), "", "arn:aws:iam::" + account + ":root"},
		"user":                       {f.key.ID, f.secret, "", adaARN},
		"session":                    {signer.AccessKey, signer.Secret, signer.SessionToken, sessionARN},
		"wrong secret of root":       {testRoot.AccessKeyID, f.secret, "", ""},
		"wrong secret of a user":     {f.key.ID, f.secret + "x", "", ""},
		"no secret":                  {f.key.ID, "", "", ""},
		"no key":                     {"", "", "", ""},
		"unknown key":                {"AKIAIOSFODNN7EXAMPLE", f.secret, "", ""},
		"a user's with a token":      {f.key.ID, f.secret, signer.SessionToken, ""},
		"session without token":      {signer.AccessKey, signer.Secret, "", ""},
		"session of another secret":  {signer.AccessKey, f.secret, signer.SessionToken, ""},
		"session of another key":     {"ASIAIOSFODNN7EXAMPLE", signer.Secret, signer.SessionToken, ""},
		"session of a damaged token": {signer.AccessKey, signer.Secret, signer.SessionToken[1:], ""},
	} {
		proof, who, err := f.authenticator.Prove(t.Context(), Credentials{c.key, iam.Secret(c.secret)}, c.token, bound)
		if c.arn == "" {
			if !errors.Is(err, ErrNotProved) || who.ARN != "" {
				t.Errorf("%s: %v %v", name, who, err)
			}
			continue
		}
		if err != nil || who.ARN != c.arn || who.AccessKeyID != c.key {
			t.Errorf("%s: %v %v", name, who, err)
		}
		again, err := f.authenticator.Identify(t.Context(), proof, bound)
		if err != nil || again.ARN != c.arn || again.AccessKeyID != c.key {
			t.Errorf("%s, found again: %v %v", name, again, err)
		}
		if strings.Contains(string(proof.Secret), c.secret) {
			t.Errorf("%s: the proof has the secret", name)
		}
		if _, err := f.authenticator.Identify(t.Context(), proof, []byte("another")); name != "session" && !errors.Is(err, ErrNotProved) {
			t.Errorf("%s: the proof of another browser: %v", name, err)
		}
	}
	if session.Expires.IsZero() {
		t.Fatal("the session does not end")
	}
}

// TestIdentify: a proof finds the owner's current identity, as long as the key may be used.
func TestIdentify(t *testing.T) {
	f := newFixture(t)
	proof, _, err := f.authenticator.Prove(t.Context(), Credentials{f.key.ID, iam.Secret(f.secret)}, "", bound)
	noError(t, err)
	noError(t, f.store.UpdateUser(t.Context(), "Ada", func(u *iam.User) error { return u.Move("Lovelace", "") }))
	who, err := f.authenticator.Identify(t.Context(), proof, bound)
	if err != nil || who.UserName != "Lovelace" {
		t.Errorf("after the user was renamed: %+v %v", who, err)
	}
	noError(t, f.store.SetAccessKeyStatus(t.Context(), "Lovelace", f.key.ID, iam.Inactive))
	if _, err := f.authenticator.Identify(t.Context(), proof, bound); !errors.Is(err, ErrNotProved) {
		t.Errorf("a key that is disabled: %v", err)
	}
	noError(t, f.store.SetAccessKeyStatus(t.Context(), "Lovelace", f.key.ID, iam.Active))
	_, err = f.authenticator.Identify(t.Context(), proof, bound)
	noError(t, err)
	noError(t, f.store.DeleteAccessKey(t.Context(), "Lovelace", f.key.ID))
	if _, err := f.authenticator.Identify(t.Context(), proof, bound); !errors.Is(err, ErrNotProved) {
		t.Errorf("a key that is deleted: %v", err)
	}
}

// TestIdentifyRole: a session ends with its time or its role.
func TestIdentifyRole(t *testing.T) {
	f := newFixture(t)
	role := f.addRole(t, trustOf(`{"AWS":"`+account+`"}`), "")
	session, signer := f.session(t, role, "")
	proof, _, err := f.authenticator.Prove(t.Context(), Credentials{signer.AccessKey, iam.Secret(signer.Secret)}, signer.SessionToken, bound)
	noError(t, err)
	f.authenticator.now = func() time.Time { return session.Expires }
	if _, err := f.authenticator.Identify(t.Context(), proof, bound); !errors.Is(err, ErrNotProved) {
		t.Errorf("a session that is over: %v", err)
	}
	f.authenticator.now = func() time.Time { return testNow }
	_, err = f.authenticator.Identify(t.Context(), proof, bound)
	noError(t, err)
	noError(t, f.store.DeleteRole(t.Context(), "Watch"))
	f.addRole(t, trustOf(`{"AWS":"`+account+`"}`), "") // another role of the same name
	if _, err := f.authenticator.Identify(t.Context(), proof, bound); !errors.Is(err, ErrNotProved) {
		t.Errorf("a session whose role was deleted: %v", err)
	}
	forged := proof
	forged.Session = nil
	if _, err := f.authenticator.Identify(t.Context(), forged, bound); !errors.Is(err, ErrNotProved) {
		t.Errorf("the key of a session as that of a user: %v", err)
	}
}

// TestRootsSecretChanges: a proof of root's former secret is refused.
func TestRootsSecretChanges(t *testing.T) {
	f := newFixture(t)
	proof, who := f.authenticator.ProveRoot(bound)
	if !who.IsRoot() || who.AccessKeyID != testRoot.AccessKeyID {
		t.Errorf("%+v", who)
	}
	if again, err := f.authenticator.Identify(t.Context(), proof, bound); err != nil || !again.IsRoot() {
		t.Errorf("%+v %v", again, err)
	}
	f.authenticator.root.Secret = "another"
	if _, err := f.authenticator.Identify(t.Context(), proof, bound); !errors.Is(err, ErrNotProved) {
		t.Errorf("with the secret of before: %v", err)
	}
}
