package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestSealing: only the same key opens an unchanged secret, for the same access key.
func TestSealing(t *testing.T) {
	s, id, secret := testSealer(t, 0), "AKIAAAAAAAAAAAAAAAAA", Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
	sealed := s.Seal(id, secret)
	if opened, err := s.Open(id, sealed); err != nil || opened != secret {
		t.Errorf("opened: %v", err)
	}
	if bytes.Contains(sealed, []byte(secret)) || sealed[0] != sealedSecret || len(sealed) != 1+12+len(secret)+16 {
		t.Errorf("sealed is %x", sealed)
	}
	if bytes.Equal(sealed, s.Seal(id, secret)) {
		t.Error("the same nonce twice")
	}
	wrong := func(s *Sealer, id string, sealed []byte, want error) {
		t.Helper()
		if opened, err := s.Open(id, sealed); !errors.Is(err, want) || opened != "" || strings.Contains(err.Error(), string(secret)) {
			t.Errorf("got %q, %v", string(opened), err)
		}
	}
	wrong(testSealer(t, 1), id, sealed, ErrSealed)
	wrong(s, "AKIAAAAAAAAAAAAAAAAB", sealed, ErrSealed)
	wrong(s, id, nil, ErrSealVersion)
	wrong(s, id, sealed[:1], ErrSealed)
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		want := ErrSealed
		if i == 0 {
			want = ErrSealVersion
		}
		wrong(s, id, changed, want)
		wrong(s, id, sealed[:i], map[bool]error{true: ErrSealVersion, false: ErrSealed}[i == 0])
	}
	for _, size := range []int{0, 16, 24, 31, 33} {
		if _, err := NewSealer(make([]byte, size)); err == nil || !strings.Contains(err.Error(), "32") {
			t.Errorf("a key of %d bytes: %v", size, err)
		}
	}
}

// TestSecretIsNotWritten: no value with a secret in it prints the secret. Only a conversion
// reveals it.
func TestSecretIsNotWritten(t *testing.T) {
	k, secret := NewAccessKey("ada", testSealer(t, 0), moment)
	answer := struct {
		Key    *AccessKey
		Secret Secret
	}{k, secret}
	encoded, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	_, unopened := testSealer(t, 1).Open(k.ID, k.Sealed)
	for _, text := range []string{
		string(encoded), fmt.Sprintf("%v %+v %#v %s %q %x", answer, answer, answer, secret, secret, secret),
		fmt.Errorf("x: %w, %v", unopened, secret).Error(), CheckAccessKeys(9).Error(), NoAccessKey(k.ID).Error(),
	} {
		for _, hint := range []string{string(secret), fmt.Sprintf("%x", string(secret))} {
			if strings.Contains(text, hint) {
				t.Errorf("the secret is in %s", text)
			}
		}
	}
}
