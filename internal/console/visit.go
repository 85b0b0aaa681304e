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

// visit is one request, and who makes it.
type visit struct {
	*Console
	r       *http.Request
	caller  proxies.Caller
	who     access.Request   // without an identity for those who are not signed in
	session *session.Session // nil for them
	action  action
	isAgain bool // a form is shown again, with what the request has of it
	preferences
}

// signedIn reports whether it is known who makes the request.
func (v *visit) signedIn() bool { return v.who.Known() }

// do carries an operation out as who is signed in: through the same checks, the
// same gate, the same log and the same audit as a request of the API.
func do[In, Out any](ctx context.Context, v *visit, op apicore.Operation[In, Out], in *In) (*Out, error) {
	return dispatch.Do(ctx, v.Calls, op, v.who, in)
}

// may reports whether who is signed in may do what the input asks for, which needs
// to have no more than what names the resource. What may not be done is not
// offered. Where the question cannot be answered, it is not either: the log says
// why.
func may[In, Out any](ctx context.Context, v *visit, op apicore.Operation[In, Out], in *In) bool {
	yes, err := dispatch.May(ctx, v.Calls, op, v.who, in)
	return err == nil && yes
}

// why says why a request has no session.
type why string

// These are in the address of the page for signing in, and say what it says.
const (
	isNew   why = ""
	isIdle  why = "idle" // the session was not used
	isOver  why = "over" // its time is over
	isNoKey why = "key"  // its key may not be used any more
	isOut   why = "out"  // it was ended by a wish
	isAll   why = "outs" // and all others of the same owner
)

// visitOf finds who makes a request, by a way to find the session.
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

// identify finds who has a session, as IAM has them now.
func (c *Console) identify(ctx context.Context, s *session.Session, t session.Token) (access.Identity, error) {
	return c.Keys.Identify(ctx, access.Proof{AccessKeyID: s.AccessKeyID, Secret: s.Secret, Session: s.Role}, []byte(t))
}

// regionOf returns the region that calls are for: that of the pool in the path,
// else the one that was chosen.
func (c *Console) regionOf(r *http.Request, p preferences) string {
	if region := userpool.RegionOf(r.PathValue("pool")); c.Regions.Serves(region) {
		return region
	}
	if c.Regions.Serves(p.region) {
		return p.region
	}
	return c.Regions.Default()
}

// secure reports whether the browser's connection is encrypted, by this server or
// by what stands before it.
func (v *visit) secure() bool {
	return v.caller.Secure || strings.HasPrefix(v.PublicURL, "https://")
}

// must is [may] for a page that is of no use to those who may not: it returns
// what the API answers them. An act that is refused is on record, as it would be if
// the API had been asked for it.
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
