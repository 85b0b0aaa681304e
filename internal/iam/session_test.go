package iam

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var sessionRole = &Role{ID: "AROATESTTESTTESTTESTT", Name: "Watch", Path: "/svc/", MaxSessionSeconds: 7200}

func TestNewSession(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	const policy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	cases := []struct {
		name string
		spec SessionSpec
		last time.Duration
		kind Kind
		text string
	}{
		{"default", SessionSpec{}, time.Hour, 0, ""},
		{"least", SessionSpec{Duration: minSession}, minSession, 0, ""},
		{"less", SessionSpec{Duration: minSession - time.Second}, 0, ValidationError, "greater than or equal to 900"},
		{"most", SessionSpec{Duration: 2 * time.Hour}, 2 * time.Hour, 0, ""},
		{"more", SessionSpec{Duration: 2*time.Hour + time.Second}, 0, ValidationError, "exceeds the MaxSessionDuration set for this role"},
		{"chained", SessionSpec{Duration: time.Hour, Chained: true}, time.Hour, 0, ""},
		{"chained for longer", SessionSpec{Duration: time.Hour + time.Second, Chained: true}, 0, ValidationError, "role chaining"},
		{"with a policy", SessionSpec{Policy: policy}, time.Hour, 0, ""},
		{"with a policy that is none", SessionSpec{Policy: "{"}, 0, MalformedPolicyDocument, ""},
		{"with a long policy", SessionSpec{Policy: policy + strings.Repeat(" ", maxSessionPolicy)}, 0, ValidationError, "less than or equal to 2048"},
	}
	for _, c := range cases {
		c.spec.Name = "shift-1"
		s, secret, err := NewSession(sessionRole, c.spec, now)
		if c.last == 0 {
			if KindOf(err) != c.kind || !strings.Contains(err.Error(), c.text) || s != nil {
				t.Errorf("%s: %v, %v", c.name, s, err)
			}
			continue
		}
		if err != nil || s.Expires.Sub(now) != c.last || !s.Issued.Equal(now) || len(secret) != 40 || !IsSessionKeyID(s.AccessKeyID) || len(s.AccessKeyID) != 20 {
			t.Errorf("%s: %+v, %v", c.name, s, err)
		}
		if s.ARN("123456789012") != "arn:aws:sts::123456789012:assumed-role/Watch/shift-1" || s.ID() != "AROATESTTESTTESTTESTT:shift-1" {
			t.Error(s.ARN("123456789012"), s.ID())
		}
	}
}

func TestSealedSessions(t *testing.T) {
	sealer, other := testSealer(t, 1), testSealer(t, 2)
	s, secret, err := NewSession(sessionRole, SessionSpec{Name: "shift-1"}, time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	token := sealer.SealSession(s, secret)
	got, gotSecret, err := sealer.OpenSession(s.AccessKeyID, token)
	if diff := cmp.Diff(s, got); diff != "" || gotSecret != secret || err != nil {
		t.Error(diff, err)
	}
	data, _ := base64.StdEncoding.DecodeString(token)
	if strings.Contains(token, string(secret)) || bytes.Contains(data, []byte(secret)) || bytes.Contains(data, []byte("Watch")) {
		t.Error("the token is not encrypted")
	}
	refused := func(name string, by *Sealer, keyID, token string) {
		t.Helper()
		if s, secret, err := by.OpenSession(keyID, token); !errors.Is(err, ErrSealed) || s != nil || secret != "" {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	refused("another key id", sealer, "ASIAOTHER", token)
	refused("another sealer", other, s.AccessKeyID, token)
	refused("empty", sealer, s.AccessKeyID, "")
	refused("no base64", sealer, s.AccessKeyID, "!"+token)
	for i := range data {
		changed := bytes.Clone(data)
		changed[i] ^= 1
		refused("a bit changed", sealer, s.AccessKeyID, base64.StdEncoding.EncodeToString(changed))
		refused("cut short", sealer, s.AccessKeyID, base64.StdEncoding.EncodeToString(data[:i]))
	}
	// A sealed secret does not open as a session, and a session does not open as a secret.
	refused("the secret of a key", sealer, s.AccessKeyID, base64.StdEncoding.EncodeToString(sealer.Seal(s.AccessKeyID, `{"s":"x"}`)))
	if _, err := sealer.Open(s.AccessKeyID, data); err == nil {
		t.Error("a session is opened as a secret")
	}
	data[0] = sealedSecret
	if _, err := sealer.Open(s.AccessKeyID, data); err == nil {
		t.Error("a session is opened as a secret, by another first byte")
	}
}

func TestMark(t *testing.T) {
	one, other := testSealer(t, 1), testSealer(t, 2)
	mark := one.Mark()
	if !one.VerifyMark(mark) || !testSealer(t, 1).VerifyMark(mark) || other.VerifyMark(mark) || one.VerifyMark(nil) || one.VerifyMark(mark[1:]) || one.VerifyMark(one.Seal("", "")) {
		t.Error("a mark is known by the wrong sealer, or not by the right one")
	}
}
