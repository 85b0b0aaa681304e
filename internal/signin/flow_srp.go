package signin

import (
	"context"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// bySRP is USER_SRP_AUTH: the client proves that it knows the password, and the server does
// not learn it. A user without a verifier, such as one with an imported hash before the first
// sign-in, gets a challenge like others, which no password answers.
func (a *attempt) bySRP(ctx context.Context) (*Result, error) {
	public, err := a.param("SRP_A")
	if err != nil {
		return nil, err
	}
	if password.CheckPublic(public) != nil {
		return nil, userpool.Errorf(userpool.InvalidParameter, "SRP_A must be a hexadecimal number that is no multiple of the prime.")
	}
	if _, err := a.unlocked(ctx, a.pool, a.byName(), PasswordAttempt, a.at); err != nil {
		return nil, err
	}
	exchange, err := password.NewExchange(a.verifier())
	if err != nil {
		return nil, err
	}
	c := a.newState(passwordVerifier)
	c.Secret, c.Public = exchange.Secret, public
	r, err := a.ask(c, map[string]string{
		"SALT": exchange.Salt, "SRP_B": exchange.B, "USERNAME": a.user.Username, "USER_ID_FOR_SRP": a.user.Username,
	})
	if err != nil {
		return nil, err
	}
	r.Parameters["SECRET_BLOCK"], r.Session = r.Session, ""
	return r, nil
}

// verifier returns the credential for the exchange: the user's, or one that no password
// matches.
func (a *attempt) verifier() string {
	if !a.simulated && a.user.Status != userpool.ResetRequired && a.user.Credential.Scheme == password.SRP {
		return a.user.Credential.Secret
	}
	return password.Simulated(a.mac, a.pool.ID, a.user.Username)
}

// answerSRP answers PASSWORD_VERIFIER.
func (a *attempt) answerSRP(ctx context.Context) (*Result, error) {
	claim := password.Claim{PoolID: a.pool.ID, UserIDForSRP: a.challenge.Username, A: a.challenge.Public, SecretBlock: a.params["PASSWORD_CLAIM_SECRET_BLOCK"]}
	var err error
	if claim.Signature, err = a.param("PASSWORD_CLAIM_SIGNATURE"); err != nil {
		return nil, err
	}
	if claim.Timestamp, err = a.param("TIMESTAMP"); err != nil {
		return nil, err
	}
	credential := a.verifier()
	exchange, err := password.ResumeExchange(credential, a.challenge.Secret)
	if err != nil {
		return nil, err
	}
	accepts := func() (bool, error) { return exchange.Verify(credential, claim), nil }
	if err := a.guarded(ctx, a.byName(), PasswordAttempt, accepts, incorrect); err != nil {
		return nil, err
	}
	return a.proceed(ctx)
}
