package console

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/access"
	"poolhouse/internal/iam"
	"poolhouse/internal/proxies"
	"poolhouse/internal/regions"
)

const rootARN = "arn:aws:iam::" + account + ":root"

func TestSignIn(t *testing.T) {
	f := newFixture(t)
	b := f.browser()
	goesTo(t, b.get("/console/pools/us-east-1_aB/settings?x=1"), "/console/sign-in?next=%2Fconsole%2Fpools%2Fus-east-1_aB%2Fsettings%3Fx%3D1")
	page := b.get("/console/sign-in?next=/console/pools/us-east-1_aB/settings")
	wants(t, page, http.StatusOK, "Sign in to Poolhouse", `value="/console/pools/us-east-1_aB/settings"`, "after 1 hour without use, and after 12 hours")
	a := b.post("/console/sign-in", "id", " "+rootKey+" ", "secret", rootSecret, "next", "/console/pools/us-east-1_aB/settings", "zone", "Europe/Berlin")
	goesTo(t, a, "/console/pools/us-east-1_aB/settings")
	wants(t, b.get("/console/pools"), http.StatusOK, "User pools", rootARN, `data-zone="Europe/Berlin"`)
	if got := f.changes(); len(got) != 1 || got[0] != rootARN+" SignIn" {
		t.Errorf("on record: %q", got)
	}
	goesTo(t, b.get("/console/sign-in"), "/console/pools") // signed in already
}

// TestSessionCookie: no script can read the cookie, no other site sends it, and with TLS it
// is sent over TLS only.
func TestSessionCookie(t *testing.T) {
	for url, secure := range map[string]bool{"http://127.0.0.1:9229": false, "https://pool.example.com": true} {
		f := newFixture(t, func(o *Options) { o.PublicURL = url })
		b := f.root()
		c := b.cookies[cookieSession]
		if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure != secure || c.Path != "/console/" || c.Domain != "" || c.MaxAge != 0 || len(c.Value) < 40 {
			t.Errorf("%s: %+v", url, c)
		}
		b.tls = true
		b.signIn(rootKey, rootSecret)
		if c := b.cookies[cookieSession]; !c.Secure {
			t.Errorf("%s, over TLS: %+v", url, c)
		}
		b.tls = false
		b.signIn(rootKey, rootSecret)
		for name, c := range b.cookies {
			if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure != secure {
				t.Errorf("%s, %s: %+v", url, name, c)
			}
		}
	}
}

// TestSignInRefused: an error is shown at its field, typed text stays, and secrets are not
// sent back.
func TestSignInRefused(t *testing.T) {
	f := newFixture(t)
	disabled, secret := f.user("gone", "")
	check(t, f.store.IAM().SetAccessKeyStatus(t.Context(), "gone", disabled, iam.Inactive))
	const same = "This access key ID and secret do not belong together, or the key is disabled. Try again in 2 seconds."
	for name, c := range map[string]struct {
		form   []string
		status int
		text   string
	}{
		"nothing":         {nil, 422, "Type an access key ID."},
		"no secret":       {[]string{"id", rootKey}, 422, "Type the secret access key."},
		"too long":        {[]string{"id", strings.Repeat("A", 129), "secret", "x"}, 422, "at most 128 characters"},
		"no token":        {[]string{"id", "ASIAEXAMPLEEXAMPLE22", "secret", "x"}, 422, "A temporary key needs its session token."},
		"wrong secret":    {[]string{"id", rootKey, "secret", rootSecret + "x"}, 422, same},
		"unknown":         {[]string{"id", "AKIAEXAMPLEEXAMPLE22", "secret", "wrong-secret"}, 422, same},
		"disabled":        {[]string{"id", disabled, "secret", secret}, 422, same},
		"a user's token":  {[]string{"id", "AKIAEXAMPLEEXAMPLE23", "secret", secret, "token", "tok-en"}, 422, same},
		"a damaged token": {[]string{"id", "ASIAEXAMPLEEXAMPLE22", "secret", "x", "token", "tok-en"}, 422, same},
	} {
		b := f.browser()
		a := b.post("/console/sign-in", c.form...)
		wants(t, a, c.status, c.text, "Error: Sign in")
		lacks(t, a, rootSecret, "wrong-secret", "tok-en")
		if len(b.cookies) > 0 {
			t.Errorf("%s: cookies %v", name, b.cookies)
		}
		if len(c.form) > 1 && !strings.Contains(a.Body.String(), `value="`+c.form[1]+`"`) {
			t.Errorf("%s: what was typed is lost", name)
		}
		f.passes(time.Minute)
		f.console.attempts.Succeeded(c0(c.form), "127.0.0.1")
	}
	if got := f.changes(); len(got) > 0 {
		t.Errorf("on record is what strangers tried: %q", got)
	}
}

