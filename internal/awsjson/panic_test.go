package awsjson

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
)

// TestPanicsOfHooks: a panic in a hook ends like a panic of the handler: with an
// answer, a line and an error in the log, and a report of the end.
func TestPanicsOfHooks(t *testing.T) {
	assign := func(to map[string]int) { to["x"] = 1 }
	broken := func() { assign(nil) }
	type change = func(*dispatch.Options, *dispatch.Service)
	for name, change := range map[string]change{
		"authenticate": func(o *dispatch.Options, _ *dispatch.Service) {
			o.Authenticate = func(*http.Request, []byte, string) (access.Request, error) { broken(); return access.Request{}, nil }
		},
		"the limit": func(o *dispatch.Options, _ *dispatch.Service) {
			o.Limit = func(context.Context, *dispatch.Call) error { broken(); return nil }
		},
		"authorize": func(o *dispatch.Options, _ *dispatch.Service) {
			o.Authorize = func(context.Context, access.Request, apicore.OperationInfo, any) (access.About, error) {
				broken()
				return access.About{}, nil
			}
		},
		"the error's word": func(o *dispatch.Options, s *dispatch.Service) {
			o.Authorize = func(context.Context, access.Request, apicore.OperationInfo, any) (access.About, error) {
				return access.About{}, errNotFound
			}
			s.ErrorOf = func(error) *apicore.Error { broken(); return nil }
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, change)
			answer, body := h.send(t, h.request(t, `{`+pool+`}`))
			if answer.StatusCode != http.StatusInternalServerError || body != `{"__type":"InternalErrorException","message":"Internal error."}` {
				t.Errorf("%d %s", answer.StatusCode, body)
			}
			log := h.log()
			for _, want := range []string{"assignment to entry in nil map", "panic_test.go", "msg=request", "status=500"} {
				if !strings.Contains(log, want) {
					t.Errorf("%s is not in %s", want, log)
				}
			}
			h.mu.Lock()
			defer h.mu.Unlock()
			if len(h.ended) != 1 || !strings.Contains(h.ended[0], "Get InternalErrorException 500") {
				t.Errorf("told of %v", h.ended)
			}
		})
	}
}

// TestAbortIsPassedOn: a handler that aborts its answer (http.ErrAbortHandler) leaves
// no line in the log.
func TestAbortIsPassedOn(t *testing.T) {
	h := newHarness(t)
	h.get = func(context.Context, *testInput) (*testOutput, error) { panic(http.ErrAbortHandler) }
	request := h.request(t, `{`+pool+`}`)
	if answer, err := h.Client().Do(request); err == nil {
		_ = answer.Body.Close()
		t.Errorf("answered with %s", answer.Status)
	}
	if log := h.log(); log != "" {
		t.Errorf("logged %s", log)
	}
}
