package signin

import (
	"context"
	"errors"

	"poolhouse/internal/userpool"
)

// Start is a call of InitiateAuth or AdminInitiateAuth.
type Start struct {
	Caller
	PoolID     string // only in an administrator's call
	ClientID   string
	Flow       string
	Parameters map[string]string
}

// flow is a way of beginning a sign-in.
type flow struct {
	allowedBy string // a value of ExplicitAuthFlows
	admin     bool   // only for administrators
	token     bool   // begins with a token instead of a name
	begin     func(a *attempt, ctx context.Context) (*Result, error)
}

// flows has the supported flows.
var flows = map[string]flow{
	"USER_PASSWORD_AUTH":       {allowedBy: "ALLOW_USER_PASSWORD_AUTH", begin: (*attempt).byPassword},
	"ADMIN_USER_PASSWORD_AUTH": {allowedBy: "ALLOW_ADMIN_USER_PASSWORD_AUTH", admin: true, begin: (*attempt).byPassword},
	"ADMIN_NO_SRP_AUTH":        {allowedBy: "ALLOW_ADMIN_USER_PASSWORD_AUTH", admin: true, begin: (*attempt).byPassword},
	"USER_SRP_AUTH":            {allowedBy: "ALLOW_USER_SRP_AUTH", begin: (*attempt).bySRP},
	"REFRESH_TOKEN_AUTH":       {allowedBy: "ALLOW_REFRESH_TOKEN_AUTH", token: true, begin: (*attempt).byRefreshToken},
	"REFRESH_TOKEN":            {allowedBy: "ALLOW_REFRESH_TOKEN_AUTH", token: true, begin: (*attempt).byRefreshToken},
}

// errChanged says that the user was changed during a sign-in.
var errChanged = errors.New("signin: the user was changed meanwhile")

// tries bounds how often a sign-in is tried if its user is changed meanwhile, for instance by
// a concurrent first sign-in of the same user.
const tries = 3

// Begin begins a sign-in. The steps are the same for every flow: the client, the flow, the
// client's secret, the user, and the user's status. Then the flow authenticates the user, and
// [attempt.proceed] continues.
func (s *Service) Begin(ctx context.Context, in Start) (r *Result, err error) {
	for range tries {
		if r, err = s.begin(ctx, in); !errors.Is(err, errChanged) {
			return r, err
		}
	}
	return nil, changed()
}

func (s *Service) begin(ctx context.Context, in Start) (r *Result, err error) {
	a, err := s.enter(ctx, in.Caller, in.PoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	defer func() { a.even(ctx, r) }()
	a.params = in.Parameters
	f, err := a.flow(in.Flow)
	if err != nil {
		return nil, err
	}
	if f.token {
		return f.begin(a, ctx)
	}
	name, err := a.param("USERNAME")
	if err != nil {
		return nil, err
	}
	if err := a.provesClient(a.params["SECRET_HASH"], name); err != nil {
		return nil, err
	}
	if err := a.find(ctx, name); err != nil {
		return nil, err
	}
	if err := a.stands(); err != nil {
		return nil, err
	}
	return f.begin(a, ctx)
}

// flow returns a flow that the client allows.
func (a *attempt) flow(name string) (flow, error) {
	f, served := flows[name]
	switch {
	case f.admin && !a.Admin:
		return f, userpool.Errorf(userpool.InvalidParameter, "Initiate Auth method not supported.")
	case served && allows(a.client, f.allowedBy):
		return f, nil
	case a.Admin:
		return f, userpool.Errorf(userpool.InvalidParameter, "Auth flow not enabled for this client").Detailed("the flow is %q", name)
	}
	return f, userpool.Errorf(userpool.InvalidParameter, "%s flow not enabled for this client", name)
}
