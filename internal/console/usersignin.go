package console

import (
	"context"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// sentence is a text with {} for a name that a user chose.
type sentence struct{ Text, Name string }

// Before and After are the parts of the text around the name.
func (s sentence) Before() string { before, _, _ := strings.Cut(s.Text, "{}"); return before }

// After returns the part after the name.
func (s sentence) After() string { _, after, _ := strings.Cut(s.Text, "{}"); return after }

// signInData describes how a user signs in, for the page of the user.
type signInData struct {
	Password                        string // whether the user has one, "" if it is not known
	Factor                          factorData
	MayReset, MaySet, MayEnd        bool
	MayPrefer, MayRemove            bool
	Reset, Set, End, Prefer, Remove string // paths
	Outbox                          string // path of the user's messages, "" if the caller may not read them
}

// signInOf describes how a user signs in and what the caller may change.
func (v *visit) signInOf(ctx context.Context, pool *cognitoapi.UserPoolType, u *cognitoapi.AdminGetUserResponse) (*signInData, error) {
	id := v.r.PathValue("pool")
	to := func(page string) string { return userPath(id, u.Username, page) }
	d := &signInData{
		Factor:    factorOf(pool, u),
		MayReset:  may(ctx, v, cognitoapi.AdminResetUserPassword, &cognitoapi.AdminResetUserPasswordRequest{UserPoolId: id}),
		MaySet:    may(ctx, v, cognitoapi.AdminSetUserPassword, &cognitoapi.AdminSetUserPasswordRequest{UserPoolId: id}),
		MayEnd:    may(ctx, v, cognitoapi.AdminUserGlobalSignOut, &cognitoapi.AdminUserGlobalSignOutRequest{UserPoolId: id}),
		MayPrefer: may(ctx, v, cognitoapi.AdminSetUserMFAPreference, &cognitoapi.AdminSetUserMFAPreferenceRequest{UserPoolId: id}),
		MayRemove: may(ctx, v, cognitoapi.AdminDeleteSoftwareToken, &cognitoapi.AdminDeleteSoftwareTokenRequest{UserPoolId: id}),
		Reset:     to("reset-password"), Set: to("set-password"), End: to("sign-out"), Prefer: to("second-factor"), Remove: to("remove-app"),
		Outbox: v.outboxOf(ctx, u.Username),
	}
	in := &cognitoapi.AdminGetUserAuthFactorsRequest{UserPoolId: id, Username: u.Username}
	if !may(ctx, v, cognitoapi.AdminGetUserAuthFactors, in) {
		return d, nil
	}
	out, err := do(ctx, v, cognitoapi.AdminGetUserAuthFactors, in)
	if err != nil {
		return nil, err
	}
	d.Password = "None"
	for _, factor := range out.ConfiguredUserAuthFactors {
		if factor == cognitoapi.AuthFactorTypePassword {
			d.Password = "Set"
		}
	}
	return d, nil
}

// outboxOf returns the path of a user's messages, "" if the caller may not read them.
func (v *visit) outboxOf(ctx context.Context, username string) string {
	id := v.r.PathValue("pool")
	if !may(ctx, v, poolhouseapi.ListOutboxMessages, &poolhouseapi.ListOutboxMessagesRequest{UserPoolId: id}) {
		return ""
	}
	return withQuery(pathTo("pools", id, "outbox"), "username", username)
}

// mediums are the delivery media in sentences.
var mediums = map[outbox.Medium]string{outbox.Email: "by email", outbox.SMS: "by text message"}

// recipientOf returns the address that receives a password reset code. Its error is the
// server's reason why no code can be sent.
func recipientOf(pool *cognitoapi.UserPoolType, u *cognitoapi.AdminGetUserResponse) (outbox.Address, error) {
	p := &userpool.UserPool{MFA: userpool.MFA(pool.MfaConfiguration)}
	if pool.SmsConfiguration != nil {
		p.Settings.SMS = &userpool.SMSSettings{}
	}
	if recovery := pool.AccountRecoverySetting; recovery != nil {
		p.Settings.Recovery = &userpool.AccountRecovery{}
		for _, m := range recovery.RecoveryMechanisms {
			p.Settings.Recovery.Mechanisms = append(p.Settings.Recovery.Mechanisms, userpool.RecoveryMechanism{Name: string(m.Name), Priority: m.Priority})
		}
	}
	user := &userpool.User{SMSMFA: len(u.MFAOptions) > 0}
	for _, a := range u.UserAttributes {
		user.Attributes.Set(a.Name, a.Value)
	}
	return outbox.Recipient(p, user)
}

// meansOf describes what the status of a user means for the person. For a password that
// must be reset, it names the address that receives the code. pool is nil if it is not
// known.
func meansOf(pool *cognitoapi.UserPoolType, u *cognitoapi.AdminGetUserResponse) sentence {
	status := statusOfUser(u.UserStatus)
	if u.UserStatus != cognitoapi.UserStatusTypeResetRequired || pool == nil {
		return sentence{Text: status.Means}
	}
	to, err := recipientOf(pool, u)
	if err != nil {
		return sentence{Text: "Has to set a new password before signing in, and can be sent no code for it: " + sentenceOf(err) + " Set a password for the user."}
	}
	return sentence{Text: "Has to set a new password before signing in: chooses “Forgot password” in the application. The message with the code, " + mediums[to.Medium] + " to {}, goes to the outbox.", Name: to.Destination}
}

// sentenceOf returns the text of an error as a sentence.
func sentenceOf(err error) string {
	return strings.TrimSuffix(err.Error(), ".") + "."
}
