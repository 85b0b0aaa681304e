package cognitoservice

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/signin"
	"poolhouse/internal/userpool"
)

func (s *Service) registerSignIn(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, cognitoapi.InitiateAuth, s.initiateAuth)
	dispatch.HandleCall(d, cognitoapi.AdminInitiateAuth, s.adminInitiateAuth)
	dispatch.HandleCall(d, cognitoapi.RespondToAuthChallenge, s.respondToAuthChallenge)
	dispatch.HandleCall(d, cognitoapi.AdminRespondToAuthChallenge, s.adminRespondToAuthChallenge)
	dispatch.HandleCall(d, cognitoapi.GetTokensFromRefreshToken, s.getTokensFromRefreshToken)
	dispatch.HandleCall(d, cognitoapi.RevokeToken, s.revokeToken)
	dispatch.HandleCall(d, cognitoapi.GlobalSignOut, s.globalSignOut)
	dispatch.HandleCall(d, cognitoapi.AdminUserGlobalSignOut, s.adminUserGlobalSignOut)
	dispatch.HandleCall(d, cognitoapi.GetUser, s.getUser)
	s.registerPasswords(d)
	s.registerFactors(d)
}

// caller returns the caller of a call. When the sign-in finds its user, it notes the user: an
// unsigned call then counts as a call by that user, in the user's pool.
func caller(c *dispatch.Call) signin.Caller {
	return signin.Caller{Address: c.From.Address, Agent: c.From.Agent, Admin: c.Operation.Signed, Known: func(p *userpool.UserPool, u *userpool.User) {
		c.Note("sub", u.Sub)
		if !c.Operation.Signed {
			c.From.Region, c.About.Resource = p.Region(), p.ARN
		}
	}}
}

func (s *Service) initiateAuth(ctx context.Context, c *dispatch.Call, in *cognitoapi.InitiateAuthRequest) (*cognitoapi.InitiateAuthResponse, error) {
	r, err := s.SignIn.Begin(ctx, signin.Start{Caller: caller(c), ClientID: in.ClientId, Flow: string(in.AuthFlow), Parameters: in.AuthParameters})
	if err != nil {
		return nil, err
	}
	return (*cognitoapi.InitiateAuthResponse)(wireResult(r)), nil
}

func (s *Service) adminInitiateAuth(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminInitiateAuthRequest) (*cognitoapi.AdminInitiateAuthResponse, error) {
	r, err := s.SignIn.Begin(ctx, signin.Start{Caller: caller(c), PoolID: in.UserPoolId, ClientID: in.ClientId, Flow: string(in.AuthFlow), Parameters: in.AuthParameters})
	if err != nil {
		return nil, err
	}
	return (*cognitoapi.AdminInitiateAuthResponse)(wireResult(r)), nil
}

func (s *Service) respondToAuthChallenge(ctx context.Context, c *dispatch.Call, in *cognitoapi.RespondToAuthChallengeRequest) (*cognitoapi.RespondToAuthChallengeResponse, error) {
	r, err := s.SignIn.Answer(ctx, signin.Answer{Caller: caller(c), ClientID: in.ClientId, Challenge: string(in.ChallengeName), Session: in.Session, Responses: in.ChallengeResponses})
	if err != nil {
		return nil, err
	}
	return wireResult(r), nil
}

func (s *Service) adminRespondToAuthChallenge(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminRespondToAuthChallengeRequest) (*cognitoapi.AdminRespondToAuthChallengeResponse, error) {
	r, err := s.SignIn.Answer(ctx, signin.Answer{
		Caller: caller(c), PoolID: in.UserPoolId, ClientID: in.ClientId, Challenge: string(in.ChallengeName), Session: in.Session, Responses: in.ChallengeResponses,
	})
	if err != nil {
		return nil, err
	}
	return (*cognitoapi.AdminRespondToAuthChallengeResponse)(wireResult(r)), nil
}

// wireResult returns a sign-in's progress in the API's form. The answers of the four operations
// have the same form.
func wireResult(r *signin.Result) *cognitoapi.RespondToAuthChallengeResponse {
	out := &cognitoapi.RespondToAuthChallengeResponse{
		ChallengeName: cognitoapi.ChallengeNameType(r.Challenge), Session: r.Session, ChallengeParameters: r.Parameters, AuthenticationResult: wireTokens(r.Tokens),
	}
	if out.ChallengeParameters == nil {
		out.ChallengeParameters = map[string]string{}
	}
	return out
}

func wireTokens(t *signin.Granted) *cognitoapi.AuthenticationResultType {
	if t == nil {
		return nil
	}
	lives := int32(t.ExpiresIn)
	return &cognitoapi.AuthenticationResultType{AccessToken: t.Access, IdToken: t.ID, RefreshToken: t.Refresh, ExpiresIn: &lives, TokenType: "Bearer"}
}

func (s *Service) getTokensFromRefreshToken(ctx context.Context, c *dispatch.Call, in *cognitoapi.GetTokensFromRefreshTokenRequest) (*cognitoapi.GetTokensFromRefreshTokenResponse, error) {
	r, err := s.SignIn.Refresh(ctx, signin.Refresh{Caller: caller(c), ClientID: in.ClientId, ClientSecret: in.ClientSecret, Token: in.RefreshToken})
	if err != nil {
		return nil, err
	}
	return &cognitoapi.GetTokensFromRefreshTokenResponse{AuthenticationResult: wireTokens(r.Tokens)}, nil
}

func (s *Service) revokeToken(ctx context.Context, c *dispatch.Call, in *cognitoapi.RevokeTokenRequest) (*cognitoapi.RevokeTokenResponse, error) {
	return nil, s.SignIn.Revoke(ctx, signin.Revocation{Caller: caller(c), ClientID: in.ClientId, ClientSecret: in.ClientSecret, Token: in.Token})
}

func (s *Service) globalSignOut(ctx context.Context, c *dispatch.Call, in *cognitoapi.GlobalSignOutRequest) (*cognitoapi.GlobalSignOutResponse, error) {
	return nil, s.SignIn.SignOut(ctx, caller(c), in.AccessToken)
}

func (s *Service) adminUserGlobalSignOut(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminUserGlobalSignOutRequest) (*cognitoapi.AdminUserGlobalSignOutResponse, error) {
	return nil, s.SignIn.SignOutUser(ctx, caller(c), in.UserPoolId, in.Username)
}

func (s *Service) getUser(ctx context.Context, c *dispatch.Call, in *cognitoapi.GetUserRequest) (*cognitoapi.GetUserResponse, error) {
	h, err := s.SignIn.Holder(ctx, caller(c), in.AccessToken)
	if err != nil {
		return nil, err
	}
	preferred, factors := wireFactors(h.User)
	return &cognitoapi.GetUserResponse{
		Username: h.User.Username, UserAttributes: wireAttributes(h.Readable()), MFAOptions: mfaOptions(h.User), PreferredMfaSetting: preferred, UserMFASettingList: factors,
	}, nil
}