func c0(form []string) string {
	if len(form) < 2 {
		return ""
	}
	return form[1]
}

// TestAttemptsAreSlowed: after a failure, the next attempt with the key has to wait, even
// with the right secret. So has an address that tries many keys.
func TestAttemptsAreSlowed(t *testing.T) {
	f := newFixture(t)
	b := f.browser()
	wants(t, b.signIn(rootKey, "wrong"), 422, "Try again in 2 seconds.")
	wants(t, b.signIn(rootKey, rootSecret), http.StatusTooManyRequests, "Too many attempts with this key. Try again at 12:00:02 UTC.")
	other := f.browser()
	other.address = "192.0.2.7:1"
	f.console.PlainHTTP = true
	wants(t, other.signIn(rootKey, rootSecret), http.StatusTooManyRequests)
	f.passes(2 * time.Second)
	goesTo(t, b.signIn(rootKey, rootSecret), "/console/pools")

	stranger := f.browser()
	for i := range 6 {
		stranger.address = "[2001:db8::" + string(rune('1'+i)) + "]:1" // one network
		wants(t, stranger.signIn("AKIAEXAMPLEEXAMPLE2"+string(rune('0'+i)), "x"), 422)
	}
	wants(t, stranger.signIn("AKIAEXAMPLEEXAMPLE30", "x"), http.StatusTooManyRequests, "Too many attempts from this address.")
}

// TestPlainHTTP: a secret may come over an unencrypted connection only from this machine,
// or if a setting allows it.
func TestPlainHTTP(t *testing.T) {
	f := newFixture(t)
	for name, c := range map[string]struct {
		address, header string
		tls, setting    bool
		proto           string // set by a trusted proxy, "" if there is none
		allowed         bool
	}{
		"loopback":              {address: "127.0.0.1:1", allowed: true},
		"loopback, IPv6":        {address: "[::1]:1", allowed: true},
		"mapped loopback":       {address: "[::ffff:127.0.0.1]:1", allowed: true},
		"another machine":       {address: "192.0.2.7:1"},
		"a proxy here":          {address: "127.0.0.1:1", header: "X-Forwarded-For"},
		"another proxy here":    {address: "127.0.0.1:1", header: "Forwarded"},
		"claims to be loopback": {address: "192.0.2.7:1", header: "X-Forwarded-For"},
		"another, by setting":   {address: "192.0.2.7:1", setting: true, allowed: true},
		"another, over TLS":     {address: "192.0.2.7:1", tls: true, allowed: true},
		"a proxy, by setting":   {address: "127.0.0.1:1", header: "X-Forwarded-For", setting: true, allowed: true},
		"no address":            {address: "@"},
		"a trusted proxy":       {address: "127.0.0.1:1", header: "X-Forwarded-For", proto: "https", allowed: true},
		"the same, not TLS":     {address: "127.0.0.1:1", header: "X-Forwarded-For", proto: "http"},
		"a proxy's neighbour":   {address: "192.0.2.7:1", header: "X-Forwarded-For", proto: "https"},
	} {
		f.console.PlainHTTP = c.setting
		b := f.browser()
		b.address, b.tls = c.address, c.tls
		if c.header != "" {
			b.headers[c.header] = "127.0.0.1"
		}
		f.console.Proxies = proxies.Trusted{}
		if c.proto != "" {
			f.console.Proxies, b.headers["X-Forwarded-Proto"] = proxies.List("127.0.0.1").Trusted(), c.proto
		}
		shown, sent := b.get("/console/sign-in"), b.signIn(rootKey, rootSecret)
		if allowed := sent.Code == http.StatusSeeOther; allowed != c.allowed || len(b.cookies) > 0 != c.allowed {
			t.Errorf("%s: %d, cookies %v", name, sent.Code, b.cookies)
		}
		if has := strings.Contains(shown.Body.String(), `name="secret"`); has != c.allowed {
			t.Errorf("%s: the page has a field for a secret: %v", name, has)
		}
		if !c.allowed {
			wants(t, sent, http.StatusForbidden, "--console-plain-http")
		}
	}
}

