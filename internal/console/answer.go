package console

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"

	"poolhouse/internal/console/session"
)

// answer returns the handler of an action. It identifies the caller, redirects callers
// without a session to the sign-in page, and renders the page that the action returns.
func (c *Console) answer(a action) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = c.bounded(w, r, a)
		ctx := r.Context()
		v, reason, err := c.visitOf(ctx, r, c.resume(a))
		if err != nil {
			c.write(w, v, v.failed(ctx, err))
			return
		}
		v.action = a
		if v.signedIn() && c.Places != nil {
			c.Places.MarkVerified(r)
		}
		if reason != isNew {
			http.SetCookie(w, v.forget(cookieSession))
		}
		if !v.signedIn() && !a.open {
			c.toSignIn(w, v, a, reason)
			return
		}
		c.write(w, v, v.carryOut(ctx, a))
	})
}

// resume returns the function that finds the session for an action.
func (c *Console) resume(a action) func(context.Context, session.Token) (*session.Session, error) {
	if a.live {
		return c.Sessions.Peek
	}
	return c.Sessions.Resume
}

// carryOut returns the action's page for the request.
func (v *visit) carryOut(ctx context.Context, a action) *page {
	handle := a.show
	switch v.r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPost:
		handle = a.act
	default:
		handle = nil
	}
	if handle == nil {
		return v.failure(http.StatusMethodNotAllowed, "")
	}
	if v.r.Method == http.MethodPost && !a.streams {
		if err := v.r.ParseForm(); err != nil {
			return v.unreadable(err)
		}
	}
	if !utf8.ValidString(v.r.URL.Path) || !isText(v.r.URL.Query()) || !isText(v.r.PostForm) {
		return v.unreadable(errText)
	}
	if sealed := v.r.PostForm.Get(fieldTyped); sealed != "" && a.isForm() {
		handle = func(ctx context.Context, v *visit) (*page, error) { return v.again(ctx, a, sealed) }
	}
	p, err := handle(ctx, v)
	if err != nil {
		return v.withTyped(a, v.failed(ctx, err))
	}
	return p
}

// errText means that a request is not UTF-8. The API takes only UTF-8 texts.
var errText = errors.New("console: the request is not UTF-8")

// isText reports whether all names and values of a form are UTF-8.
func isText(form url.Values) bool {
	for name, values := range form {
		if !utf8.ValidString(name) || slices.ContainsFunc(values, func(value string) bool { return !utf8.ValidString(value) }) {
			return false
		}
	}
	return true
}

// withTyped adds to a failure page a way back to the form, with the text that was typed.
func (v *visit) withTyped(a action, p *page) *page {
	d, ok := p.Data.(*failureData)
	if ok && v.r.Method == http.MethodPost && a.isForm() && p.status != http.StatusNotFound {
		d.Form = v.r.URL.EscapedPath()
		d.Typed = v.seal(v.owner(), d.Form, v.r.PostForm)
	}
	return p
}

func (v *visit) unreadable(err error) *page {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return v.failure(http.StatusRequestEntityTooLarge, "")
	}
	return v.failure(http.StatusBadRequest, "")
}

// fromScript reports whether a script made the request. A script keeps what was typed
// itself.
func (v *visit) fromScript() bool {
	accept := v.r.Header.Get("Accept")
	return v.r.Header.Get("HX-Request") != "" || accept == "text/event-stream" || accept == scriptAccepts
}

// toSignIn redirects a browser to the sign-in page. After signing in, the browser returns
// to the action's page with the text that was typed. A script gets a status instead, and
// keeps what it shows.
func (c *Console) toSignIn(w http.ResponseWriter, v *visit, a action, reason why) {
	next := v.pageOf(a)
	if typed := v.typedBefore(a); typed != "" {
		c.write(w, v, newSignInForm(v).toGoOn(v, reason, next, typed))
		return
	}
	query := url.Values{}
	if reason != isNew {
		query.Set("why", string(reason))
	}
	if v.r.Method == http.MethodGet && v.r.URL.RawQuery != "" && a.of == "" {
		next += "?" + v.r.URL.RawQuery
	}
	if next != Root && next != pathTo("pools") {
		query.Set("next", next)
	}
	to := pathTo("sign-in")
	if len(query) > 0 {
		to += "?" + query.Encode()
	}
	if v.fromScript() {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(w, v.r, to, http.StatusSeeOther)
}

// write writes an answer.
func (c *Console) write(w http.ResponseWriter, v *visit, p *page) {
	for _, cookie := range p.cookies {
		http.SetCookie(w, cookie)
	}
	if p.redirect != "" {
		if p.flash != nil {
			http.SetCookie(w, v.flashCookie(p.flash))
		}
		http.Redirect(w, v.r, p.redirect, http.StatusSeeOther)
		return
	}
	if f := p.file; f != nil {
		w.Header().Set("Content-Type", f.Media)
		w.Header().Set("Content-Disposition", `attachment; filename="`+f.Name+`"`)
		c.send(w, v, p.httpStatus(), f.Body)
		return
	}
	if p.download != nil {
		c.sendDownload(w, v, p.download)
		return
	}
	if p.fragment != "" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		c.send(w, v, p.httpStatus(), []byte(p.fragment))
		return
	}
	if p.stream != nil {
		if v.r.Method == http.MethodHead {
			return
		}
		if c.Places != nil {
			c.Places.MarkLongLived(v.r)
		}
		p.stream(w)
		return
	}
	shown := v.takeFlash(w)
	if p.says != nil {
		shown = p.says
	}
	var body bytes.Buffer
	if err := c.pages.render(&body, &frame{page: p, Visit: v, Flash: shown}); err != nil {
		c.Log.ErrorContext(v.r.Context(), "console page could not be rendered", "page", p.Template, "error", err)
		http.Error(w, "This page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.send(w, v, p.httpStatus(), body.Bytes())
}

// send sends a body, compressed if the client accepts that. It first waits for room to hold
// the body until it is sent.
func (c *Console) send(w http.ResponseWriter, v *visit, status int, body []byte) {
	sent := body
	var zipped []byte
	if takesGzip(v.r) {
		if zipped = c.zipper.smaller(body); zipped != nil {
			sent = zipped
		}
	}
	if c.Room != nil {
		release, err := c.Room(v.r.Context(), w, len(sent), v.signedIn())
		if err != nil {
			w.Header().Del("Content-Disposition")
			w.Header().Set("Retry-After", "1")
			http.Error(w, "The server has no room for this page now. Load it again in a moment.", http.StatusServiceUnavailable)
			return
		}
		defer release()
	}
	write(w, v.r, status, body, zipped)
}

// newID returns an ID for an answer about a failure.
func newID() string { return uuid.NewString() }
