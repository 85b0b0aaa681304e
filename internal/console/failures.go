package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"poolhouse/internal/apicore"
)

// failureData is the data of the template failure.
type failureData struct {
	Status    int
	RequestID string
	At        time.Time
	Said      string // message of the API, "" if there is none
	Statement string // policy statement that would allow the call, "" if there is none
	Back      crumb  // link that leads on
	// Form is the path of the form whose act failed, and Typed its text, sealed. Both are
	// "" if there is no form.
	Form, Typed string
}

// denials are the protocols' error names for a call that policies refuse.
var denials = []string{"AccessDeniedException", "AccessDenied"}

// missing are the error names for a resource that does not exist.
var missing = []string{"ResourceNotFoundException", "NoSuchEntity", "UserNotFoundException"}

// named reports whether an API error has one of some names.
func named(err error, names []string) bool {
	e, ok := errors.AsType[*apicore.Error](err)
	if !ok {
		return false
	}
	for _, name := range names {
		if e.Name == name {
			return true
		}
	}
	return false
}

// failed returns the page for an error.
func (v *visit) failed(ctx context.Context, err error) *page {
	e, ok := errors.AsType[*apicore.Error](err)
	switch {
	case !ok:
		p := v.failure(http.StatusInternalServerError, "")
		v.Log.ErrorContext(ctx, "console page failed", "requestId", p.Data.(*failureData).RequestID, "path", v.r.Pattern, "error", err)
		return p
	case named(err, denials):
		p := v.failure(http.StatusForbidden, e.Message)
		p.Data.(*failureData).Statement = statementFor(e.Message)
		return p
	case named(err, missing):
		return v.failure(http.StatusNotFound, "")
	case e.Status >= http.StatusInternalServerError:
		return v.failure(http.StatusInternalServerError, "")
	}
	return v.failure(http.StatusBadRequest, e.Message)
}

// refused adds to a form an API error that other input could avoid. It returns every other
// error.
func (f *form) refused(err error) error {
	e, ok := errors.AsType[*apicore.Error](err)
	if !ok || named(err, denials) || named(err, missing) || e.Status >= http.StatusInternalServerError {
		return err
	}
	f.wrong("", e.Message)
	return nil
}

// headings are the titles of error pages.
var headings = map[int]string{
	http.StatusBadRequest:            "The server refused this",
	http.StatusForbidden:             "Your key may not do this",
	http.StatusNotFound:              "Page not found",
	http.StatusMethodNotAllowed:      "This address does not accept this request",
	http.StatusRequestEntityTooLarge: "The request is too large",
	http.StatusServiceUnavailable:    "The server is busy with other files",
	http.StatusInternalServerError:   "This page could not be made",
}

// failure returns the page of a status. said is the API's message or "".
func (v *visit) failure(status int, said string) *page {
	d := &failureData{Status: status, RequestID: newID(), At: v.Now(), Said: said, Back: crumb{"Back to the user pools", pathTo("pools")}}
	p := &page{Template: "failure", Title: headings[status], status: status, Data: d, Bare: !v.signedIn()}
	if id := v.r.PathValue("pool"); id != "" && status != http.StatusNotFound {
		p.Pool = &poolHere{ID: id, Name: id}
		p.Crumbs = []crumb{p.Pool.crumb()}
		d.Back = crumb{"Back to the pool", pathTo("pools", id)}
	}
	return p
}

// statementFor returns the policy statement that would allow a refused call, or "" if the
// refusal does not name action and resource.
func statementFor(refusal string) string {
	_, rest, ok := strings.Cut(refusal, "is not authorized to perform: ")
	action, rest, ok2 := strings.Cut(rest, " on resource: ")
	resource, _, _ := strings.Cut(rest, " ")
	if !ok || !ok2 || strings.Contains(refusal, "explicit deny") || strings.ContainsAny(action+resource, `"\`) {
		return ""
	}
	return fmt.Sprintf("{ \"Effect\": \"Allow\",\n  \"Action\": %q,\n  \"Resource\": %q }", action, resource)
}

// nowhere answers addresses without a page.
func nowhere() action {
	show := func(_ context.Context, v *visit) (*page, error) {
		if v.r.URL.Path == Root {
			return &page{redirect: pathTo("pools")}, nil
		}
		return v.failure(http.StatusNotFound, ""), nil
	}
	return action{show: show, act: show}
}

// foreign answers requests sent by a page of another origin.
func foreign() action {
	refuse := func(_ context.Context, v *visit) (*page, error) {
		p := v.failure(http.StatusForbidden, "")
		p.Title = "This came from another site"
		return p, nil
	}
	return action{open: true, show: refuse, act: refuse}
}
