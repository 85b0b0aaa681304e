package awsquery

import (
	"context"
	"strings"
	"testing"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
)

// TestAuthorize shows that permission is asked for between the constraints and
// the handler, with the caller and the input that the handler will get.
func TestAuthorize(t *testing.T) {
	h := newHarness(t)
	handled := 0
	var asked any
	h.do = func(_ context.Context, in *thing) (*thing, error) {
		if handled++; !h.call.From.IsRoot() || any(in) != asked {
			t.Error("the handler lacks the caller, or has another input than Authorize")
		}
		return in, nil
	}
	var refusal error
	h.authorize = func(_ context.Context, from access.Request, op apicore.OperationInfo, input any) error {
		if asked = input; op.API.Service != "test" || op.Name != "Do" || !from.IsRoot() {
			t.Errorf("Authorize is asked about %s, or lacks the caller", op.Name)
		}
		return refusal
	}
	expect := func(form string, refuse error, status, calls int, text string) {
		t.Helper()
		refusal, handled = refuse, 0
		answer, got := h.post(form)
		if answer.StatusCode != status || handled != calls || !strings.Contains(got, text) {
			t.Errorf("%v: %d %s, handled %d times", refuse, answer.StatusCode, got, handled)
		}
	}
	expect(doForm+"Name=jane", nil, 200, 1, "<Name>jane</Name>")
	expect(doForm+"Name=jane", &apicore.Error{Name: "AccessDenied", Message: "No."}, 403, 0, "<Code>AccessDenied</Code><Message>No.</Message>")
	asked = nil
	if expect(doForm, nil, 400, 0, "ValidationError"); asked != nil {
		t.Error("Authorize is asked about an input that breaks a constraint")
	}
}

// TestNobodyAuthorizes shows that a dispatcher that was not told who may do what
// allows nothing.
func TestNobodyAuthorizes(t *testing.T) {
	h := newHarness(t, func(o *dispatch.Options, _ *dispatch.Service) { o.Authorize = nil })
	if answer, body := h.post(doForm + "Name=jane"); answer.StatusCode != 500 {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}
