package awsquery

import (
	"context"
	"net/http"
	"slices"
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

// TestWithoutAuthorize: without Options.Authorize, a dispatcher denies every call that
// must be signed.
func TestWithoutAuthorize(t *testing.T) {
	h := newHarness(t, func(o *dispatch.Options, _ *dispatch.Service) { o.Authorize = nil })
	if answer, body := h.post(doForm + "Name=jane"); answer.StatusCode != 500 {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}

// TestEnded: the end of every call is reported, with the caller if it was known by
// then.
func TestEnded(t *testing.T) {
	h := newHarness(t)
	for _, form := range []string{doForm + "Name=a", doForm, "Action=Soon&Version=2027-01-01", "Action=Do"} {
		h.post(form)
	}
	want := []string{
		"test Do  200 arn:aws:iam::123456789012:root",
		"test Do ValidationError 400 arn:aws:iam::123456789012:root",
		"later Soon MissingAuthenticationToken 403 ",
		"  NoSuchVersion 400 ",
	}
	if !slices.Equal(h.ended, want) {
		t.Errorf("told of %q, want %q", h.ended, want)
	}
}

// TestPanicsOfHooks: a panic in a hook ends like a panic of the handler.
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
			for _, want := range []string{"assignment to entry in nil map", "hooks_test.go", "msg=request", "status=500"} {
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
