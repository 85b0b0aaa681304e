package console

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/console/session"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/proxies"
	"poolhouse/internal/userpool"
)

// visit is one request with its caller.
type visit struct {
	*Console
	r       *http.Request
	caller  proxies.Caller
	who     access.Request   // without an identity if the caller is not signed in
	session *session.Session // nil if the caller is not signed in
	action  action
	isAgain bool // a form is shown again with the text of the request
	preferences
}

// signedIn reports whether the caller is identified.
func (v *visit) signedIn() bool { return v.who.Known() }

// do calls an operation as the caller. The call passes the same checks, gate, log and audit
// as a request of the API.
func do[In, Out any](ctx context.Context, v *visit, op apicore.Operation[In, Out], in *In) (*Out, error) {
	return dispatch.Do(ctx, v.Calls, op, v.who, in)
}

// may reports whether the caller may do what the input asks for. The input needs only the
// fields that name the resource. Pages do not offer acts that are not permitted. If the
// question cannot be answered, may logs the error and returns false.
func may[In, Out any](ctx context.Context, v *visit, op apicore.Operation[In, Out], in *In) bool {
	yes, err := dispatch.Allowed(ctx, v.Calls, op, v.who, in)
	return err == nil && yes
}

// why is the reason why a request has no session.
type why string

// The reasons. They are parameters of the sign-in page's address, and the page explains
// them.
const (
	isNew   why = ""
	isIdle  why = "idle" // the session was idle for too long
	isOver  why = "over" // the session reached its end
	isNoKey why = "key"  // its key was disabled or deleted
	isOut   why = "out"  // the user signed out
	isAll   why = "outs" // the user signed out of all sessions
)

// visitOf identifies the caller of a request. find finds the session.
func (c *Console) visitOf(ctx context.Context, r *http.Request, find func(context.Context, session.Token) (*session.Session, error)) (*visit, why, error) {
	v := &visit{Console: c, r: r, caller: c.Proxies.Caller(r), preferences: c.preferencesOf(r)}
	v.who = access.Request{Region: c.regionOf(r, v.preferences), Address: v.caller.Address, Agent: r.UserAgent(), Secure: v.caller.Secure}
	token := tokenOf(r)
	if token == "" {
		return v, isNew, nil
	}
	s, err := find(ctx, token)
	switch {
	case errors.Is(err, session.ErrNone):
		return v, isNew, nil
	case errors.Is(err, session.ErrIdle):
		return v, isIdle, nil
	case errors.Is(err, session.ErrEnded):
		return v, isOver, nil
	case err != nil:
		return v, isNew, err
	}
	who, err := c.identify(ctx, s, token)
	if errors.Is(err, access.ErrNotProved) {
		return v, isNoKey, c.Sessions.Store.End(ctx, s.ID)
	}
	if err != nil {
		return v, isNew, err
	}
	v.who.Identity, v.session = who, s
	return v, isNew, nil
}

// identify returns the owner of a session with IAM's present data.
func (c *Console) identify(ctx context.Context, s *session.Session, t session.Token) (access.Identity, error) {
	return c.Keys.Identify(ctx, access.Proof{AccessKeyID: s.AccessKeyID, Secret: s.Secret, Session: s.Role}, []byte(t))
}

// regionOf returns the region of the visit's calls: that of the pool in the path, else the
// chosen one.
func (c *Console) regionOf(r *http.Request, p preferences) string {
	if region := userpool.RegionOf(r.PathValue("pool")); c.Regions.Serves(region) {
		return region
	}
	if c.Regions.Serves(p.region) {
		return p.region
	}
	return c.Regions.Default()
}

// secure reports whether the browser's connection is encrypted, by this server or by a
// proxy in front of it.
func (v *visit) secure() bool {
	return v.caller.Secure || strings.HasPrefix(v.PublicURL, "https://")
}

// must is [may] for a page that is useless without the permission: it returns the API's
// refusal. The refusal of an act is audited, as it would be for a call of the API.
func must[In, Out any](ctx context.Context, v *visit, op apicore.Operation[In, Out], in *In) error {
	ask := dispatch.Refusal[In, Out]
	if v.r.Method == http.MethodPost {
		ask = dispatch.Require[In, Out]
	}
	refused, err := ask(ctx, v.Calls, op, v.who, in)
	if err == nil && refused != nil {
		err = refused
	}
	return err
}
