package awsjson

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"poolhouse/internal/apicore"
)

// TestPanicsOfHooks: what panics around a handler ends as a panic of the handler
// does: with an answer, a line, an error in the log, and told.
func TestPanicsOfHooks(t *testing.T) {
	assign := func(to map[string]int) { to["x"] = 1 }
	broken := func() { assign(nil) }
	for name, break_ := range map[string]func(*harness){
		"authenticate": func(h *harness) {
			h.router.options.Authenticate = func(*http.Request, []byte) (context.Context, error) { broken(); return nil, nil }
		},
		"authorize": func(h *harness) {
			h.authorize = func(context.Context, apicore.OperationInfo, any) error { broken(); return nil }
		},
		"the error's word": func(h *harness) {
			h.get = func(context.Context, *testInput) (*testOutput, error) { return nil, errNotFound }
			h.router.options.ErrorOf = func(error) *apicore.Error { broken(); return nil }
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			break_(h)
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

// TestAbortIsPassedOn: a handler that has its answer broken off leaves no line.
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
