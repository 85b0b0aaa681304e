package audit

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzEvent: for any names that clients choose, an event's texts are bounded, valid UTF-8 and
// without control characters. The hash changes when a byte moves from one text to the next.
func FuzzEvent(f *testing.F) {
	f.Add("aws-cli/2", "arn:aws:cognito-idp:us-east-1:000000000000:userpool/a", "pool=x")
	f.Add("\x1b[31m\r\nlevel=ERROR", "\xff\u202e", strings.Repeat("é", maxText))
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, agent, resource, details string) {
		e := Event{ID: "x", UserAgent: agent, Resource: resource, Details: details}.bounded()
		for _, text := range []string{e.UserAgent, e.Resource, e.Details} {
			if len(text) > maxText || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
				t.Fatalf("a text is kept as %q", text)
			}
		}
		if len(e.UserAgent) > maxUserAgent {
			t.Fatalf("the agent has %d bytes", len(e.UserAgent))
		}
		if again := e.bounded(); again != e {
			t.Fatalf("%+v is bounded to %+v", e, again)
		}
		if e.Resource != "" {
			moved := e
			moved.UserAgent, moved.Resource = e.UserAgent+e.Resource[:1], e.Resource[1:]
			if e.ComputeHash("") == moved.ComputeHash("") {
				t.Fatalf("%+v and %+v have one hash", e, moved)
			}
		}
		if e.ComputeHash("a") == e.ComputeHash("b") {
			t.Fatal("the hash before does not count")
		}
	})
}
