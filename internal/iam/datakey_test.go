package iam

import (
	"bytes"
	"errors"
	"testing"
)

func testDataKey(t testing.TB, seed byte) *DataKey {
	t.Helper()
	k, err := NewDataKey(bytes.Repeat([]byte{seed}, DataKeySize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func testBox(t testing.TB, seed byte, kind SecretKind, place string) *Box {
	t.Helper()
	return testDataKey(t, seed).Box(kind, place)
}

// TestBox: only the box of the same key, kind and place opens an unchanged secret, for the same
// id.
func TestBox(t *testing.T) {
	b, secret := testBox(t, 1, Credentials, "7"), []byte("$2b$10$abcdefghijklmnopqrstuv")
	sealed := b.Seal("zoe", secret)
	if got, err := testBox(t, 1, Credentials, "7").Open("zoe", sealed); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("opened: %q, %v", got, err)
	}
	if bytes.Contains(sealed, secret) || bytes.Equal(sealed, b.Seal("zoe", secret)) || sealed[0] != byte(Credentials) {
		t.Errorf("sealed is %x", sealed)
	}
	for name, other := range map[string]*Box{"key": testBox(t, 2, Credentials, "7"), "kind": testBox(t, 1, UploadURLs, "7"), "place": testBox(t, 1, Credentials, "8")} {
		if got, err := other.Open("zoe", sealed); !errors.Is(err, ErrDataSealed) || got != nil {
			t.Errorf("another %s: %q, %v", name, got, err)
		}
	}
	if _, err := b.Open("zoé", sealed); !errors.Is(err, ErrDataSealed) {
		t.Errorf("another id: %v", err)
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		for _, bad := range [][]byte{changed, sealed[:i]} {
			if _, err := b.Open("zoe", bad); !errors.Is(err, ErrDataSealed) {
				t.Errorf("%x: %v", bad, err)
			}
		}
	}
	if _, err := NewDataKey(make([]byte, 31)); err == nil {
		t.Error("a data key of 31 bytes is taken")
	}
}

// TestSealedKeys: only the same sealer opens a key, under its name.
func TestSealedKeys(t *testing.T) {
	s, key := testSealer(t, 0), []byte("a key of thirty-two bytes, here!")
	sealed := s.SealKey("data", key)
	if got, err := s.OpenKey("data", sealed); err != nil || !bytes.Equal(got, key) || bytes.Contains(sealed, key) {
		t.Errorf("%q, %v", got, err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"another name":   func() ([]byte, error) { return s.OpenKey("urls", sealed) },
		"another sealer": func() ([]byte, error) { return testSealer(t, 1).OpenKey("data", sealed) },
		"a mark":         func() ([]byte, error) { return s.OpenKey("data", s.Mark()) },
		"nothing":        func() ([]byte, error) { return s.OpenKey("data", nil) },
	} {
		if got, err := open(); err == nil || got != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
