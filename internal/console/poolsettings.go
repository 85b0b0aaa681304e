package console

import (
	"context"
	"net/http"
	"slices"

	cognitoapi "poolhouse/internal/api/cognito"
)

func poolSettingsAction() action {
	return action{path: "/pools/{pool}/settings", show: showSettings, act: saveSettings}
}

// settingsForm has the settings of a pool that the page can change. Others stay as they
// are.
type settingsForm struct {
	form
	Verified  []string
	Protected bool
}

// Verifies reports whether an attribute is to be verified.
func (f *settingsForm) Verifies(attribute string) bool { return slices.Contains(f.Verified, attribute) }

// readSettingsForm returns the submitted form.
func readSettingsForm(r *http.Request) *settingsForm {
	return &settingsForm{Verified: r.PostForm["verified"], Protected: r.PostFormValue("protected") != ""}
}

// settingsData is the data of the template settings.
type settingsData struct {
	Pool                 *cognitoapi.UserPoolType
	SignsIn, Verifies    string
	Form                 *settingsForm
	MayUpdate, MayDelete bool
}

func showSettings(ctx context.Context, v *visit) (*page, error) {
	pool, here, err := v.poolOf(ctx)
	if err != nil {
		return nil, err
	}
	f := &settingsForm{Verified: texts(pool.AutoVerifiedAttributes), Protected: pool.DeletionProtection == cognitoapi.DeletionProtectionTypeActive}
	if v.isAgain {
		f = readSettingsForm(v.r)
	}
	return v.settingsPage(ctx, pool, here, f, http.StatusOK), nil
}

func (v *visit) settingsPage(ctx context.Context, pool *cognitoapi.UserPoolType, here *poolHere, f *settingsForm, status int) *page {
	d := &settingsData{
		Pool: pool, SignsIn: signsInWith(pool), Verifies: verifies(pool), Form: f,
		MayUpdate: may(ctx, v, cognitoapi.UpdateUserPool, &cognitoapi.UpdateUserPoolRequest{UserPoolId: here.ID}),
		MayDelete: may(ctx, v, cognitoapi.DeleteUserPool, &cognitoapi.DeleteUserPoolRequest{UserPoolId: here.ID}),
	}
	p := &page{
		Template: "settings", Title: "Settings", At: "settings", Pool: here, Crumbs: []crumb{here.crumb()}, Form: &f.form, Data: d, status: status,
		Command: command("cognito-idp", "describe-user-pool", "--user-pool-id", here.ID, "--region", v.who.Region),
	}
	if !d.MayUpdate {
		p.Note = "Your key may look at the settings, not change them."
	}
	return p
}

// saveSettings updates the pool. UpdateUserPool resets every setting that it does not get
// to its default (API Reference), so the call has all settings.
func saveSettings(ctx context.Context, v *visit) (*page, error) {
	if err := must(ctx, v, cognitoapi.UpdateUserPool, &cognitoapi.UpdateUserPoolRequest{UserPoolId: v.r.PathValue("pool")}); err != nil {
		return nil, err
	}
	pool, here, err := v.poolOf(ctx)
	if err != nil {
		return nil, err
	}
	f := readSettingsForm(v.r)
	in := &cognitoapi.UpdateUserPoolRequest{UserPoolId: here.ID, UserPoolSettings: pool.UserPoolSettings}
	in.AutoVerifiedAttributes = nil
	for _, name := range f.Verified {
		in.AutoVerifiedAttributes = append(in.AutoVerifiedAttributes, cognitoapi.VerifiedAttributeType(name))
	}
	in.DeletionProtection = cognitoapi.DeletionProtectionTypeInactive
	if f.Protected {
		in.DeletionProtection = cognitoapi.DeletionProtectionTypeActive
	}
	if _, err := do(ctx, v, cognitoapi.UpdateUserPool, in); err != nil {
		if err = f.refused(err); err != nil {
			return nil, err
		}
		return v.settingsPage(ctx, pool, here, f, http.StatusUnprocessableEntity), nil
	}
	return done(pathTo("pools", here.ID, "settings"), "The settings of {} were saved. Its users were not changed.", here.Name), nil
}
