package console

import (
	"context"
	"net/http"

	cognitoapi "poolhouse/internal/api/cognito"
)

// userHere is the user in the path, with the place of a page about the user.
type userHere struct {
	Called, Username string
	Back             string // path to redirect to
	here             *poolHere
	crumbs           []crumb
	pool             *cognitoapi.UserPoolType         // nil if the caller may not see it
	user             *cognitoapi.AdminGetUserResponse // nil if the caller may not see it
}

// userHere returns the user in the path, with what the caller may see.
func (v *visit) userHere(ctx context.Context) (*userHere, error) {
	id, name := v.r.PathValue("pool"), v.name("username")
	u := &userHere{Called: name, Username: name, Back: v.afterUser(ctx, id, name)}
	var err error
	if u.pool, u.here, err = v.knownPool(ctx); err != nil {
		return nil, err
	}
	u.crumbs = []crumb{u.here.crumb(), usersCrumb(id)}
	if may(ctx, v, cognitoapi.AdminGetUser, &cognitoapi.AdminGetUserRequest{UserPoolId: id}) {
		if u.user, err = v.userOf(ctx); err != nil {
			return nil, err
		}
		u.Called, u.Username = calledOf(u.user.Username, u.user.UserAttributes), u.user.Username
		u.crumbs = append(u.crumbs, crumb{u.Called, u.Back})
	}
	return u, nil
}

// page returns a page about the user.
func (u *userHere) page(template, title string) *page {
	return &page{Template: template, Title: title, At: "users", Pool: u.here, Crumbs: u.crumbs}
}

// confirmation is the data of the template user-confirm: a question about a user, and the
// consequences of the answer.
type confirmation struct {
	form
	userHere
	Path           string
	Ask            string   // with {} for the user
	Heading        string   // heading of the consequences
	Then           sentence // the consequences
	Instead        crumb    // an alternative if the act is impossible; no text for none
	Impossible     bool     // the page has no button that acts
	Keep, Act      string   // texts of the buttons
	title, command string
}

// Question returns the question, to be split around the name.
func (c *confirmation) Question() sentence { return sentence{Text: c.Ask} }

// confirmPage returns the page that asks. words are those of the command that does the
// same.
func (v *visit) confirmPage(c *confirmation, status int) *page {
	p := c.page("user-confirm", c.title)
	p.Form, p.Data, p.status = &c.form, c, status
	p.Command = command("cognito-idp", c.command, "--user-pool-id", c.here.ID, "--username", c.Username, "--region", v.who.Region)
	return p
}

// confirmed carries out a confirmed act. If the API refuses it, the page shows the refusal.
func (v *visit) confirmed(ctx context.Context, act func() error, ask func(context.Context, *visit) (*confirmation, error), then func() (*page, error)) (*page, error) {
	err := act()
	if err == nil {
		return then()
	}
	f := &form{}
	if err = f.refused(err); err != nil {
		return nil, err
	}
	c, err := ask(ctx, v)
	if err != nil {
		return nil, err
	}
	c.form = *f
	return v.confirmPage(c, http.StatusUnprocessableEntity), nil
}