// TestTemporaryCredentials: a browser can sign in with a role's session until that ends.
func TestTemporaryCredentials(t *testing.T) {
	f := newFixture(t)
	role, err := iam.NewRole(iam.RoleSpec{Name: "Watch", Trust: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"}}`}, f.now)
	check(t, err)
	check(t, f.store.IAM().CreateRole(t.Context(), role))
	issued := time.Now() // package access uses the real time for sessions of roles
	s, secret, err := iam.NewSession(role, iam.SessionSpec{Account: account, Name: "shift", Duration: time.Hour}, issued)
	check(t, err)
	f.now = issued
	b := f.browser()
	goesTo(t, b.post("/console/sign-in", "id", s.AccessKeyID, "secret", string(secret), "token", f.sealer.SealSession(s, secret)), "/console/pools")
	wants(t, b.get("/console/pools"), 200, "arn:aws:sts::"+account+":assumed-role/Watch/shift", "<bdi>shift</bdi>", "Your key may not list the user pools")
	check(t, f.store.IAM().DeleteRole(t.Context(), "Watch"))
	goesTo(t, b.get("/console/pools"), "/console/sign-in?why=key")
}

// TestSessionEnds: a session ends by idleness, at its time, with its key, or on request. An
// ended session cannot be used again.
func TestSessionEnds(t *testing.T) {
	f := newFixture(t)
	key, secret := f.user("ada", "")
	for name, c := range map[string]struct {
		end  func(b *browser)
		want string
	}{
		"unused": {func(*browser) { f.passes(time.Hour) }, "?why=idle"},
		"over": {func(b *browser) {
			for range 12 {
				f.passes(59 * time.Minute)
				b.get("/console/pools")
			}
			f.passes(15 * time.Minute)
		}, "?why=over"},
		"disabled": {func(*browser) { check(t, f.store.IAM().SetAccessKeyStatus(t.Context(), "ada", key, iam.Inactive)) }, "?why=key"},
		"out": {func(b *browser) {
			kept := *b.cookies[cookieSession]
			goesTo(t, b.post("/console/sign-out"), "/console/sign-in?why=out")
			if b.cookies[cookieSession] != nil {
				t.Error("the browser keeps the cookie")
			}
			b.cookies[cookieSession] = &kept // replayed
		}, ""},
	} {
		b := f.signed(key, secret)
		wants(t, b.get("/console/pools"), 200)
		kept := *b.cookies[cookieSession]
		c.end(b)
		goesTo(t, b.get("/console/pools"), "/console/sign-in"+c.want)
		wants(t, b.get("/console/sign-in"+c.want), 200)
		check(t, f.store.IAM().SetAccessKeyStatus(t.Context(), "ada", key, iam.Active))
		b.cookies[cookieSession] = &kept
		goesTo(t, b.get("/console/pools"), "/console/sign-in")
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// TestDeletedKey: a browser is signed out when its key is deleted, and its next form has no
// effect.
func TestDeletedKey(t *testing.T) {
	f := newFixture(t)
	key, secret := f.user("ada", everything)
	b := f.signed(key, secret)
	check(t, f.store.IAM().DeleteAccessKey(t.Context(), "ada", key))
	goesTo(t, b.post("/console/pools/create"), "/console/sign-in?next=%2Fconsole%2Fpools%2Fcreate&why=key")
	key, secret = f.user("bob", everything)
	b = f.signed(key, secret)
	check(t, f.store.IAM().DeleteAccessKey(t.Context(), "bob", key))
	a := b.post("/console/pools/create", "name", "x", "signin", "email", "mfa", "OFF")
	wants(t, a, http.StatusForbidden, "Sign in to Poolhouse", "The key you signed in with was disabled or deleted", `value="/console/pools/create"`)
	if b.cookies[cookieSession] != nil {
		t.Error("the browser keeps the cookie of the session")
	}
	if got := f.changes(); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

const everything = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`

// TestOtherServers: a session is valid on every server that shares the store, and ends on
// all at once, with its key or on request.
func TestOtherServers(t *testing.T) {
	f := newFixture(t)
	f.console.Sessions.Store = f.store.Sessions()
	keys := access.New(regions.List(region), account, access.Credentials{AccessKeyID: rootKey, Secret: rootSecret}, f.store.IAM(), f.sealer)
	o := f.console.Options
	o.Keys = keys
	console, err := New(o)
	check(t, err)
	other := &fixture{t: t, console: console, store: f.store, sealer: f.sealer, now: f.now}
	key, secret := f.user("ada", "")
	here := f.signed(key, secret)
	there := &browser{f: other, address: here.address, cookies: here.cookies, headers: here.headers}
	wants(t, there.get("/console/pools"), 200)
	token := *here.cookies[cookieSession]
	check(t, f.store.IAM().SetAccessKeyStatus(t.Context(), "ada", key, iam.Inactive))
	goesTo(t, there.get("/console/pools"), "/console/sign-in?why=key")
	here.cookies[cookieSession] = &token
	goesTo(t, here.get("/console/pools"), "/console/sign-in") // the other server ended it
	check(t, f.store.IAM().SetAccessKeyStatus(t.Context(), "ada", key, iam.Active))
	here.signIn(key, secret)
	token = *here.cookies[cookieSession]
	here.post("/console/sign-out")
	there.cookies = map[string]*http.Cookie{cookieSession: &token}
	goesTo(t, there.get("/console/pools"), "/console/sign-in")
}

// TestRefusedSignInInLog: the log has the key ID of a refused attempt, but no text that may
// be a secret.
func TestRefusedSignInInLog(t *testing.T) {
	for id, want := range map[string]string{"AKIAEXAMPLEEXAMPLE22": "AKIAEXAMPLEEXAMPLE22", "ASIAEXAMPLEEXAMPLE22": "ASIAEXAMPLEEXAMPLE22",
		rootSecret: "(of another form)", "AKIAEXAMPLEEXAMPLE22AKIAEXAMPLEEXAMPLE22": "(of another form)", "": "(of another form)"} {
		if got := (&signInForm{ID: id}).loggedID(); got != want {
			t.Errorf("%s is logged as %s", id, got)
		}
	}
}

// TestSignOutEverywhere: all sessions of the same user end, regardless of their keys, and
// no other user's.
func TestSignOutEverywhere(t *testing.T) {
	f := newFixture(t)
	key, secret := f.user("ada", "")
	other, otherSecret := f.user("bob", "")
	here, there, bob := f.signed(key, secret), f.signed(key, secret), f.signed(other, otherSecret)
	goesTo(t, here.post("/console/sign-out", "everywhere", "1"), "/console/sign-in?why=outs")
	goesTo(t, there.get("/console/pools"), "/console/sign-in")
	wants(t, bob.get("/console/pools"), 200)
	if got := f.changes(); len(got) != 1 || got[0] != "arn:aws:iam::"+account+":user/ada SignOutEverywhere" {
		t.Errorf("on record: %q", got)
	}
}

// TestNewSessionEndsTheOld: signing in again gives the browser a new token and ends the old
// session.
func TestNewSessionEndsTheOld(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	old := *b.cookies[cookieSession]
	b.signIn(rootKey, rootSecret)
	if b.cookies[cookieSession].Value == old.Value {
		t.Fatal("the token stays")
	}
	b.cookies[cookieSession] = &old
	goesTo(t, b.get("/console/pools"), "/console/sign-in")
}

// TestPolicyCountsAtOnce: each page evaluates the user's permissions again.
func TestPolicyCountsAtOnce(t *testing.T) {
	f := newFixture(t)
	key, secret := f.user("ada", "")
	b := f.signed(key, secret)
	wants(t, b.get("/console/pools/create"), http.StatusForbidden)
	p, err := iam.NewInlinePolicy("p", everything)
	check(t, err)
	check(t, f.store.IAM().PutInlinePolicy(t.Context(), iam.UserOwner("ada"), p))
	wants(t, b.get("/console/pools/create"), http.StatusOK)
}
