package poolhouseservice

import (
	"context"
	"slices"
	"strconv"

	"github.com/google/uuid"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/outbox"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// listOutboxMessages lists messages to the users of a pool, or to one user, with their codes,
// the newest first. With AfterMessageId it lists the messages after that one, which may be
// deleted already.
func (s *Service) listOutboxMessages(ctx context.Context, c *dispatch.Call, in *poolhouseapi.ListOutboxMessagesRequest) (*poolhouseapi.ListOutboxMessagesResponse, error) {
	const defaultLimit = 50
	p, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	sub := ""
	if in.Username != "" {
		u, err := s.Users.User(ctx, p, in.Username)
		if err != nil {
			return nil, err
		}
		sub = u.Sub
		c.Note("sub", sub)
	}
	list := pagetoken.List{poolhouseapi.ListOutboxMessages.Name, p.ID, sub, in.AfterMessageId}
	before, err := service.OpenPage(s.Pages, list, in.NextToken)
	if err != nil {
		return nil, err
	}
	if before != "" && uuid.Validate(before) != nil {
		return nil, userpool.Errorf(userpool.InvalidParameter, "Invalid pagination token given: %s gave no such token for this list.", list[0])
	}
	limit := int(service.ValueOr(in.MaxResults, defaultLimit))
	messages, err := s.Outbox.Messages(ctx, p, sub, before, limit+1) // one more shows whether there is another page
	if err != nil {
		return nil, err
	}
	messages = slices.DeleteFunc(messages, func(m outbox.Message) bool { return m.ID <= in.AfterMessageId })
	next := ""
	if len(messages) > limit {
		messages = messages[:limit]
		next = messages[limit-1].ID
	}
	out := &poolhouseapi.ListOutboxMessagesResponse{Messages: make([]poolhouseapi.OutboxMessageType, len(messages)), NextToken: service.SealPage(s.Pages, list, next)}
	for i := range messages {
		out.Messages[i] = outboxMessage(&messages[i])
	}
	c.Note("messages", strconv.Itoa(len(messages)))
	return out, nil
}

func outboxMessage(m *outbox.Message) poolhouseapi.OutboxMessageType {
	return poolhouseapi.OutboxMessageType{
		MessageId: m.ID, CreationDate: service.Timestamp(m.At), Username: m.Username, Sub: m.Sub, Kind: string(m.Kind), DeliveryMedium: string(m.Medium),
		AttributeName: m.Attribute, Destination: m.Destination, Subject: m.Subject, Body: m.Body, BodyIsHtml: &m.HTML, Code: m.Code,
	}
}
