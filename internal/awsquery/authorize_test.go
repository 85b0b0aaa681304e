package awsquery

import (
	"context"
	"strings"
	"testing"

	"poolhouse/internal/apicore"
	"poolhouse/internal/exchange"
)

// TestAuthorize shows that permission is asked for between the constraints and
// the handler, with the caller and the input that the handler will get.
func TestAuthorize(t *testing.T) {
	h := newHarness(t)
	handled := 0
	var asked any
	h.do = func(ctx context.Context, in *thing) (*thing, error) {
		if handled++; ctx.Value(callerKey{}) != "root" || any(in) != asked {
			t.Error("the handler lacks the caller, or has another input than Authorize")
		}
		return in, nil
	}
	var refusal error
	h.authorize = func(ctx context.Context, op apicore.OperationInfo, input any) error {
		if asked = input; op.API.Service != "test" || op.Name != "Do" || ctx.Value(callerKey{}) != "root" || exchange.RequestID(ctx) == "" {
			t.Errorf("Authorize is asked about %s, or lacks the caller or the id", op.Name)
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

// TestNobodyAuthorizes shows that a router that was not told who may do what
// allows nothing.
func TestNobodyAuthorizes(t *testing.T) {
	h := newHarness(t)
	h.router.options.Authorize = nil
	if answer, body := h.post(doForm + "Name=jane"); answer.StatusCode != 500 {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}
