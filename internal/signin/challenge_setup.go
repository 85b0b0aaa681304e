package signin

import (
	"context"

	"poolhouse/internal/userpool"
)

// askSetup asks a user that needs a second factor and has none to set up an authenticator
// app, with AssociateSoftwareToken and VerifySoftwareToken.
func (a *attempt) askSetup(context.Context) (*Result, error) {
	return a.ask(a.newState(mfaSetup), map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA"]`, "USER_ID_FOR_SRP": a.user.Username})
}

// answerSetup answers MFA_SETUP with the session from VerifySoftwareToken.
func (a *attempt) answerSetup(ctx context.Context) (*Result, error) {
	if !a.challenge.SetUp {
		return nil, userpool.Errorf(userpool.InvalidParameter, "The session must be the one that VerifySoftwareToken answered: the authenticator app is not set up yet.")
	}
	if a.user.Factors.TOTPSecret == "" {
		return nil, wrongSession()
	}
	a.secondOK = true
	return a.proceed(ctx)
}
