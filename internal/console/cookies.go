package console

import (
	"net/http"
	"net/url"

	"poolhouse/internal/console/session"
)

// The cookies of the console. No cookie is sent from another site, and no script can read
// one.
const (
	cookieSession = "poolhouse-session"
	cookieOwner   = "poolhouse-owner" // the owner of the session; it outlasts the session
	cookieFlash   = "poolhouse-flash"
	cookieTheme   = "poolhouse-theme"
	cookieZone    = "poolhouse-zone"
	cookieRegion  = "poolhouse-region"
)

// cookie returns a cookie that lasts the given seconds. 0 means until the browser ends.
func (v *visit) cookie(name, value string, seconds int) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: Root, MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: v.secure()}
}

// forget returns a cookie that deletes the named one.
func (v *visit) forget(name string) *http.Cookie { return v.cookie(name, "", -1) }

// tokenOf returns the session token of a request, "" if it has none.
func tokenOf(r *http.Request) session.Token {
	c, err := r.Cookie(cookieSession)
	if err != nil {
		return ""
	}
	return session.Token(c.Value)
}

// flashCookie returns the cookie that carries a flash to the next page.
func (v *visit) flashCookie(f *flash) *http.Cookie {
	const minute = 60
	return v.cookie(cookieFlash, url.Values{"kind": {f.Kind}, "text": {f.Text}, "name": {f.Name}, "path": {f.Path}, "link": {f.Link}}.Encode(), minute)
}

// takeFlash returns the request's flash and deletes its cookie. It returns nil for a
// malformed flash.
func (v *visit) takeFlash(w http.ResponseWriter) *flash {
	c, err := v.r.Cookie(cookieFlash)
	if err != nil {
		return nil
	}
	http.SetCookie(w, v.forget(cookieFlash))
	said, err := url.ParseQuery(c.Value)
	if err != nil {
		return nil
	}
	f := &flash{Kind: said.Get("kind"), Text: said.Get("text"), Name: said.Get("name"), Path: said.Get("path"), Link: said.Get("link")}
	if f.Path != "" {
		f.Path = inConsole(f.Path)
	}
	switch f.Kind {
	case "ok", "err", "warn", "info":
		return f
	}
	return nil
}
