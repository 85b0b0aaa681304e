package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/userpool"
)

// changeUser changes the stored user.
func (f *fixture) changeUser(pool, name string, change func(*userpool.User)) {
	f.t.Helper()
	p, err := f.store.Pool(f.t.Context(), pool)
	check(f.t, err)
	_, err = f.store.UpdateUser(f.t.Context(), p, name, func(u *userpool.User) error { change(u); return nil })
	check(f.t, err)
}

// userNow returns the stored user.
func (f *fixture) userNow(pool, name string) *userpool.User {
	f.t.Helper()
	p, err := f.store.Pool(f.t.Context(), pool)
	check(f.t, err)
	u, err := f.store.User(f.t.Context(), p, name)
	check(f.t, err)
	return u
}

// changePool changes the stored pool.
func (f *fixture) changePool(pool string, change func(*userpool.UserPool)) {
	f.t.Helper()
	_, err := f.store.UpdatePool(f.t.Context(), pool, func(p *userpool.UserPool, _ bool) error { change(p); return nil })
	check(f.t, err)
}

// verified gives the world's user an address that can receive codes.
func (w *world) verified() {
	w.changeUser(w.pool, "ada.l", func(u *userpool.User) { u.Attributes.Set("email_verified", "true") })
}

// withApp adds an authenticator app that is set up and turned off.
func withApp(u *userpool.User) { u.Factors.TOTPSecret = "JBSWY3DPEHPK3PXP" }

// hasApp gives the world's user an authenticator app.
func (w *world) hasApp() { w.changeUser(w.pool, "ada.l", withApp) }

