package pagetoken

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

func newKey(t testing.TB, fill byte) *Key {
	t.Helper()
	k, err := NewKey(bytes.Repeat([]byte{fill}, SecretSize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeyNeedsItsSecret(t *testing.T) {
	for _, size := range []int{0, SecretSize - 1, SecretSize + 1} {
		if _, err := NewKey(make([]byte, size)); err == nil {
			t.Errorf("a secret of %d bytes is taken", size)
		}
	}
}

func TestTokenOpensForItsListOnly(t *testing.T) {
	k, list := newKey(t, 1), List{"ListUsers", "us-east-1_a", `email = "x"`}
	token := k.Seal(list, "jane@example.com")
	if place, err := newKey(t, 1).Open(list, token); err != nil || place != "jane@example.com" {
		t.Fatalf("another server with the secret: %q, %v", place, err)
	}
	for _, other := range []List{
		nil, {"ListUsers"}, {"ListUsers", "us-east-1_b", `email = "x"`}, {"ListUsers", "us-east-1_a", ""},
		{"ListUsersus-east-1_a", "", `email = "x"`}, {"ListUsers", `us-east-1_aemail = "x"`}, append(slices.Clone(list), ""),
	} {
		if _, err := k.Open(other, token); err != ErrToken {
			t.Errorf("list %q: %v", other, err)
		}
		if bytes.Equal(k.Tag(list, "7"), k.Tag(other, "7")) {
			t.Errorf("list %q: the same tag", other)
		}
	}
	if _, err := newKey(t, 2).Open(list, token); err != ErrToken {
		t.Errorf("another secret: %v", err)
	}
	for i := range token {
		changed := token[:i] + string(token[i]^1) + token[i+1:]
		if place, err := k.Open(list, changed); err == nil && changed != token {
			// The last character may have bits without a meaning.
			if a, _ := base64.RawURLEncoding.DecodeString(changed); !bytes.Equal(a, must(base64.RawURLEncoding.DecodeString(token))) {
				t.Errorf("changed at %d: %q", i, place)
			}
		}
	}
}

func must(b []byte, _ error) []byte { return b }

func TestTokenHidesItsPlace(t *testing.T) {
	token := newKey(t, 1).Seal(List{"ListUsers"}, "jane@example.com")
	if strings.ContainsAny(token, " \t\n=") {
		t.Errorf("%q has characters that no token may have", token)
	}
	if b := must(base64.RawURLEncoding.DecodeString(token)); bytes.Contains(b, []byte("jane")) {
		t.Errorf("%q holds the place in clear", b)
	}
}

func TestTag(t *testing.T) {
	k, list := newKey(t, 1), List{"GetLogEvents", "a"}
	if a := k.Tag(list, "7"); len(a) != TagSize || !bytes.Equal(a, newKey(t, 1).Tag(list, "7")) || bytes.Equal(a, k.Tag(list, "8")) || bytes.Equal(a, newKey(t, 2).Tag(list, "7")) {
		t.Errorf("tag %x", a)
	}
}

func FuzzOpen(f *testing.F) {
	k, list := newKey(f, 1), List{"ListUsers"}
	f.Add("")
	f.Add("!")
	f.Add(k.Seal(List{"ListRoles"}, "x"))
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := k.Open(list, token); err != ErrToken {
			t.Errorf("%q: %v", token, err)
		}
	})
}
