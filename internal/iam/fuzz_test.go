package iam

import (
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"poolhouse/internal/awsarn"
)

// FuzzSession: a sealer's token opens for its access key only. Any other text is ErrSealed.
func FuzzSession(f *testing.F) {
	s := testSealer(f, 1)
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	f.Add("ASIATESTTESTTESTTEST", "shift-1", "", "")
	f.Add("ASIA", "", `{"Version":"2012-10-17"}`, "AgAA")
	f.Add("é", "\x00", "\xff", base64.StdEncoding.EncodeToString(s.Seal("ASIA", "secret")))
	f.Fuzz(func(t *testing.T, key, name, policy, text string) {
		if _, _, err := s.OpenSession(key, text); !errors.Is(err, ErrSealed) {
			t.Fatalf("%q: %v", text, err)
		}
		token := s.SealSession(&Session{AccessKeyID: key, RoleName: "r", RoleID: "AROA", Name: name, Policy: policy, Issued: now, Expires: now}, "secret")
		got, secret, err := s.OpenSession(key, token)
		if err != nil || secret != "secret" || got.AccessKeyID != key || !got.Expires.Equal(now) {
			t.Fatalf("a token opens as %+v, %v", got, err)
		}
		for _, other := range []string{key + "A", "A" + key} {
			if _, _, err := s.OpenSession(other, token); !errors.Is(err, ErrSealed) {
				t.Fatalf("the token of %q opens for %q: %v", key, other, err)
			}
		}
	})
}

// FuzzSealed: no forged value opens. A sealed value opens for its own id only.
func FuzzSealed(f *testing.F) {
	s, b := testSealer(f, 1), testBox(f, 1, Credentials, "7")
	f.Add("zoe", []byte("$2b$10$"), []byte{byte(Credentials)}, uint16(0))
	f.Add("", []byte{}, s.Mark(), uint16(1))
	f.Add("a", []byte("x"), s.SealKey("data", []byte("k")), uint16(40))
	f.Fuzz(func(t *testing.T, id string, secret, other []byte, place uint16) {
		if _, err := b.Open(id, other); err == nil {
			t.Fatalf("%x opens", other)
		}
		if _, err := s.Open(id, other); err == nil {
			t.Fatalf("%x opens as the secret of an access key", other)
		}
		sealed := b.Seal(id, secret)
		if got, err := b.Open(id, sealed); err != nil || string(got) != string(secret) {
			t.Fatalf("%q opens as %q, %v", secret, got, err)
		}
		if _, err := b.Open(id+"x", sealed); err == nil {
			t.Fatal("it opens for another id")
		}
		sealed[int(place)%len(sealed)] ^= 1
		if _, err := b.Open(id, sealed); err == nil {
			t.Fatal("it opens with a bit changed")
		}
	})
}

// FuzzPolicyARN: an accepted ARN is the ARN of a policy of the account, rebuilt from its path
// and name.
func FuzzPolicyARN(f *testing.F) {
	const account = "123456789012"
	for _, arn := range []string{
		"arn:aws:iam::123456789012:policy/p", "arn:aws:iam::123456789012:policy/a/b/p", "arn:aws:iam::aws:policy/ReadOnlyAccess",
		"arn:aws:iam::123456789012:policy//p", "arn:aws:iam::123456789012:role/p", "arn:aws:iam:us-east-1:123456789012:policy/p", "",
	} {
		f.Add(arn)
	}
	f.Fuzz(func(t *testing.T, arn string) {
		ref, err := ParsePolicyARN(account, arn)
		if err == nil && (ref.ARN != arn || awsarn.Entity(account, "policy", ref.Path, ref.Name) != arn) {
			t.Errorf("%q is %+v", arn, ref)
		}
		if err != nil && KindOf(err) != InvalidInput && KindOf(err) != NoSuchEntity {
			t.Errorf("%q: %v", arn, err)
		}
	})
}

// FuzzVersionID: an accepted id is the id of the version.
func FuzzVersionID(f *testing.F) {
	for _, id := range []string{"v1", "v0", "v01", "v-1", "v9223372036854775807", "v9223372036854775808", "1", "v+1"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if no := ParseVersionID(id); no < 0 || no > 0 && no.ID() != id {
			t.Errorf("%q is the version %d", id, no)
		}
	})
}