// only returns a policy that allows some actions.
func only(actions ...string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["` + strings.Join(actions, `","`) + `"],"Resource":"*"}}`
}

// TestResetPassword: the page says where the code will go and then where it went, links to
// the outbox for callers who may read it, and shows the API's refusals.
func TestResetPassword(t *testing.T) {
	f := newFixture(t)
	id := f.pool("members")
	at := "/console/pools/" + id + "/users/"
	check(t, f.person(id, "ada", "email", "ada@example.com", "email_verified", "true"))
	check(t, f.person(id, "bob", "email", "bob@example.com"))
	b := f.signed(f.user("operator", everything))
	wants(t, b.get(at+"ada"), 200, `href="`+at+`ada/reset-password">Reset password</a>`, ">Can sign in.<", `href="/console/pools/`+id+`/outbox?username=ada">In the outbox</a>`)
	wants(t, b.get(at+"ada/reset-password"), 200, "Reset password?", "by email to <b><bdi class=\"anyw\">ada@example.com</bdi></b>", "Keep the password", "admin-reset-user-password")
	done := b.post(at + "ada/reset-password")
	goesTo(t, done, at+"ada")
	page := b.follow(done)
	wants(t, page, 200, "The password was reset.", "ada@example.com</bdi></b>, is in the outbox.", `<a href="/console/pools/`+id+`/outbox?username=ada">Read it</a>`,
		"Reset required", "chooses “Forgot password” in the application. The message with the code, by email to <b><bdi class=\"anyw\">ada@example.com</bdi></b>, goes to the outbox.")
	lacks(t, b.get(at+"ada"), "Read it") // once
	if u := f.userNow(id, "ada"); u.Status != userpool.ResetRequired {
		t.Errorf("the user is %s", u.Status)
	}
	wants(t, b.get("/console/pools/"+id+"/outbox?username=ada"), 200, "Password reset", "ada<wbr>@example.com")
	wants(t, b.get("/console/pools/"+id+"/users"), 200, "<b>Reset required</b>: Has to set a new password before signing in, with a code")

	// If no code can be sent, the page gives the operation's reason, before and after the
	// act.
	const none = "Cannot reset password for the user as there is no registered/verified email or phone_number"
	impossible := b.get(at + "bob/reset-password")
	wants(t, impossible, 200, "No code can be sent", none, `<a href="`+at+`bob/set-password">Set a password instead</a>`)
	lacks(t, impossible, ">Reset password</button>")
	wants(t, b.post(at+"bob/reset-password"), http.StatusUnprocessableEntity, "Nothing was changed", none, "Error: Reset password?")
	f.changeUser(id, "bob", func(u *userpool.User) { u.Status = userpool.ResetRequired })
	wants(t, b.get(at+"bob"), 200, "can be sent no code for it: "+none+". Set a password for the user.")
	f.changeUser(id, "ada", func(u *userpool.User) { u.Status = userpool.ForceChangePassword })
	wants(t, b.post(at+"ada/reset-password"), http.StatusUnprocessableEntity, "User password cannot be reset in the current state.", "Keep the password")
	wants(t, b.post(at+"eve/reset-password"), http.StatusNotFound)

	f.changeUser(id, "ada", func(u *userpool.User) { u.Status = userpool.Confirmed })
	few := f.signed(f.user("few", only("cognito-idp:AdminResetUserPassword")))
	wants(t, few.get(at+"ada/reset-password"), 200, "Reset the password of <b><bdi class=\"anyw\">ada</bdi></b>?", "The message with the code for a new one goes to the outbox.")
	lacks(t, few.get(at+"ada/reset-password"), "ada@example.com")
	goesTo(t, few.post(at+"ada/reset-password"), "/console/pools")
	said := few.get("/console/pools")
	wants(t, said, 200, "The password of <b><bdi>ada</bdi></b> was reset. The message with the code for a new one is in the outbox.")
	lacks(t, said, "Read it", "ada@example.com")
}

// TestRecipient: the page names the address that the server uses, for each setting of the
// pool.
func TestRecipient(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	for _, tt := range []struct {
		recovery []string
		sms      bool // the second factor is SMS
		want     string
	}{
		{nil, false, "by text message to <b><bdi class=\"anyw\">&#43;4915112345678<"},
		{[]string{"verified_email", "verified_phone_number"}, false, "by email to <b><bdi class=\"anyw\">ada@example.com<"},
		{[]string{"verified_phone_number", "verified_email"}, true, "by email to <b><bdi class=\"anyw\">ada@example.com<"},
		{[]string{"admin_only"}, false, "Contact administrator to reset password."},
	} {
		id := f.pool("members")
		f.changePool(id, func(p *userpool.UserPool) {
			if tt.recovery != nil {
				p.Settings.Recovery = &userpool.AccountRecovery{}
			}
			for i, name := range tt.recovery {
				p.Settings.Recovery.Mechanisms = append(p.Settings.Recovery.Mechanisms, userpool.RecoveryMechanism{Name: name, Priority: int32(i + 1)})
			}
			p.MFA, p.Settings.SMS = userpool.MFAOptional, &userpool.SMSSettings{}
		})
		check(t, f.person(id, "ada", "email", "ada@example.com", "email_verified", "true", "phone_number", "+4915112345678", "phone_number_verified", "true"))
		f.changeUser(id, "ada", func(u *userpool.User) { u.SMSMFA = tt.sms })
		at := "/console/pools/" + id + "/users/ada/reset-password"
		wants(t, b.get(at), 200, tt.want)
		a := b.post(at)
		if tt.recovery != nil && tt.recovery[0] == "admin_only" {
			wants(t, a, http.StatusUnprocessableEntity, tt.want)
			continue
		}
		to := strings.TrimPrefix(strings.Trim(tt.want[strings.LastIndex(tt.want, ">"):], "<>"), "&#43;")
		wants(t, b.follow(a), 200, to)
		if got := b.get("/console/pools/" + id + "/outbox").Body.String(); !strings.Contains(strings.ReplaceAll(got, "<wbr>", ""), to) {
			t.Errorf("%v: the message did not go to %s", tt.recovery, to)
		}
	}
}

// TestSetPassword: a permanent or temporary password is set under the pool's policy, and is
// in no page.
func TestSetPassword(t *testing.T) {
	f := newFixture(t)
	id := f.pool("members")
	f.changePool(id, func(p *userpool.UserPool) { p.PasswordPolicy.HistorySize = 2 })
	at := "/console/pools/" + id + "/users/ada"
	check(t, f.person(id, "ada", "email", "ada@example.com"))
	b := f.signed(f.user("operator", everything))
	wants(t, b.get(at), 200, ">Set password</a>", "<dt>Password</dt><dd>None</dd>")
	form := b.get(at + "/set-password")
	wants(t, form, 200, "At least 8 characters, with an uppercase letter, a lowercase letter, a digit and a symbol. Not one of the last 2.", `type="password"`, `autocomplete="new-password"`,
		`value="temporary" checked`, "within 7 days.", "--password PASSWORD --no-permanent")
	for _, tt := range []struct {
		name, password, kind string
		want                 []string
	}{
		{"none", "", "permanent", []string{"Type a password.", `value="permanent" checked`, "--permanent"}},
		{"against the policy", "only-lower-case-1", "permanent", []string{`id="password-e"`, "Password did not conform with policy: Password must have uppercase characters", "Error: Set password"}},
		{"too long", strings.Repeat("Abcdef-1", 40), "permanent", []string{"Nothing was changed"}},
		{"of no kind", "Permanent-1-password", "forever", []string{"Choose how long the password is valid."}},
	} {
		a := b.post(at+"/set-password", "password", tt.password, "kind", tt.kind)
		wants(t, a, http.StatusUnprocessableEntity, append(tt.want, `type="password" value=""`)...)
		if tt.password != "" {
			lacks(t, a, tt.password)
		}
	}
	a := b.post(at+"/set-password", "password", "Temporary-1-password", "kind", "temporary")
	goesTo(t, a, at)
	wants(t, b.follow(a), 200, "ada</bdi></b> has a temporary password, and has to set another at the next sign-in. No message was sent.", "Force change password", "<dt>Password</dt><dd>Set</dd>")
	wants(t, b.follow(b.post(at+"/set-password", "password", "Permanent-1-password", "kind", "permanent")), 200, "ada</bdi></b> has a new password. No message was sent.", "Confirmed")
	wants(t, b.post(at+"/set-password", "password", "Permanent-1-password", "kind", "permanent"), http.StatusUnprocessableEntity, `id="password-e"`, "Password has previously been used.")
	wants(t, b.get("/console/pools/"+id+"/users/eve/set-password"), http.StatusNotFound)

	few := f.signed(f.user("few", only("cognito-idp:AdminSetUserPassword")))
	wants(t, few.get(at+"/set-password"), 200, "Your key may not see the password rules of the pool.")
	goesTo(t, few.post(at+"/set-password", "password", "Another-1-password", "kind", "permanent"), "/console/pools")
}

// TestPolicyInWords: a password policy is described in words.
func TestPolicyInWords(t *testing.T) {
	pool := func(p cognitoapi.PasswordPolicyType) *cognitoapi.UserPoolType {
		u := &cognitoapi.UserPoolType{}
		u.Policies = &cognitoapi.UserPoolPolicyType{PasswordPolicy: &p}
		return u
	}
	for want, p := range map[string]cognitoapi.PasswordPolicyType{
		"At least 6 characters.":                                      {MinimumLength: new(int32(6))},
		"At least 12 characters, with a digit.":                       {MinimumLength: new(int32(12)), RequireNumbers: new(true), RequireSymbols: new(false), PasswordHistorySize: new(int32(0))},
		"Up to 256 characters, with a symbol. Not one of the last 3.": {RequireSymbols: new(true), PasswordHistorySize: new(int32(3))},
	} {
		if got := policyOf(pool(p)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestSignUserOut: the user is signed out after a confirmation.
func TestSignUserOut(t *testing.T) {
	f := newFixture(t)
	id := f.pool("members")
	at := "/console/pools/" + id + "/users/ada"
	check(t, f.person(id, "ada", "email", "ada@example.com"))
	b := f.signed(f.user("operator", everything))
	wants(t, b.get(at), 200, `href="`+at+`/sign-out">Sign out everywhere</a>`)
	wants(t, b.get(at+"/sign-out"), 200, "Sign out everywhere?", "Keep the user signed in", "admin-user-global-sign-out", "Refresh tokens are no longer valid")
	goesTo(t, b.post(at+"/sign-out"), at)
	wants(t, b.get(at), 200, "ada</bdi></b> was signed out everywhere.")
	wants(t, b.post("/console/pools/"+id+"/users/eve/sign-out"), http.StatusNotFound)
	operator := "arn:aws:iam::" + account + ":user/operator AdminUserGlobalSignOut"
	if got := f.changes(); !slices.Equal(got, []string{operator, operator + " UserNotFoundException"}) {
		t.Errorf("on record: %q", got)
	}
}

// TestSecondFactor: the pages show a user's second factors, turn them on and off, and
// remove an app.
func TestSecondFactor(t *testing.T) {
	f := newFixture(t)
	id := f.pool("members")
	f.changePool(id, func(p *userpool.UserPool) { p.MFA = userpool.MFAOptional })
	at := "/console/pools/" + id + "/users/ada"
	check(t, f.person(id, "ada", "email", "ada@example.com"))
	b := f.signed(f.user("operator", everything))
	page := b.get(at)
	wants(t, page, 200, ">Second factor</a>", "Off, or not set up", "The pool asks a user for a second factor only if one is turned on for the user.")
	lacks(t, page, ">Remove app<", "Text messages")
	wants(t, b.get(at+"/second-factor"), 200, `value="off" checked`, "Remove app", "Enabled=false,PreferredMfa=false")
	wants(t, b.post(at+"/second-factor", "app", "on"), http.StatusUnprocessableEntity, "User has not verified software token mfa", `value="on" checked`, "Error: Second factor")
	wants(t, b.post(at+"/second-factor", "app", "x"), http.StatusUnprocessableEntity, "Choose whether the app is on.")
	wants(t, b.post(at+"/remove-app"), http.StatusUnprocessableEntity, "The user has no software token.", "Keep the app", "Error: Remove authenticator app?")

	f.changeUser(id, "ada", withApp)
	f.changeUser(id, "ada", func(u *userpool.User) { u.SMSMFA = true })
	wants(t, b.follow(b.post(at+"/second-factor", "app", "preferred", "sms", "1")), 200, "The authenticator app of <b><bdi>ada</bdi></b> is on.", "On, and preferred", ">Remove app</a>", "Text messages")
	form := b.get(at + "/second-factor")
	wants(t, form, 200, `value="preferred" checked`, `name="sms" value="1" checked`, "Enabled=true,PreferredMfa=true")
	lacks(t, form, "--sms-mfa-settings")
	if u := f.userNow(id, "ada"); !u.Factors.TOTPEnabled || !u.Factors.TOTPPreferred || !u.SMSMFA {
		t.Errorf("the factors are %+v", u.Factors)
	}
	wants(t, b.follow(b.post(at+"/second-factor", "app", "on")), 200, "is on. Text messages are off.", "<span>On</span>")
	if u := f.userNow(id, "ada"); !u.Factors.TOTPEnabled || u.Factors.TOTPPreferred || u.SMSMFA {
		t.Errorf("the factors are %+v", u.Factors)
	}
	wants(t, b.follow(b.post(at+"/second-factor", "app", "off")), 200, "is off.", "Off, or not set up")
	if u := f.userNow(id, "ada"); u.Factors.TOTPEnabled || u.Factors.TOTPSecret == "" {
		t.Errorf("the factors are %+v", u.Factors)
	}
	wants(t, b.get(at+"/remove-app"), 200, "Remove authenticator app?", "can set an app up again", "admin-delete-software-token")
	goesTo(t, b.post(at+"/remove-app"), at)
	wants(t, b.get(at), 200, "The authenticator app of <b><bdi>ada</bdi></b> was removed.")
	if u := f.userNow(id, "ada"); u.Factors != (userpool.Factors{}) {
		t.Errorf("the factors are %+v", u.Factors)
	}
	f.changePool(id, func(p *userpool.UserPool) { p.MFA = userpool.MFAOn })
	wants(t, b.get(at), 200, "The pool requires a second factor")
	wants(t, b.get(at+"/remove-app"), 200, "sets up an app at the next sign-in")
}

// TestSignInOffers: each act is offered only to callers who may do it. Others are refused
// in IAM's words.
func TestSignInOffers(t *testing.T) {
	f := newFixture(t)
	id := f.pool("members")
	at := "/console/pools/" + id + "/users/ada"
	check(t, f.person(id, "ada", "email", "ada@example.com", "email_verified", "true"))
	acts := []struct{ action, path, offer string }{
		{"AdminResetUserPassword", "/reset-password", ">Reset password</a>"},
		{"AdminSetUserPassword", "/set-password", ">Set password</a>"},
		{"AdminUserGlobalSignOut", "/sign-out", ">Sign out everywhere</a>"},
		{"AdminSetUserMFAPreference", "/second-factor", ">Second factor</a>"},
		{"AdminDeleteSoftwareToken", "/remove-app", ">Remove app</a>"},
	}
	for i, mine := range acts {
		b := f.signed(f.user("user"+mine.action, only("cognito-idp:AdminGetUser", "cognito-idp:"+mine.action)))
		page := b.get(at)
		wants(t, page, 200, mine.offer)
		lacks(t, page, "<dt>Password</dt>", "In the outbox") // AdminGetUserAuthFactors and ListOutboxMessages
		for j, each := range acts {
			if i == j {
				wants(t, b.get(at+each.path), 200)
				continue
			}
			lacks(t, page, each.offer, at+each.path)
			wants(t, b.get(at+each.path), http.StatusForbidden, "is not authorized to perform: cognito-idp:"+each.action)
			wants(t, b.post(at+each.path, "password", "Permanent-1-password", "kind", "permanent", "app", "off"), http.StatusForbidden, "is not authorized to perform: cognito-idp:"+each.action)
		}
	}
	if u := f.userNow(id, "ada"); u.Status != userpool.Confirmed || u.Credential.Scheme != "" {
		t.Errorf("the user was changed: %+v", u)
	}
}

// TestFlashLink: the link of a flash leads to no other site, regardless of who set its
// cookie.
func TestFlashLink(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	for path, want := range map[string]string{
		"/console/pools/x/outbox?username=a%2Bb": `<a href="/console/pools/x/outbox?username=a%2Bb">Read it</a>`, "https://evil.example/": `<a href="/console/pools">Read it</a>`,
		"javascript:alert(1)": `<a href="/console/pools">Read it</a>`, "//evil.example/": `<a href="/console/pools">Read it</a>`,
	} {
		b.cookies[cookieFlash] = &http.Cookie{Name: cookieFlash, Value: url.Values{"kind": {"ok"}, "text": {"Done."}, "path": {path}, "link": {"Read it"}}.Encode()}
		a := b.get("/console/pools")
		wants(t, a, 200, want)
		lacks(t, a, "evil.example", "alert(1)")
	}
}
