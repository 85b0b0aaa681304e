package userpool

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzReadClient: a document of an app client that was read is written and read again
// unchanged.
func FuzzReadClient(f *testing.F) {
	f.Add(`{"version":1,"id":"a","name":"web","settings":{"authSessionMinutes":3}}`)
	f.Add(`{"version":2}`)
	f.Add(`{"version":1,"settings":{"callbackURLs":[null],"unknown":1}}`)
	f.Fuzz(func(t *testing.T, document string) {
		c, err := ReadClient("us-east-1_a", "a", document)
		if err != nil {
			return
		}
		text, err := c.Document()
		if err != nil { // a time with a year that cannot be written
			return
		}
		again, err := ReadClient("us-east-1_a", "a", text)
		if err != nil {
			t.Fatalf("%q is kept as %q, and that is not read: %v", document, text, err)
		}
		if once, err := again.Document(); err != nil || once != text {
			t.Fatalf("%q is kept as %q, then as %q: %v", document, text, once, err)
		}
	})
}

// FuzzContact: an accepted email address or phone number is bounded in length. It has no
// character with a meaning to a terminal, a mail header or a shell.
func FuzzContact(f *testing.F) {
	for _, text := range []string{"zoe@example.com", "a@b@c.d", ".a@b.c", "é@exämple.com", "a@-b.c", "a\n@b.c", "\u202ea@b.c", "+14325551212", "+0123", "0049", "1.43E+10", "+"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "\uFFFD") // every caller does this, or refuses
		if ValidPhone(text) && (len(text) > 16 || text[0] != '+' || strings.Trim(text[1:], "0123456789") != "") {
			t.Errorf("%q is a phone number", text)
		}
		if !ValidEmail(text) {
			return
		}
		bad := func(r rune) bool {
			return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`()<>[]:;,\"`, r)
		}
		if len(text) > 254 || strings.ContainsFunc(text, bad) || strings.Count(text, "@") != 1 {
			t.Errorf("%q is an email address", text)
		}
	})
}

// FuzzUsername: an accepted username is bounded, and has only printable characters.
func FuzzUsername(f *testing.F) {
	for _, name := range []string{"zoe", "", "a b", "\x00", "é", "e\u0301", "\u202e", strings.Repeat("x", 129), "zoe@example.com", "\xff"} {
		f.Add(name, uint8(len(name)))
	}
	f.Fuzz(func(t *testing.T, name string, kind uint8) {
		p := &UserPool{ID: "us-east-1_a", Schema: StandardSchema(), CaseInsensitive: kind&1 > 0}
		if kind&2 > 0 {
			p.UsernameAttributes = []string{"email", "phone_number"}
		} else if kind&4 > 0 {
			p.AliasAttributes = []string{"email", "phone_number"}
		}
		name = strings.ToValidUTF8(name, "\uFFFD") // every caller does this, or refuses
		if err := p.CheckUsername(name); err != nil {
			if KindOf(err) != InvalidParameter {
				t.Errorf("%q: %v", name, err)
			}
			return
		}
		if name == "" || utf8.RuneCountInString(name) > MaxUsernameLength || strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsFunc(name, unicode.IsSpace) {
			t.Errorf("%q is taken", name)
		}
	})
}

// FuzzRegionOf: the region of a pool's id precedes the underscore.
func FuzzRegionOf(f *testing.F) {
	for _, id := range []string{"us-east-1_AbC", "_", "", "us-east-1", "a_b_c"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if region := RegionOf(id); region != "" && !strings.HasPrefix(id, region+"_") {
			t.Errorf("%q is of the region %q", id, region)
		}
	})
}
