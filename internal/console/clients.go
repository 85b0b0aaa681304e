package console

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
)

func clientsAction() action { return action{path: "/pools/{pool}/app-clients", show: showClients} }

// clientsOfPage is the number of app clients on a page.
const clientsOfPage = 60

// clientsData is the data of the template clients.
type clientsData struct {
	Rows              []cognitoapi.UserPoolClientDescription
	MayCreate, MaySee bool
	Pager             pager
}

func showClients(ctx context.Context, v *visit) (*page, error) {
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	token, path := v.r.FormValue("token"), pathTo("pools", here.ID, "app-clients")
	out, err := do(ctx, v, cognitoapi.ListUserPoolClients, &cognitoapi.ListUserPoolClientsRequest{UserPoolId: here.ID, MaxResults: new(int32(clientsOfPage)), NextToken: token})
	if err != nil {
		return nil, err
	}
	d := &clientsData{
		Rows: out.UserPoolClients, Pager: pager{Next: withNext(path, out.NextToken), NextText: "Next " + number(clientsOfPage)},
		MayCreate: may(ctx, v, cognitoapi.CreateUserPoolClient, &cognitoapi.CreateUserPoolClientRequest{UserPoolId: here.ID}),
		MaySee:    may(ctx, v, cognitoapi.DescribeUserPoolClient, &cognitoapi.DescribeUserPoolClientRequest{UserPoolId: here.ID}),
	}
	p := &page{
		Template: "clients", Title: "App clients", At: "clients", Pool: here, Crumbs: []crumb{here.crumb()}, Data: d,
		Command: command("cognito-idp", "list-user-pool-clients", "--user-pool-id", here.ID, "--region", v.who.Region),
	}
	if !d.MayCreate {
		p.Note = "Your key may look at app clients, not create them."
	}
	if token != "" {
		d.Pager.First = path
	} else if out.NextToken == "" {
		p.Count = number(len(d.Rows))
	}
	return p, nil
}
