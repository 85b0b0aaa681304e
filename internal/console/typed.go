package console

import (
	"context"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"poolhouse/internal/pagetoken"
)

// What was typed in a form is kept when it could not be acted on: the session had
// ended, or the act failed. The browser gets it back in a field of the page that
// tells so, sealed, and the form is shown again with it. It opens only for who typed
// it, and only for the path that it was sent to. Nothing of it is on the server.

// fieldTyped is the field in which what was typed comes back.
const fieldTyped = "typed"

// notKept are the fields that do not come back: secrets, buttons, and what comes back
// itself.
var notKept = []string{"password", "do", fieldTyped}

// mostTyped is how large that may be, in bytes: with it, the form for signing in is
// below [maxForm].
const mostTyped = maxForm / 2

// isForm reports whether an action is a form that can be shown again.
func (a action) isForm() bool { return a.show != nil && a.act != nil && !a.open && a.path != "" }

// owner returns what stands for who is signed in where typed text is bound to them.
func (v *visit) owner() string {
	return base64.RawURLEncoding.EncodeToString(v.Seals.Tag(pagetoken.List{"console owner"}, v.who.UserID))
}

// listOf binds what was typed to who typed it, and to a path.
func listOf(owner, path string) pagetoken.List {
	return pagetoken.List{"console typed", owner, path}
}

// seal returns what was sent to the form at a path, sealed for its owner; "" for
// nothing.
func (v *visit) seal(owner, path string, sent url.Values) string {
	kept := maps.Clone(sent)
	maps.DeleteFunc(kept, func(name string, _ []string) bool { return slices.Contains(notKept, name) })
	text := kept.Encode()
	if len(kept) == 0 || len(text) > mostTyped {
		return ""
	}
	return v.Seals.Seal(listOf(owner, path), text)
}

// opened returns what was typed for a path by who is signed in.
func (v *visit) opened(sealed, path string) (url.Values, bool) {
	text, err := v.Seals.Open(listOf(v.owner(), path), sealed)
	if err != nil {
		return nil, false
	}
	typed, err := url.ParseQuery(text)
	return typed, err == nil
}

// typedBefore returns the fields that a browser sent whose session has ended, sealed
// for its owner; "" where there is nothing to keep, or the browser does not tell
// whose session it was.
func (v *visit) typedBefore(a action) string {
	owner := valueOf(v.r, cookieOwner)
	if owner == "" || v.r.Method != http.MethodPost || v.fromScript() {
		return ""
	}
	switch {
	case a.streams:
		return v.seal(owner, v.pageOf(a), v.typedBeside())
	case !a.isForm() || v.r.ParseForm() != nil:
		return ""
	}
	return v.seal(owner, v.pageOf(a), v.r.PostForm)
}

// again shows a form with what was typed before, and does nothing else. What does not
// open leads to the form as it is at first.
func (v *visit) again(ctx context.Context, a action, sealed string) (*page, error) {
	path := v.r.URL.EscapedPath()
	typed, ok := v.opened(sealed, path)
	if !ok {
		return &page{redirect: path}, nil
	}
	r := v.r.Clone(ctx)
	r.Method, r.Form, r.PostForm = http.MethodGet, typed, typed
	v.r, v.isAgain = r, true
	p, err := a.show(ctx, v)
	if err == nil && p.Template != "" {
		p.says = &flash{Kind: "info", Text: "What you typed is here again, but for passwords. Nothing was changed yet."}
	}
	return p, err
}

// goOnData is what the template go-on shows: a form that leads back to another one.
type goOnData struct{ Path, Typed string }

// goOn returns the page that leads a browser to the form in which something was
// typed. A script presses its button.
func goOn(path, typed string) *page {
	return &page{Template: "go-on", Title: "Go on", Bare: true, Data: &goOnData{path, typed}}
}

// pageOf returns the path of the page that an action belongs to.
func (v *visit) pageOf(a action) string {
	if a.of == "" {
		return v.r.URL.EscapedPath()
	}
	steps := strings.Split(strings.Trim(a.of, "/"), "/")
	for i, step := range steps {
		if name, ok := strings.CutPrefix(step, "{"); ok {
			steps[i] = v.r.PathValue(strings.TrimSuffix(name, "}"))
		}
	}
	return pathTo(steps...)
}
