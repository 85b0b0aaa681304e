package awsquery

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
)

// TestPanicsOfHooks: what panics around a handler ends as a panic of the handler
// does.
func TestPanicsOfHooks(t *testing.T) {
	assign := func(to map[string]int) { to["x"] = 1 }
	broken := func() { assign(nil) }
	for name, change := range map[string]func(*dispatch.Options, *dispatch.Service){
		"authenticate": func(o *dispatch.Options, _ *dispatch.Service) {
			o.Authenticate = func(*http.Request, []byte, string) (access.Request, error) { broken(); return access.Request{}, nil }
		},
		"authorize": func(o *dispatch.Options, _ *dispatch.Service) {
			o.Authorize = func(context.Context, access.Request, apicore.OperationInfo, any) (access.About, error) {
				broken()
				return access.About{}, nil
			}
		},
		"the error's word": func(o *dispatch.Options, s *dispatch.Service) {
			o.Authorize = func(context.Context, access.Request, apicore.OperationInfo, any) (access.About, error) {
				return access.About{}, errGone
			}
			s.ErrorOf = func(error) *apicore.Error { broken(); return nil }
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, change)
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
