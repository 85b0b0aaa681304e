package exchange

import (
	"fmt"
	"strings"
	"testing"
)

func TestDetail(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""}, {"the value is missing (at character 9)", "the value is missing (at character 9)"},
		{"a\r\nSet-Cookie: b\tc\x00é", "a  Set-Cookie: b c??"}, {strings.Repeat("x", 2000), strings.Repeat("x", maxHeader-3) + "..."},
	} {
		x, w, log := begun("")
		x.Detail(tt.text)
		x.End(t.Context(), End{Operation: "Do", Error: "Wrong", Status: 400})
		if got := w.Header().Get("x-poolhouse-detail"); got != tt.want {
			t.Errorf("%q: the header is %q, want %q", tt.text, got, tt.want)
		}
		if strings.Contains(log.String(), "detail=") != (tt.want != "") || !strings.Contains(log.String(), tt.want) {
			t.Errorf("%q: logged %s", tt.text, log)
		}
	}
}

func TestHeaderText(t *testing.T) {
	cases := map[string]string{"plain": "plain", "a\r\nb: c": "a  b: c", "é\x00\x7f": "???", "tab\t": "tab "}
	for in, want := range cases {
		if got := HeaderText(in); got != want {
			t.Errorf("HeaderText(%q) = %q, want %q", in, got, want)
		}
	}
	if got := HeaderText(strings.Repeat("x", 5000)); len(got) != maxHeader || !strings.HasSuffix(got, "...") {
		t.Errorf("a long message has %d bytes in a header", len(got))
	}
}

// TestHint: a hint is on the log line and not in the answer.
func TestHint(t *testing.T) {
	x, w, log := begun("")
	x.Hint("the host\nof a proxy")
	x.End(t.Context(), End{Operation: "Do", Error: "Wrong", Status: 400})
	if !strings.Contains(log.String(), `hint="the host of a proxy"`) || strings.Contains(fmt.Sprint(w.Header()), "proxy") {
		t.Errorf("the header is %v; logged %s", w.Header(), log)
	}
}
