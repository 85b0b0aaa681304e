package console

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// sends adds messages to a user. Each has its number as its code.
func (f *fixture) sends(pool, name string, kind outbox.Kind, from, through int) {
	f.t.Helper()
	p, err := f.store.Pool(f.t.Context(), pool)
	check(f.t, err)
	_, err = f.store.UpdateUserAndSend(f.t.Context(), p, name, func(u *userpool.User) (all []*outbox.Message, _ error) {
		for i := from; i <= through; i++ {
			code := fmt.Sprintf("code%03d", i)
			all = append(all, &outbox.Message{At: f.now, Sub: u.Sub, Username: u.Username, Kind: kind, Medium: outbox.Email, Destination: name + "@example.com", Subject: "Your code", Body: "It is " + code, Code: code})
		}
		return all, nil
	})
	check(f.t, err)
}

// TestOutbox: the page lists the messages of all users or of one, newest first. Browsers do
// not cache it. Only callers who may read messages see it, and the audit records them
// without the messages.
func TestOutbox(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	at := "/console/pools/" + pool + "/outbox"
	for _, name := range []string{"ada", "bob"} {
		check(t, f.person(pool, name))
	}
	key, secret := f.user("reader", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"poolhouse:ListOutboxMessages","Resource":"*"}}`)
	b := f.signed(key, secret)
	wants(t, b.get(at), 200, "No messages yet.")
	f.sends(pool, "ada", outbox.AdminCreateUser, 1, 1)
	f.sends(pool, "bob", outbox.ForgotPassword, 2, 22)

	a := b.get(at)
	wants(t, a, 200, "code022", "It is code022", "Your code", "bob<wbr>@example.com", "Password reset", "Earlier messages", "poolhouse outbox --user-pool-id "+pool, "EMAIL")
	lacks(t, a, "code002", "code001", "Invitation", "/users/bob")
	if a.Header().Get("Cache-Control") != "no-store" {
		t.Error("the page with the codes may be kept")
	}
	if text := a.Body.String(); strings.Index(text, "code022") > strings.Index(text, "code003") {
		t.Error("the newest one does not come first")
	}
	next := regexp.MustCompile(`href="([^"]+token=[^"]+)"`).FindStringSubmatch(a.Body.String())
	if next == nil {
		t.Fatal("there is no next page")
	}
	wants(t, b.get(strings.ReplaceAll(next[1], "&amp;", "&")), 200, "code002", "code001", "Invitation")
	found := b.get(at + "?username=ada")
	wants(t, found, 200, "code001", `value="ada"`, "--username ada")
	lacks(t, found, "code022")
	wants(t, b.get(at+"?username=eve"), 200, "No user is called", "eve", "Clear search")
	wants(t, b.get(at+"?username=a+b"), http.StatusBadRequest, "does not search for this", "Clear search")
	wants(t, b.get(at+"?token=x"), http.StatusBadRequest)
	wants(t, f.root().get(at), 200, "/users/bob")

	other, otherSecret := f.user("other", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*"}}`)
	stranger := f.signed(other, otherSecret)
	refused := stranger.get(at)
	wants(t, refused, http.StatusForbidden)
	lacks(t, refused, "code0")
	lacks(t, stranger.get("/console/pools/"+pool), ">Outbox<")
	wants(t, f.root().get("/console/pools/"+pool), 200, ">Outbox<")
	const want = "ListOutboxMessages, ListOutboxMessages, ListOutboxMessages, ListOutboxMessages, ListOutboxMessages UserNotFoundException"
	if calls := strings.Join(f.onRecord("arn:aws:iam::"+account+":user/reader"), ", "); !strings.HasPrefix(calls, want) {
		t.Errorf("on record is %v, want %s", calls, want)
	}
}
