package userrow

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/userpool"
)

// TestCredentialGolden reads what the first version wrote, and writes the same bytes.
func TestCredentialGolden(t *testing.T) {
	hash := userpool.Credential{Scheme: "BCRYPT", Secret: "$2a$10$abc"}
	temporary := userpool.Credential{Scheme: "SRP", Secret: "verifier", Expires: time.UnixMilli(1_700_000_000_123).UTC()}
	for name, want := range map[string]userpool.Credential{"credential-1.hex": hash, "credential-1-temporary.hex": temporary} {
		data := golden(t, name)
		if got := AppendCredential(nil, want); !bytes.Equal(got, data) {
			t.Errorf("%s: written %x, not %x", name, got, data)
		}
		if got, err := Credential(data); err != nil || got != want {
			t.Errorf("%s: read %+v, %v", name, got, err)
		}
	}
}

func TestCredentialsAreReadBack(t *testing.T) {
	for _, want := range []userpool.Credential{
		{}, {Scheme: "SRP"}, {Secret: "secret"}, {Expires: time.UnixMilli(1).UTC()},
		{Scheme: strings.Repeat("x", 300), Secret: "\x00\xff", Expires: time.UnixMilli(253_402_300_799_999).UTC()},
	} {
		data := AppendCredential(nil, want)
		if got, err := Credential(data); err != nil || got != want {
			t.Errorf("%+v is read back as %+v, %v", want, got, err)
		}
		if (len(data) == 0) != (want == userpool.Credential{}) {
			t.Errorf("%+v has %d bytes", want, len(data))
		}
	}
}

func TestCredentialRefused(t *testing.T) {
	for data, want := range map[string]string{
		"\x02":        "the version is 2",
		"\x01":        "the scheme is cut off",
		"\x01\x03SR":  "the scheme has 3 bytes, and 2 are left",
		"\x01\x03SRP": "the end is cut off",
		"\x01\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01": "more than 63 bits",
	} {
		if got, err := Credential([]byte(data)); err == nil || !strings.Contains(err.Error(), want) || got != (userpool.Credential{}) {
			t.Errorf("%q: read %+v, %v; want %q", data, got, err, want)
		}
	}
}

func FuzzCredential(f *testing.F) {
	f.Add(AppendCredential(nil, userpool.Credential{Scheme: "BCRYPT", Secret: "$2a$", Expires: time.UnixMilli(5)}))
	f.Add([]byte{1, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := Credential(data)
		if err != nil {
			return
		}
		if again, err := Credential(AppendCredential(nil, read)); err != nil || again != read {
			t.Errorf("%+v is read back as %+v, %v", read, again, err)
		}
	})
}

// TestStatusNumbers: the numbers of stored rows never change.
func TestStatusNumbers(t *testing.T) {
	want := map[userpool.UserStatus]int{"ARCHIVED": 10, "COMPROMISED": 20, "CONFIRMED": 30, "EXTERNAL_PROVIDER": 40,
		"FORCE_CHANGE_PASSWORD": 50, "RESET_REQUIRED": 60, "UNCONFIRMED": 70, "UNKNOWN": 80}
	for status, number := range want {
		if got, err := StatusNumber(status); err != nil || got != number {
			t.Errorf("%s has number %d, %v", status, got, err)
		}
		if got, err := Status(number); err != nil || got != status {
			t.Errorf("number %d is %s, %v", number, got, err)
		}
	}
	if len(statuses)-1 != len(want) || !slices.IsSorted(statuses[:]) {
		t.Errorf("the statuses are %q", statuses)
	}
	for _, status := range []userpool.UserStatus{"", "confirmed"} {
		if got, err := StatusNumber(status); err == nil {
			t.Errorf("%q has number %d", status, got)
		}
	}
	for _, number := range []int{-10, 0, 5, 31, 90} {
		if got, err := Status(number); err == nil {
			t.Errorf("number %d is %s", number, got)
		}
	}
}

// TestStatusRange: the range of a prefix contains exactly the statuses with that prefix.
func TestStatusRange(t *testing.T) {
	for _, prefix := range []string{"", "C", "CO", "CONF", "CONFIRMED", "CONFIRMED ", "U", "UN", "UNK", "R", "X", "confirmed"} {
		least, greatest, ok := StatusRange(prefix)
		found := false
		for i, s := range statuses[1:] {
			number, begins := (i+1)*statusStep, strings.HasPrefix(string(s), prefix)
			if in := ok && least <= number && number <= greatest; in != begins {
				t.Errorf("%q: %s is in it: %v", prefix, s, in)
			}
			found = found || begins
		}
		if ok != found {
			t.Errorf("%q: %d to %d, %v", prefix, least, greatest, ok)
		}
	}
}

func TestSub(t *testing.T) {
	const text = "0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
	sub, ok := ParseSub(text)
	want := Sub{0x01, 0x99, 0xa1, 0xb2, 0xc3, 0xd4, 0x7e, 0x5f, 0x8a, 0x9b, 0x0c, 0x1d, 0x2e, 0x3f, 0x4a, 0x5b}
	if !ok || sub != want || sub.String() != text {
		t.Errorf("%x, %v, %s", sub, ok, sub)
	}
	for range 10 {
		if text := userpool.NewSub(); mustSub(t, text).String() != text {
			t.Errorf("%s is read back as %s", text, mustSub(t, text))
		}
	}
	for _, text := range []string{"", "0", strings.ToUpper(text), text[1:], text + "0", strings.ReplaceAll(text, "-", "0"),
		"{" + text + "}", "0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5g", "0199a1b20c3d4-7e5f-8a9b-0c1d2e3f4a5b"} {
		if sub, ok := ParseSub(text); ok {
			t.Errorf("%q is sub %s", text, sub)
		}
	}
}

func mustSub(t *testing.T, text string) Sub {
	t.Helper()
	sub, ok := ParseSub(text)
	if !ok {
		t.Fatalf("%s is no sub", text)
	}
	return sub
}

// TestSubRange compares each range with the subs as texts.
func TestSubRange(t *testing.T) {
	subs := []string{"00000000-0000-0000-0000-000000000000", "0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "0199a1b2-c3d5-7e5f-8a9b-0c1d2e3f4a5b",
		"0199a1c0-0000-7000-8000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"}
	prefixes := []string{"", "f", "-", "g", "0199A", "0199a1b2c", "0199a1b2--", subs[1] + "0"}
	for _, sub := range subs {
		for i := range sub {
			prefixes = append(prefixes, sub[:i+1])
		}
	}
	for _, prefix := range prefixes {
		least, greatest, ok := SubRange(prefix)
		for _, text := range subs {
			sub := mustSub(t, text)
			in := ok && bytes.Compare(least[:], sub[:]) <= 0 && bytes.Compare(sub[:], greatest[:]) <= 0
			if in != strings.HasPrefix(text, prefix) {
				t.Errorf("%q: %s is in its range: %v", prefix, text, in)
			}
		}
	}
}

func FuzzSubRange(f *testing.F) {
	f.Add("0199a1b2-c3d4", "0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")
	f.Fuzz(func(t *testing.T, prefix, text string) {
		sub, ok := ParseSub(text)
		if ok && sub.String() != text {
			t.Errorf("%q is read back as %s", text, sub)
		}
		least, greatest, some := SubRange(prefix)
		in := some && bytes.Compare(least[:], sub[:]) <= 0 && bytes.Compare(sub[:], greatest[:]) <= 0
		if ok && in != strings.HasPrefix(text, prefix) {
			t.Errorf("%q: %s is in its range: %v", prefix, text, in)
		}
	})
}
