package console

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

func outboxAction() action { return action{path: "/pools/{pool}/outbox", show: showOutbox} }

// messagesOfPage is how many messages a page has.
const messagesOfPage = 20

// outboxData is what the template outbox shows.
type outboxData struct {
	Username  string // that is looked for, "" for all
	Refused   string // by the API, of the name; "" for nothing
	IsUnknown bool   // no user has the name
	Rows      []outboxRow
	Pager     pager
	Clear     string
}

// outboxRow is a message in the list.
type outboxRow struct {
	poolhouseapi.OutboxMessageType
	About, Path string // what it is about, and its user's page; "" for those who may not see it
}

// aboutMessages are kinds of messages as the pages call them.
var aboutMessages = map[string]string{"ForgotPassword": "Password reset", "AdminCreateUser": "Invitation"}

func showOutbox(ctx context.Context, v *visit) (*page, error) {
	id := v.r.PathValue("pool")
	in := &poolhouseapi.ListOutboxMessagesRequest{
		UserPoolId: id, Username: strings.TrimSpace(v.r.FormValue("username")), NextToken: v.r.FormValue("token"), MaxResults: new(int32(messagesOfPage)),
	}
	if err := must(ctx, v, poolhouseapi.ListOutboxMessages, in); err != nil {
		return nil, err
	}
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	d := &outboxData{Username: in.Username, Clear: pathTo("pools", id, "outbox")}
	path := func(token string) string {
		return withQuery(pathTo("pools", id, "outbox"), "username", d.Username, "token", token)
	}
	words := []string{"poolhouse", "outbox", "--user-pool-id", id, "--region", v.who.Region}
	if d.Username != "" {
		words = append(words, "--username", d.Username)
	}
	p := &page{Template: "outbox", Title: "Outbox", At: "outbox", Pool: here, Crumbs: []crumb{here.crumb()}, Data: d, Command: shell(words...)}
	out, err := do(ctx, v, poolhouseapi.ListOutboxMessages, in)
	switch said := saidOf(err); {
	case named(err, []string{"UserNotFoundException"}):
		d.IsUnknown = true
		return p, nil
	case said != "" && in.NextToken == "" && d.Username != "":
		d.Refused, p.status = said, http.StatusBadRequest
		return p, nil
	case err != nil:
		return nil, err
	}
	maySee := may(ctx, v, cognitoapi.AdminGetUser, &cognitoapi.AdminGetUserRequest{UserPoolId: id})
	for _, m := range out.Messages {
		row := outboxRow{OutboxMessageType: m, About: cmp.Or(aboutMessages[m.Kind], m.Kind)}
		if maySee {
			row.Path = userPath(id, m.Username)
		}
		d.Rows = append(d.Rows, row)
	}
	if out.NextToken != "" {
		d.Pager = pager{Next: path(out.NextToken), NextText: "Earlier messages"}
	}
	if in.NextToken != "" {
		d.Pager.First = path("")
	}
	return p, nil
}
