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

// messagesOfPage is the number of messages on a page.
const messagesOfPage = 20

// outboxData is the data of the template outbox.
type outboxData struct {
	Username  string // the user whose messages are shown, "" for all
	Refused   string // the API's message about the name, "" if it is accepted
	IsUnknown bool   // there is no such user
	Rows      []outboxRow
	Pager     pager
	Clear     string
}

// outboxRow is a message in the list.
type outboxRow struct {
	poolhouseapi.OutboxMessageType
	About, Path string // the kind of message, and the path of the user's page, "" if the caller may not see it
}

// aboutMessages are the names of message kinds on pages.
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
