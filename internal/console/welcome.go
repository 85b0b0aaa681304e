package console

import (
	"context"
	"net/http"
	"sync"
	"time"

	"poolhouse/internal/console/session"
)

// links are one-time addresses that sign in root from this machine. They are in the memory
// of the server that made them.
type links struct {
	mu   sync.Mutex
	ends map[session.ID]time.Time
}

// linkLasts is the lifetime of a link.
const linkLasts = time.Hour

// Link returns the path of a page that signs in root: once, from this machine only, within
// an hour.
func (c *Console) Link() string {
	token := session.NewToken()
	c.links.mu.Lock()
	defer c.links.mu.Unlock()
	if c.links.ends == nil {
		c.links.ends = map[session.ID]time.Time{}
	}
	c.links.ends[token.ID()] = c.Now().Add(linkLasts)
	return withQuery(pathTo("welcome"), "token", string(token))
}

// take uses up a link, and reports whether it was valid.
func (l *links) take(t session.Token, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	ends, ok := l.ends[t.ID()]
	delete(l.ends, t.ID())
	return ok && now.Before(ends)
}

func welcomeAction() action {
	return action{path: "/welcome", open: true, show: showWelcome, act: welcome}
}

// welcomeData is the data of the template welcome.
type welcomeData struct {
	Token string // "" if the link is invalid
}

// showWelcome shows a button that uses the link. A program that only prefetches the page
// does not use it up.
func showWelcome(_ context.Context, v *visit) (*page, error) {
	d := &welcomeData{Token: v.r.FormValue("token")}
	status := http.StatusOK
	if !v.caller.Local {
		d.Token, status = "", http.StatusForbidden
	}
	return &page{Template: "welcome", Title: "Open the console", Bare: true, Data: d, status: status}, nil
}

func welcome(ctx context.Context, v *visit) (*page, error) {
	if !v.caller.Local || !v.links.take(session.Token(v.r.PostFormValue("token")), v.Now()) {
		return &page{Template: "welcome", Title: "Open the console", Bare: true, Data: &welcomeData{}, status: http.StatusForbidden}, nil
	}
	token := session.NewToken()
	proof, who := v.Keys.ProveRoot([]byte(token))
	return v.enter(ctx, token, proof, who, pathTo("pools"))
}
