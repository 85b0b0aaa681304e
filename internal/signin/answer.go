package signin

import (
	"bytes"
	"context"
	"errors"

	"poolhouse/internal/userpool"
)

// Answer is a call of RespondToAuthChallenge or AdminRespondToAuthChallenge.
type Answer struct {
	Caller
	PoolID    string // only in an administrator's call
	ClientID  string
	Challenge string
	Session   string
	Responses map[string]string
}

// The challenges that are served.
const (
	passwordVerifier    = "PASSWORD_VERIFIER"
	newPasswordRequired = "NEW_PASSWORD_REQUIRED"
	softwareTokenMFA    = "SOFTWARE_TOKEN_MFA"
	mfaSetup            = "MFA_SETUP"
)

// answers has the function that answers each challenge.
var answers = map[string]func(a *attempt, ctx context.Context) (*Result, error){
	passwordVerifier: (*attempt).answerSRP, newPasswordRequired: (*attempt).answerNewPassword,
	softwareTokenMFA: (*attempt).answerTOTP, mfaSetup: (*attempt).answerSetup,
}

// Answer continues a sign-in. The steps are the same for every challenge: the client, the
// stored state of the challenge, the client's secret, the user, and the user's status. Then
// the challenge is answered, and [attempt.proceed] continues.
func (s *Service) Answer(ctx context.Context, in Answer) (r *Result, err error) {
	a, err := s.enter(ctx, in.Caller, in.PoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	defer func() { a.even(ctx, r) }()
	answer, served := answers[in.Challenge]
	if !served {
		return nil, userpool.Errorf(userpool.InvalidParameter, "%s is not enabled for this client", in.Challenge)
	}
	a.params = in.Responses
	if err := a.resume(ctx, in); err != nil {
		return nil, err
	}
	r, err = answer(a, ctx)
	if errors.Is(err, errChanged) {
		return nil, changed()
	}
	return r, err
}

// resume reads the state of the challenge, and finds its user.
func (a *attempt) resume(ctx context.Context, in Answer) (err error) {
	text := in.Session
	if in.Challenge == passwordVerifier {
		if text, err = a.param("PASSWORD_CLAIM_SECRET_BLOCK"); err != nil {
			return err
		}
	}
	if text == "" {
		return missing("Session")
	}
	if err := a.take(text, in.Challenge); err != nil {
		return err
	}
	name, err := a.param("USERNAME")
	if err != nil {
		return err
	}
	if err := a.provesClient(a.params["SECRET_HASH"], name, a.challenge.Username); err != nil {
		return err
	}
	if key := a.pool.UsernameKey(name); name != a.challenge.Username && key != a.challenge.Name && name != a.challenge.Sub {
		return wrongSession()
	}
	if err := a.findAgain(ctx); err != nil {
		return err
	}
	return a.stands()
}

// findAgain finds the user of the challenge, whose credential must be the same as when the
// password was proved.
func (a *attempt) findAgain(ctx context.Context) (err error) {
	c := a.challenge
	a.name = c.Name
	if c.MadeUp != 0 {
		a.user, a.simulated = a.madeUp(a.pool, c.Name), true
		a.user.Username = c.Username
		return nil
	}
	a.user, err = a.Store.User(ctx, a.pool, c.Username)
	if isKind(err, userpool.UserNotFound) || err == nil && a.user.Sub != c.Sub {
		return wrongSession()
	}
	if err != nil {
		return err
	}
	a.found = a.user
	if a.known(a.pool, a.user); c.Challenge == passwordVerifier {
		return nil
	}
	if a.proved = bytes.Equal(c.Proof, a.credentialMark(a.user)); !a.proved {
		return wrongSession()
	}
	return nil
}
