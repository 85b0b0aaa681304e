package console

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/access"
	"poolhouse/internal/console/session"
	"poolhouse/internal/iam"
)

// SignInEvent is a sign-in or a sign-out.
type SignInEvent struct {
	Operation string // SignIn, SignOut or SignOutEverywhere
	From      access.Request
}

func signInAction() action {
	return action{path: "/sign-in", open: true, show: showSignIn, act: signIn}
}

// signInForm is the form for signing in. Its secrets are never sent back.
type signInForm struct {
	form
	ID, secret, token string
	Next, Zone        string
	Notice            string        // why signing in is necessary, "" for no reason
	Typed             string        // text of another form, sealed; "" for none
	Idle, Most        time.Duration // lifetimes of a session
	Refused           bool          // the connection is not encrypted
}

func newSignInForm(v *visit) *signInForm {
	return &signInForm{
		ID: strings.TrimSpace(v.r.FormValue("id")), secret: strings.TrimSpace(v.r.PostFormValue("secret")), token: strings.TrimSpace(v.r.PostFormValue("token")),
		Next: inConsole(v.r.FormValue("next")), Typed: v.r.PostFormValue(fieldTyped), Idle: v.Sessions.Idle, Most: v.Sessions.MaxAge, Refused: !v.mayTypeSecrets(),
	}
}

// TokenOpen reports whether the field of the session token is shown: a temporary key needs
// it.
func (f *signInForm) TokenOpen() bool {
	return f.ErrorAt("token") != "" || iam.IsSessionKeyID(f.ID)
}

// IDField returns the field of the access key's ID.
func (f *signInForm) IDField() input {
	i := f.field("id", "Access key ID", f.ID, "Root's is what poolhouse env prints. A user's begins with AKIA, a temporary one with ASIA.")
	i.Complete = "username"
	i.Focus = len(f.problems) == 0 || i.Focus
	return i
}

// SecretField returns the field of the secret.
func (f *signInForm) SecretField() input {
	i := f.field("secret", "Secret access key", "", "Checked now, never stored: neither in the browser nor in the session.")
	i.Type, i.Complete = "password", "current-password"
	return i
}

// loggedID returns the key ID for the log. Text that does not look like a key ID is
// withheld, because it may be a secret typed into the wrong field.
func (f *signInForm) loggedID() string {
	const length = 20 // of the IDs that IAM creates
	if len(f.ID) == length && iam.IsAccessKeyID(f.ID) && (strings.HasPrefix(f.ID, "AKIA") || iam.IsSessionKeyID(f.ID)) {
		return f.ID
	}
	return "(of another form)"
}

// check adds an error for each missing field. An access key ID has at most 128 characters
// (accessKeyIdType).
func (f *signInForm) check() bool {
	const longest = 128
	if f.ID == "" {
		f.wrong("id", "Type an access key ID.")
	} else if len(f.ID) > longest {
		f.wrong("id", "An access key ID has at most 128 characters.")
	}
	if f.secret == "" {
		f.wrong("secret", "Type the secret access key.")
	}
	if iam.IsSessionKeyID(f.ID) && f.token == "" {
		f.wrong("token", "A temporary key needs its session token.")
	}
	return len(f.problems) == 0
}

// page returns the page with the form.
func (f *signInForm) page(status int) *page {
	return &page{Template: "sign-in", Title: "Sign in", Bare: true, Form: &f.form, Data: f, status: status}
}

func showSignIn(_ context.Context, v *visit) (*page, error) {
	f := newSignInForm(v)
	if v.signedIn() {
		return &page{redirect: f.Next}, nil
	}
	f.Notice = v.noticeOf(why(v.r.FormValue("why")))
	f.problems = nil
	return f.page(http.StatusOK), nil
}

// noticeOf says why signing in is necessary.
func (v *visit) noticeOf(reason why) string {
	switch reason {
	case isIdle:
		return "Your session ended after " + span(v.Sessions.Idle) + " without use."
	case isOver:
		return "Your session ended. It lasts " + span(v.Sessions.MaxAge) + " at most."
	case isNoKey:
		return "The key you signed in with was disabled or deleted, or it has expired."
	case isOut:
		return "You are signed out."
	case isAll:
		return "You are signed out in every browser."
	}
	return ""
}

