package console

import (
	"context"
	"net/http"
	"slices"

	cognitoapi "poolhouse/internal/api/cognito"
)

func userFactorAction() action {
	return action{path: "/pools/{pool}/users/{username}/second-factor", show: showUserFactor, act: setUserFactor}
}

// factorData describes a user's second factors.
type factorData struct {
	IsApp, IsPreferred bool   // an authenticator app is set up; it is asked for first
	IsSMS              bool   // text messages are turned on
	Others             string // factors that the console cannot change, in words; "" for none
	Pool               string // the pool's MFA setting in a sentence, "" if it is not known
}

// softwareToken is the API's name for an authenticator app.
const softwareToken = "SOFTWARE_TOKEN_MFA"

// otherFactors are the names of the other second factors (API Reference, AdminGetUser).
var otherFactors = map[string]string{"SMS_MFA": "text message", "EMAIL_OTP": "email"}

// factorOf describes a user's second factors. pool is nil if it is not known.
func factorOf(pool *cognitoapi.UserPoolType, u *cognitoapi.AdminGetUserResponse) factorData {
	d := factorData{IsPreferred: u.PreferredMfaSetting == softwareToken, IsSMS: len(u.MFAOptions) > 0}
	var others []string
	for _, factor := range u.UserMFASettingList {
		word, known := otherFactors[factor]
		switch {
		case factor == softwareToken:
			d.IsApp = true
		case known:
			others = append(others, word)
		default:
			others = append(others, factor)
		}
	}
	d.Others = capital(list(others))
	if pool == nil {
		return d
	}
	switch pool.MfaConfiguration {
	case cognitoapi.UserPoolMfaTypeOn:
		d.Pool = "The pool requires a second factor: a user without one sets up an app at the next sign-in."
	case cognitoapi.UserPoolMfaTypeOptional:
		d.Pool = "The pool asks a user for a second factor only if one is turned on for the user."
	default:
		d.Pool = "The pool never asks for a second factor, regardless of the settings here."
	}
	return d
}

// The settings of an authenticator app.
const (
	appPreferred = "preferred"
	appOn        = "on"
	appOff       = "off"
)

// factorForm is the form with a user's second factors.
type factorForm struct {
	form
	*factorData
	userHere
	App    string
	SMS    bool   // text messages stay turned on
	Path   string // path of the form
	Remove string // path of the page that removes the app, "" if the caller may not
}

// Choices returns the settings of the authenticator app.
func (f *factorForm) Choices() []choice {
	return []choice{
		newChoice("radio", "app", appPreferred, "On, and preferred", "The user is asked for a code of the app at each sign-in, before any other factor.", f.App == appPreferred),
		newChoice("radio", "app", appOn, "On", "The user is asked for a code of the app at each sign-in.", f.App == appOn),
		newChoice("radio", "app", appOff, "Off", "The app stays set up, so that it can be turned on again.", f.App == appOff),
	}
}

// read reads the submitted fields.
func (f *factorForm) read(r *http.Request) {
	f.App, f.SMS = r.PostFormValue("app"), r.PostFormValue("sms") != ""
}

// input returns the form's call. The form can turn text messages off, not on.
func (f *factorForm) input() *cognitoapi.AdminSetUserMFAPreferenceRequest {
	in := &cognitoapi.AdminSetUserMFAPreferenceRequest{UserPoolId: f.here.ID, Username: f.Username,
		SoftwareTokenMfaSettings: &cognitoapi.SoftwareTokenMfaSettingsType{Enabled: new(f.App != appOff), PreferredMfa: new(f.App == appPreferred)}}
	if f.IsSMS && !f.SMS {
		in.SMSMfaSettings = &cognitoapi.SMSMfaSettingsType{Enabled: new(false), PreferredMfa: new(false)}
	}
	return in
}

// command returns the command that does the same.
func (f *factorForm) command(region string) string {
	in := f.input()
	words := []string{"cognito-idp", "admin-set-user-mfa-preference", "--user-pool-id", in.UserPoolId, "--username", in.Username, "--software-token-mfa-settings", settingsOf(in.SoftwareTokenMfaSettings)}
	if in.SMSMfaSettings != nil {
		words = append(words, "--sms-mfa-settings", "Enabled=false,PreferredMfa=false")
	}
	return command(append(words, "--region", region)...)
}

// settingsOf formats the settings of an app for the AWS CLI.
func settingsOf(s *cognitoapi.SoftwareTokenMfaSettingsType) string {
	word := map[bool]string{true: "true", false: "false"}
	return "Enabled=" + word[*s.Enabled] + ",PreferredMfa=" + word[*s.PreferredMfa]
}

// factorFormOf returns the form with the present settings of the user in the path.
func (v *visit) factorFormOf(ctx context.Context) (*factorForm, error) {
	id := v.r.PathValue("pool")
	if err := must(ctx, v, cognitoapi.AdminSetUserMFAPreference, &cognitoapi.AdminSetUserMFAPreferenceRequest{UserPoolId: id}); err != nil {
		return nil, err
	}
	u, err := v.userHere(ctx)
	if err != nil {
		return nil, err
	}
	f := &factorForm{userHere: *u, factorData: &factorData{}, App: appOff, Path: userPath(id, u.Username, "second-factor")}
	if u.user != nil {
		*f.factorData = factorOf(u.pool, u.user)
	}
	f.SMS = f.IsSMS
	switch {
	case f.IsApp && f.IsPreferred:
		f.App = appPreferred
	case f.IsApp:
		f.App = appOn
	}
	if may(ctx, v, cognitoapi.AdminDeleteSoftwareToken, &cognitoapi.AdminDeleteSoftwareTokenRequest{UserPoolId: id}) {
		f.Remove = userPath(id, u.Username, "remove-app")
	}
	return f, nil
}

func (v *visit) factorPage(f *factorForm, status int) *page {
	p := f.page("user-factor", "Second factor")
	p.Form, p.Data, p.status, p.Command = &f.form, f, status, f.command(v.who.Region)
	return p
}

func showUserFactor(ctx context.Context, v *visit) (*page, error) {
	f, err := v.factorFormOf(ctx)
	if err != nil {
		return nil, err
	}
	if v.isAgain {
		f.read(v.r)
	}
	return v.factorPage(f, http.StatusOK), nil
}

func setUserFactor(ctx context.Context, v *visit) (*page, error) {
	f, err := v.factorFormOf(ctx)
	if err != nil {
		return nil, err
	}
	f.read(v.r)
	if !slices.Contains([]string{appPreferred, appOn, appOff}, f.App) {
		f.wrong("app-"+appPreferred, "Choose whether the app is on.")
		return v.factorPage(f, http.StatusUnprocessableEntity), nil
	}
	in := f.input()
	if _, err := do(ctx, v, cognitoapi.AdminSetUserMFAPreference, in); err != nil {
		if err = f.refused(err); err != nil {
			return nil, err
		}
		return v.factorPage(f, http.StatusUnprocessableEntity), nil
	}
	text := "The authenticator app of {} is on."
	if f.App == appOff {
		text = "The authenticator app of {} is off."
	}
	if in.SMSMfaSettings != nil {
		text += " Text messages are off."
	}
	return done(f.Back, text, f.Called), nil
}
