package signin

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"reflect"
	"testing"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/userpool"
)

// testService is a service with a key and without a store.
func testService(t testing.TB, seed byte) *Service {
	t.Helper()
	key, err := iam.NewDataKey(bytes.Repeat([]byte{seed}, iam.DataKeySize))
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{Key: key})
}

var testPool = &userpool.UserPool{ID: "us-east-1_a", Number: 7, Created: time.UnixMilli(1_700_000_000_000)}

// testState is a state with all fields set.
func testState() *state {
	return &state{
		ID: []byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, Challenge: mfaSetup, ClientID: "client", Sub: "sub", Username: "ada", Name: "Ada", Ends: 2_000_000_000_000,
		Proof: []byte("proof"), Secret: []byte("secret"), Public: "A", TOTPSecret: "T", SetUp: true,
	}
}

// FuzzSession: only unchanged texts that the server made with its key are sessions of
// challenges.
func FuzzSession(f *testing.F) {
	s, other := testService(f, 1), testService(f, 2)
	good, err := s.sealed(testPool, testState())
	if err != nil {
		f.Fatal(err)
	}
	foreign, err := other.sealed(testPool, testState())
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{good, foreign, good[:len(good)-4], "", "====", base64.StdEncoding.EncodeToString([]byte{255, 255, 255})} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, poolNo, err := s.opened(text, time.UnixMilli(1_800_000_000_000))
		switch {
		case err != nil && text == good:
			t.Fatalf("the session that was made is refused: %v", err)
		case err != nil && userpool.KindOf(err) != userpool.NotAuthorized:
			t.Fatalf("%q: %v", text, err)
		case err == nil && (poolNo != 7 || !reflect.DeepEqual(c, testState())): // another process of the fuzzer made it, with the same key
			t.Fatalf("%q is read as %+v of pool %d", text, c, poolNo)
		}
	})
}

// TestSessionEnds: a challenge is accepted before its end, and not at its end.
func TestSessionEnds(t *testing.T) {
	s := testService(t, 1)
	text, err := s.sealed(testPool, testState())
	if err != nil {
		t.Fatal(err)
	}
	for ms, good := range map[int64]bool{1_999_999_999_999: true, 2_000_000_000_000: false, 2_000_000_000_001: false} {
		if _, _, err := s.opened(text, time.UnixMilli(ms)); (err == nil) != good {
			t.Errorf("at %d: %v", ms, err)
		}
	}
	if len(text) > 2048 {
		t.Errorf("the session has %d characters; the API takes 2,048", len(text))
	}
}

// FuzzRefreshToken: only texts that the server made are refresh tokens.
func FuzzRefreshToken(f *testing.F) {
	s := testService(f, 1)
	secret := bytes.Repeat([]byte{3}, refreshSecretSize)
	good := s.refreshText(SessionID{1, 2, 3}, secret)
	for _, text := range []string{good, testService(f, 2).refreshText(SessionID{1, 2, 3}, secret), good[1:], good + "A", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, got, ok := s.refreshToken(text)
		if made := text == good; ok && !made && base64Same(text, good) {
			return // another text of the same bytes: its last character has unused bits
		} else if ok != made {
			t.Fatalf("%q is taken: %t", text, ok)
		}
		if ok && (id != SessionID{1, 2, 3} || !bytes.Equal(got, secret)) {
			t.Fatalf("read as %v %x", id, got)
		}
	})
}

func base64Same(a, b string) bool {
	x, errX := base64.RawURLEncoding.DecodeString(a)
	y, errY := base64.RawURLEncoding.DecodeString(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// TestSimulatedSub: the sub of a name without a user looks like others of the pool, is the
// same each time, and depends on the name and the key.
func TestSimulatedSub(t *testing.T) {
	s := testService(t, 1)
	seen := map[string]bool{}
	for _, name := range []string{"ada", "bob", "eve"} {
		u := s.madeUp(testPool, name)
		if again := s.madeUp(testPool, name); again.Sub != u.Sub || seen[u.Sub] || u.Username != name {
			t.Errorf("%s is %+v", name, u)
		}
		seen[u.Sub] = true
		if other := testService(t, 2).madeUp(testPool, name); seen[other.Sub] {
			t.Error("the sub does not depend on the key")
		}
		if real := userpool.NewSub(); len(real) != len(u.Sub) || real[14] != u.Sub[14] || u.Sub > real {
			t.Errorf("%s does not look like %s", u.Sub, real)
		}
	}
	named := *testPool
	named.UsernameAttributes = []string{"email"}
	if u := s.madeUp(&named, "ada@example.com"); u.Username != u.Sub {
		t.Errorf("in a pool with username attributes the username is %s", u.Username)
	}
	aliases := *testPool
	aliases.AliasAttributes, aliases.CaseInsensitive = []string{"email", "phone_number"}, true
	for _, name := range []string{"Ada@Example.com", "+15555550100"} {
		if u := s.madeUp(&aliases, name); u.Username != u.Sub {
			t.Errorf("in a pool with aliases the username of %s is %s", name, u.Username)
		}
	}
	if u, folded := s.madeUp(&aliases, "Ada"), s.madeUp(&aliases, "ada"); u.Username != folded.Username || u.Sub != folded.Sub {
		t.Errorf("one user is %+v and %+v", u, folded)
	}
}

// TestLockedOut checks the durations of the lockout.
func TestLockedOut(t *testing.T) {
	for failures, want := range map[int]time.Duration{0: 0, 4: 0, 5: time.Second, 6: 2 * time.Second, 10: 32 * time.Second, 14: 512 * time.Second, 15: 15 * time.Minute, 1000: 15 * time.Minute} {
		if got := locked(failures); got != want {
			t.Errorf("after %d failures %v, want %v", failures, got, want)
		}
	}
}

// TestTurns: one check at a time runs for a subject, in the order of arrival.
func TestTurns(t *testing.T) {
	var turns turns
	var inside, most int
	counted := make(chan struct{}, 1)
	counted <- struct{}{}
	done := make(chan error, 20)
	for range 20 {
		go func() {
			leave, err := turns.take(t.Context(), Subject{1})
			if err == nil {
				<-counted
				inside++
				most = max(most, inside)
				counted <- struct{}{}
				<-counted
				inside--
				counted <- struct{}{}
				leave()
			}
			done <- err
		}()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most != 1 || len(turns.taken) != 0 {
		t.Errorf("%d at a time, %d turns are left", most, len(turns.taken))
	}
}

// TestSecretHash compares with the value of another implementation (alexrudd/cognito-srp's
// test).
func TestSecretHash(t *testing.T) {
	if got := SecretHash("clientSecret", "test", "123abd"); got != "LoIX/oPJWZzFYv8liJYRo+CHv16FNDY10JlZEDjL3Vg=" {
		t.Errorf("the secret hash is %s", got)
	}
}

// TestSums: a MAC is for one use, and no text can be moved from one to another.
func TestSums(t *testing.T) {
	s := testService(t, 1)
	seen := map[[sha256.Size]byte]string{}
	for name, sum := range map[string][]byte{"a": s.sum("use", "ab", "c"), "b": s.sum("use", "a", "bc"), "c": s.sum("uses", "ab", "c"), "d": s.sum("use", "ab", "c", "")} {
		if other, ok := seen[[sha256.Size]byte(sum)]; ok {
			t.Errorf("%s and %s have the same MAC", name, other)
		}
		seen[[sha256.Size]byte(sum)] = name
	}
}
