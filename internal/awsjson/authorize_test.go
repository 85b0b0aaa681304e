package awsjson

import (
	"context"
	"errors"
	"strings"
	"testing"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
)

// TestAuthorize: permission is checked after the constraints and before the handler.
// Authorize gets the same caller and input as the handler.
func TestAuthorize(t *testing.T) {
	h := newHarness(t)
	handled := 0
	var asked any
	h.get = func(_ context.Context, in *testInput) (*testOutput, error) {
		if handled++; !h.call.From.IsRoot() || any(in) != asked {
			t.Error("the handler lacks the caller, or has another input than Authorize")
		}
		return nil, nil
	}
	var refusal error
	h.authorize = func(_ context.Context, from access.Request, op apicore.OperationInfo, input any) error {
		if asked = input; op.Name != "Get" || !from.IsRoot() {
			t.Errorf("Authorize is asked about %s, or lacks the caller", op.Name)
		}
		return refusal
	}
	expect := func(body string, refuse error, status, calls int, text string) {
		t.Helper()
		refusal, handled = refuse, 0
		answer, got := h.send(t, h.request(t, body))
		if answer.StatusCode != status || handled != calls || !strings.Contains(got, text) {
			t.Errorf("%v: %d %s, handled %d times", refuse, answer.StatusCode, got, handled)
		}
	}
	expect("{"+pool+"}", nil, 200, 1, "{}")
	expect("{"+pool+"}", &apicore.Error{Name: "AccessDeniedException", Message: "No."}, 400, 0, `{"__type":"AccessDeniedException","message":"No."}`)
	expect("{"+pool+"}", errors.New("broken"), 500, 0, "InternalErrorException")
	asked = nil
	if expect("[]", nil, 400, 0, "Exception"); asked != nil {
		t.Error("Authorize is asked about an input that breaks a constraint")
	}
}

// TestAuthorizeUnsigned: Authorize is not called for an operation that needs no
// signature.
func TestAuthorizeUnsigned(t *testing.T) {
	h := newHarness(t)
	h.authorize = func(context.Context, access.Request, apicore.OperationInfo, any) error { return errors.New("asked") }
	r := h.request(t, "{"+pool+"}")
	r.Header.Set("X-Amz-Target", "Service.SignUp")
	if answer, body := h.send(t, r); answer.StatusCode != 200 {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}

// TestWithoutAuthorize: without Options.Authorize, a dispatcher denies every call that
// must be signed.
func TestWithoutAuthorize(t *testing.T) {
	h := newHarness(t, func(o *dispatch.Options, _ *dispatch.Service) { o.Authorize = nil })
	if answer, body := h.send(t, h.request(t, "{"+pool+"}")); answer.StatusCode != 500 || !strings.Contains(h.log(), "Options.Authorize must be set") {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}