// toGoOn returns the sign-in page in place of an act whose session has ended. It carries
// the submitted text of the other form, sealed, and nothing else of it.
func (f *signInForm) toGoOn(v *visit, reason why, next, typed string) *page {
	f = &signInForm{Next: next, Typed: typed, Idle: f.Idle, Most: f.Most, Refused: f.Refused}
	f.Notice = strings.TrimSpace(v.noticeOf(reason) + " What you typed is kept, except passwords.")
	return f.page(http.StatusForbidden)
}

func signIn(ctx context.Context, v *visit) (*page, error) {
	f := newSignInForm(v)
	if f.Refused {
		return f.page(http.StatusForbidden), nil
	}
	if !f.check() {
		return f.page(http.StatusUnprocessableEntity), nil
	}
	addr := block(v.who.Address)
	if w := v.attempts.Begin(f.ID, addr, v.Now()); w != nil {
		return v.mustWait(f, w), nil
	}
	token := session.NewToken()
	proof, who, err := v.Keys.Prove(ctx, access.Credentials{AccessKeyID: f.ID, Secret: iam.Secret(f.secret)}, f.token, []byte(token))
	if errors.Is(err, access.ErrNotProved) {
		wait := v.attempts.Failed(f.ID, v.Now())
		v.Log.WarnContext(ctx, "console sign-in refused", "accessKeyId", f.loggedID(), "address", v.who.Address)
		f.wrong("secret", "This access key ID and secret do not belong together, or the key is disabled. Try again in "+span(wait)+".")
		return f.page(http.StatusUnprocessableEntity), nil
	}
	if err != nil {
		return nil, err
	}
	v.attempts.Succeeded(f.ID, addr)
	p, err := v.enter(ctx, token, proof, who, f.Next)
	if err != nil {
		return nil, err
	}
	if _, ok := v.opened(f.Typed, f.Next); ok {
		cookies := p.cookies
		p = goOn(f.Next, f.Typed)
		p.cookies = cookies
	}
	return p, nil
}

// mustWait shows that an attempt came too early.
func (v *visit) mustWait(f *signInForm, w *session.Wait) *page {
	of := "with this key"
	if w.OfAddress {
		of = "from this address"
	}
	f.wrong("secret", "Too many attempts "+of+". Try again at "+v.clock(w.Until.Add(time.Second-1))+".")
	return f.page(http.StatusTooManyRequests)
}

// enter begins a session for a principal who was authenticated. It ends the browser's
// previous session.
func (v *visit) enter(ctx context.Context, token session.Token, proof access.Proof, who access.Identity, next string) (*page, error) {
	if old := tokenOf(v.r); old != "" {
		if err := v.Sessions.Store.End(ctx, old.ID()); err != nil {
			return nil, err
		}
	}
	_, err := v.Sessions.Begin(ctx, token, session.Session{
		Owner: who.UserID, AccessKeyID: proof.AccessKeyID, Secret: proof.Secret, Role: proof.Session,
	})
	if err != nil {
		return nil, err
	}
	v.who.Identity = who
	v.Record(ctx, SignInEvent{"SignIn", v.who})
	p := &page{redirect: next, cookies: v.zoneCookie()}
	p.cookies = append(p.cookies, v.cookie(cookieSession, string(token), 0), v.cookie(cookieOwner, v.owner(), 0))
	return p, nil
}

func signOutAction() action { return action{path: "/sign-out", of: "/pools", act: signOut} }

// signOut ends the session and, if asked for, all sessions of the same owner.
func signOut(ctx context.Context, v *visit) (*page, error) {
	operation, reason := "SignOut", isOut
	end := func() error { return v.Sessions.Store.End(ctx, v.session.ID) }
	if everywhere, _ := strconv.ParseBool(v.r.PostFormValue("everywhere")); everywhere {
		operation, reason = "SignOutEverywhere", isAll
		end = func() error { return v.Sessions.Store.EndOf(ctx, v.session.Owner) }
	}
	if err := end(); err != nil {
		return nil, err
	}
	v.Record(ctx, SignInEvent{operation, v.who})
	return &page{redirect: withQuery(pathTo("sign-in"), "why", string(reason)), cookies: []*http.Cookie{v.forget(cookieSession)}}, nil
}
