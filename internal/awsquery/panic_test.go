package awsquery

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"poolhouse/internal/apicore"
)

// TestPanicsOfHooks: what panics around a handler ends as a panic of the handler
// does.
func TestPanicsOfHooks(t *testing.T) {
	assign := func(to map[string]int) { to["x"] = 1 }
	broken := func() { assign(nil) }
	for name, break_ := range map[string]func(*harness){
		"authenticate": func(h *harness) {
			h.router.options.Authenticate = func(*http.Request, []byte, string) (context.Context, error) { broken(); return nil, nil }
		},
		"authorize": func(h *harness) {
			h.authorize = func(context.Context, apicore.OperationInfo, any) error { broken(); return nil }
		},
		"the error's word": func(h *harness) {
			h.do = func(context.Context, *thing) (*thing, error) { return nil, errGone }
			h.router.options.ErrorOf = func(error) *apicore.Error { broken(); return nil }
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			break_(h)
			answer, body := h.post(doForm + "Name=a")
			if answer.StatusCode != http.StatusInternalServerError || !strings.Contains(body, "<Code>InternalFailure</Code><Message>Internal error.</Message>") {
				t.Errorf("%d %s", answer.StatusCode, body)
			}
			for _, want := range []string{"assignment to entry in nil map", "panic_test.go", "msg=request", "status=500"} {
				if !strings.Contains(h.logged.String(), want) {
					t.Errorf("%s is not in %s", want, &h.logged)
				}
			}
			if len(h.ended) != 1 || !strings.Contains(h.ended[0], "Do InternalFailure 500") {
				t.Errorf("told of %v", h.ended)
			}
		})
	}
}
