package poolhouseservice

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/audit"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// listAuditEvents is one of our own operations. It lists the events of the audit record.
func (s *Service) listAuditEvents(ctx context.Context, in *poolhouseapi.ListAuditEventsRequest) (*poolhouseapi.ListAuditEventsResponse, error) {
	const defaultPage = 100
	query := audit.Query{From: in.StartTime.Time, To: in.EndTime.Time, Operation: in.Operation, Principal: in.Principal}
	if !query.From.IsZero() && !query.To.IsZero() && query.To.Before(query.From) {
		return nil, userpool.Errorf(userpool.InvalidParameter, "The EndTime is before the StartTime.")
	}
	var err error
	list := pagetoken.List{poolhouseapi.ListAuditEvents.Name, in.Operation, in.Principal}
	if query.After, err = s.parseAuditToken(list, in.NextToken); err != nil {
		return nil, err
	}
	page := int(service.ValueOr(in.MaxResults, defaultPage))
	query.Limit = page + 1 // one more shows whether there is another page
	var chains []audit.Chain
	if service.Value(in.WithChains) { // before the events, which then reach at least up to these heads
		if chains, err = s.Audit.Chains(ctx); err != nil {
			return nil, err
		}
	}
	events, err := s.Audit.Events(ctx, query)
	if err != nil {
		return nil, err
	}
	out := &poolhouseapi.ListAuditEventsResponse{Chains: auditChains(chains), Events: make([]poolhouseapi.AuditEventType, 0, len(events))}
	if len(events) > page {
		events = events[:page]
		out.NextToken = s.auditToken(list, events[page-1].Position())
	}
	for i := range events {
		out.Events = append(out.Events, auditEvent(&events[i]))
	}
	return out, nil
}

func auditEvent(e *audit.Event) poolhouseapi.AuditEventType {
	return poolhouseapi.AuditEventType{
		EventId: e.ID, Timestamp: service.Timestamp(e.At), RequestId: e.RequestID, Region: e.Region, Service: e.Service, Operation: e.Operation, Principal: e.Principal,
		AccessKeyId: e.AccessKeyID, SourceAddress: e.Address, UserAgent: e.UserAgent, Resource: e.Resource, Details: e.Details, Result: e.Result,
		Chain: e.Chain, ChainNumber: known(e.ChainNo), Hash: e.Hash,
	}
}

func auditChains(chains []audit.Chain) (out []poolhouseapi.AuditChainType) {
	for _, c := range chains {
		out = append(out, poolhouseapi.AuditChainType{
			Chain: c.ID, HeadNumber: &c.HeadNo, HeadHash: c.HeadHash, ExpiredNumber: &c.AnchorNo, ExpiredHash: c.AnchorHash, ExpiredBefore: service.Timestamp(c.AnchorAt),
		})
	}
	return out
}

// auditToken returns a token for the last event of a page.
func (s *Service) auditToken(list pagetoken.List, p audit.Position) string {
	return s.Pages.Seal(list, strconv.FormatInt(p.At.UnixMilli(), 10)+" "+p.ID)
}

func (s *Service) parseAuditToken(list pagetoken.List, token string) (p audit.Position, err error) {
	place, err := service.OpenPage(s.Pages, list, token)
	if err != nil || place == "" {
		return p, err
	}
	at, id, _ := strings.Cut(place, " ")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil || uuid.Validate(id) != nil {
		return p, userpool.Errorf(userpool.InvalidParameter, "Invalid pagination token given: %s gave no such token for this list.", list[0])
	}
	return audit.Position{At: time.UnixMilli(ms), ID: id}, nil
}
