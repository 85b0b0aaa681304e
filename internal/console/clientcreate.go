package console

import (
	"context"
	"net/http"
	"slices"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
)

func clientCreateAction() action {
	return action{path: "/pools/{pool}/app-clients/create", show: showClientCreate, act: createClient}
}

// clientForm is the form that creates an app client.
type clientForm struct {
	form
	Name   string
	Secret bool
	Flows  []string
}

// readClientForm returns the submitted form.
func readClientForm(r *http.Request) *clientForm {
	return &clientForm{Name: strings.TrimSpace(r.PostFormValue("name")), Secret: r.PostFormValue("secret") != "", Flows: r.PostForm["flow"]}
}

// flow is an authentication flow of an app client.
type flow struct{ Value, Text, Hint string }

// flows are the flows to choose from.
var flows = []flow{
	{string(cognitoapi.ExplicitAuthFlowsTypeAllowUserSrpAuth), "Secure Remote Password", "The password does not leave the application."},
	{string(cognitoapi.ExplicitAuthFlowsTypeAllowUserPasswordAuth), "Name and password", "The application sends both."},
	{string(cognitoapi.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth), "Name and password, from a server with an access key", ""},
	{string(cognitoapi.ExplicitAuthFlowsTypeAllowRefreshTokenAuth), "Refresh tokens", "Sessions go on without the password."},
}

// Choices returns the flows as checkboxes.
func (f *clientForm) Choices() (all []choice) {
	for _, each := range flows {
		all = append(all, newChoice("checkbox", "flow", each.Value, each.Text, each.Hint, slices.Contains(f.Flows, each.Value)))
	}
	return all
}

// NameField returns the field of the name.
func (f *clientForm) NameField() input { return f.field("name", "Name", f.Name, nameConstraint) }

func (f *clientForm) input(pool string) *cognitoapi.CreateUserPoolClientRequest {
	in := &cognitoapi.CreateUserPoolClientRequest{UserPoolId: pool, ClientName: f.Name, GenerateSecret: new(f.Secret)}
	for _, each := range f.Flows {
		in.ExplicitAuthFlows = append(in.ExplicitAuthFlows, cognitoapi.ExplicitAuthFlowsType(each))
	}
	return in
}

func (v *visit) clientCreatePage(ctx context.Context, f *clientForm, status int) (*page, error) {
	id := v.r.PathValue("pool")
	if err := must(ctx, v, cognitoapi.CreateUserPoolClient, &cognitoapi.CreateUserPoolClientRequest{UserPoolId: id}); err != nil {
		return nil, err
	}
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	words := []string{"cognito-idp", "create-user-pool-client", "--user-pool-id", id, "--client-name", f.Name}
	if f.Name == "" {
		words[len(words)-1] = "NAME"
	}
	if f.Secret {
		words = append(words, "--generate-secret")
	}
	if len(f.Flows) > 0 {
		words = append(append(words, "--explicit-auth-flows"), f.Flows...)
	}
	return &page{
		Template: "client-create", Title: "Create app client", At: "clients", Pool: here, Crumbs: []crumb{here.crumb(), {"App clients", pathTo("pools", id, "app-clients")}},
		Form: &f.form, Data: f, status: status, Command: command(append(words, "--region", v.who.Region)...),
	}, nil
}

func showClientCreate(ctx context.Context, v *visit) (*page, error) {
	f := &clientForm{Flows: []string{flows[0].Value, flows[3].Value}}
	if v.isAgain {
		f = readClientForm(v.r)
	}
	return v.clientCreatePage(ctx, f, http.StatusOK)
}

func createClient(ctx context.Context, v *visit) (*page, error) {
	id := v.r.PathValue("pool")
	f := readClientForm(v.r)
	f.checkName("name", "app client", f.Name)
	if len(f.problems) == 0 {
		out, err := do(ctx, v, cognitoapi.CreateUserPoolClient, f.input(id))
		if err == nil {
			client, to := out.UserPoolClient.ClientId, pathTo("pools", id, "app-clients")
			if may(ctx, v, cognitoapi.DescribeUserPoolClient, &cognitoapi.DescribeUserPoolClientRequest{UserPoolId: id, ClientId: client}) {
				to = pathTo("pools", id, "app-clients", client)
			}
			return done(to, "{} was created.", f.Name), nil
		}
		if err = f.refused(err); err != nil {
			return nil, err
		}
	}
	return v.clientCreatePage(ctx, f, http.StatusUnprocessableEntity)
}
