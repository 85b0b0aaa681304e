package signin

import (
	"context"

	"poolhouse/internal/totp"
	"poolhouse/internal/userpool"
)

// secondFactor returns the function that asks for the user's second factor, or nil if none is
// needed.
func (a *attempt) secondFactor() (func(*attempt, context.Context) (*Result, error), error) {
	f, p := a.user.Factors, a.pool
	wants := p.MFA == userpool.MFAOn || p.MFA == userpool.MFAOptional && (f.TOTPEnabled || a.user.SMSMFA)
	switch {
	case !wants:
		return nil, nil
	case f.TOTPSecret != "" && UsesApps(p):
		return (*attempt).askTOTP, nil
	case a.user.SMSMFA && p.Settings.SMS != nil && a.user.Attributes.Get("phone_number") != "":
		return nil, userpool.Errorf(userpool.InvalidParameter, "SMS_MFA is not enabled for this client").
			Detailed("this version sends no text messages: give the user an authenticator app, or turn MFA by text messages off for the user")
	case !UsesApps(p):
		return nil, userpool.Errorf(userpool.InvalidParameter, "The user pool demands a second factor, and has none that can be used: turn its software token MFA on.")
	}
	return (*attempt).askSetup, nil
}

// UsesApps reports whether a pool allows authenticator apps as second factors.
func UsesApps(p *userpool.UserPool) bool {
	t := p.MFASettings.SoftwareToken
	return p.MFA != userpool.MFAOff && t != nil && t.Enabled != nil && *t.Enabled
}

// askTOTP asks for a code of the user's authenticator app.
func (a *attempt) askTOTP(context.Context) (*Result, error) {
	params := map[string]string{"USER_ID_FOR_SRP": a.user.Username}
	if name := a.user.Factors.TOTPDevice; name != "" {
		params["FRIENDLY_DEVICE_NAME"] = name
	}
	return a.ask(a.newState(softwareTokenMFA), params)
}

// answerTOTP answers SOFTWARE_TOKEN_MFA. A wrong code does not use up the challenge.
func (a *attempt) answerTOTP(ctx context.Context) (*Result, error) {
	code, err := a.param("SOFTWARE_TOKEN_MFA_CODE")
	if err != nil {
		return nil, err
	}
	f := a.user.Factors
	if f.TOTPSecret == "" {
		return nil, userpool.Errorf(userpool.SoftwareTokenNotFound, "Software Token MFA has not been enabled by the userPool.")
	}
	var step int64
	fits := func() (ok bool, err error) {
		step, ok = totp.Check(f.TOTPSecret, code, a.at, 0)
		return ok, nil
	}
	mismatch := func() error { return userpool.Errorf(userpool.CodeMismatch, "Invalid code received for user") }
	if err := a.guarded(ctx, a.bySub(), AppCodeAttempt, fits, mismatch); err != nil {
		return nil, err
	}
	if err := a.change(takeStep(f.TOTPSecret, step)); err != nil {
		return nil, err
	}
	a.secondOK = true
	return a.proceed(ctx)
}

// takeStep uses up a code of an app. Its step and earlier ones are no longer valid.
func takeStep(secret string, step int64) func(*userpool.User) error {
	return func(u *userpool.User) error {
		if u.Factors.TOTPSecret != secret {
			return errChanged
		}
		if step <= u.Factors.TOTPStep {
			return userpool.Errorf(userpool.CodeExpired, "Your software token has already been used once.")
		}
		u.Factors.TOTPStep = step
		return nil
	}
}
