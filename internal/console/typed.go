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

// The text of a form is kept if the form could not be acted on, because the session had
// ended or the act failed. The browser receives it sealed, in a field of the page that
// reports the failure, and the form is then shown again with it. The seal opens only for
// the person who submitted it and for the same path. The server stores nothing.

// fieldTyped is the field that carries the sealed text.
const fieldTyped = "typed"

// notKept are the fields that are not kept: secrets, buttons, and fieldTyped itself.
var notKept = []string{"password", "do", fieldTyped}

// mostTyped bounds the kept text, in bytes. With it, the sign-in form stays below
// [maxForm].
const mostTyped = maxForm / 2

// isForm reports whether an action is a form that can be shown again.
func (a action) isForm() bool { return a.show != nil && a.act != nil && !a.open && a.path != "" }

// owner returns the caller's identity for binding kept text.
func (v *visit) owner() string {
	return base64.RawURLEncoding.EncodeToString(v.Seals.Tag(pagetoken.List{"console owner"}, v.who.UserID))
}

// listOf returns the binding of kept text to its owner and path.
func listOf(owner, path string) pagetoken.List {
	return pagetoken.List{"console typed", owner, path}
}

// seal returns the fields submitted to a path, sealed for their owner; "" for none.
func (v *visit) seal(owner, path string, sent url.Values) string {
	kept := maps.Clone(sent)
	maps.DeleteFunc(kept, func(name string, _ []string) bool { return slices.Contains(notKept, name) })
	text := kept.Encode()
	if len(kept) == 0 || len(text) > mostTyped {
		return ""
	}
	return v.Seals.Seal(listOf(owner, path), text)
}

// opened returns the kept text of a path, if it belongs to the caller.
func (v *visit) opened(sealed, path string) (url.Values, bool) {
	text, err := v.Seals.Open(listOf(v.owner(), path), sealed)
	if err != nil {
		return nil, false
	}
	typed, err := url.ParseQuery(text)
	return typed, err == nil
}

// typedBefore returns the fields submitted after the session had ended, sealed for the
// session's owner. It returns "" if there is nothing to keep or the browser does not say
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

// again shows a form with kept text, and does not act on it. If the seal does not open, it
// shows the form with its defaults.
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
		p.says = &flash{Kind: "info", Text: "What you typed is here again, except passwords. Nothing was changed yet."}
	}
	return p, err
}

// goOnData is the data of the template go-on: a form that leads back to another one.
type goOnData struct{ Path, Typed string }

// goOn returns the page that sends a browser back to the form with its text. A script
// presses its button.
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
