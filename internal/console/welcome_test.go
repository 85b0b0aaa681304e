package console

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/proxies"
)

// TestLink: a link signs in root once, from this machine, within an hour.
func TestLink(t *testing.T) {
	f := newFixture(t)
	tokenOf := func(link string) string { return link[strings.Index(link, "=")+1:] }

	link := f.console.Link()
	b := f.browser()
	for range 2 { // a GET does not use it up
		wants(t, b.get(link), http.StatusOK, "Open the console", tokenOf(link))
	}
	goesTo(t, b.post("/console/welcome", "token", tokenOf(link)), "/console/pools")
	wants(t, b.get("/console/pools"), http.StatusOK, rootARN)
	if got := f.changes(); len(got) != 1 || got[0] != rootARN+" SignIn" {
		t.Errorf("on record: %q", got)
	}
	again := f.browser()
	wants(t, again.post("/console/welcome", "token", tokenOf(link)), http.StatusForbidden, "it was used already")

	link = f.console.Link()
	elsewhere := f.browser()
	elsewhere.address = "192.0.2.7:1"
	lacks(t, elsewhere.get(link), tokenOf(link))
	wants(t, elsewhere.post("/console/welcome", "token", tokenOf(link)), http.StatusForbidden)
	proxied := f.browser()
	proxied.headers["X-Forwarded-For"] = "127.0.0.1"
	wants(t, proxied.post("/console/welcome", "token", tokenOf(link)), http.StatusForbidden)
	f.console.Proxies = proxies.List("127.0.0.1").Trusted()
	proxied.headers["X-Forwarded-Proto"] = "https"
	wants(t, proxied.post("/console/welcome", "token", tokenOf(link)), http.StatusForbidden) // also through a trusted proxy
	f.passes(time.Hour)
	late := f.browser()
	wants(t, late.post("/console/welcome", "token", tokenOf(link)), http.StatusForbidden)
	wants(t, late.post("/console/welcome", "token", ""), http.StatusForbidden)
	wants(t, late.post("/console/welcome", "token", tokenOf(link)+"x"), http.StatusForbidden)
	if len(again.cookies)+len(elsewhere.cookies)+len(proxied.cookies)+len(late.cookies) > 0 || len(f.changes()) > 0 {
		t.Error("one that was refused is signed in")
	}
}
