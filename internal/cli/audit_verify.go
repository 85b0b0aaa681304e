package cli

import (
	"context"
	"errors"
	"io"
	"math"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"poolhouse/internal/audit"
)

// auditChain is a chain of events as a server reports it.
type auditChain struct {
	Chain         string
	HeadNumber    int64
	HeadHash      string
	ExpiredNumber int64
	ExpiredHash   string
	ExpiredBefore float64 // seconds since 1970
}

// verify checks all events against their chains.
func (a *auditCommand) verify(ctx context.Context, cfg aws.Config, out io.Writer) error {
	chains, err := auditChains(ctx, cfg)
	if err != nil {
		return err
	}
	v := audit.NewVerifier(chains)
	a.limit = math.MaxInt
	for e, err := range a.events(ctx, cfg) {
		if err != nil {
			return err
		}
		v.Add(e.linked())
	}
	faults, expired := v.End()
	for _, fault := range faults {
		say(out, "%s\n", fault)
	}
	for _, c := range chains {
		say(out, "chain %s: ends with event %d, hash %s", c.ID, c.HeadNo, c.HeadHash)
		if c.AnchorNo > 0 {
			say(out, "; events up to %d have expired, those before %s", c.AnchorNo, c.AnchorAt.Format(time.RFC3339))
		}
		say(out, "\n")
	}
	say(out, "%d events checked, %d have expired\n", v.Events, expired)
	if len(faults) > 0 {
		return errors.New("the audit is not intact: events are missing or were changed")
	}
	return nil
}

// auditChains returns the chains. They must be requested before the events.
func auditChains(ctx context.Context, cfg aws.Config) (chains []audit.Chain, err error) {
	var page struct{ Chains []auditChain }
	if err := callOwn(ctx, cfg, "ListAuditEvents", auditQuery{MaxResults: 1, WithChains: true}, &page); err != nil {
		return nil, err
	}
	for _, c := range page.Chains {
		chain := audit.Chain{ID: c.Chain, HeadNo: c.HeadNumber, HeadHash: c.HeadHash, AnchorNo: c.ExpiredNumber, AnchorHash: c.ExpiredHash}
		if c.ExpiredNumber > 0 {
			chain.AnchorAt = time.UnixMilli(int64(math.Round(c.ExpiredBefore * 1000))).UTC()
		}
		chains = append(chains, chain)
	}
	return chains, nil
}

// linked returns the event in the form that was hashed.
func (e *auditEvent) linked() audit.Event {
	return audit.Event{
		ID: e.EventId, At: time.UnixMilli(int64(math.Round(e.Timestamp * 1000))), RequestID: e.RequestId, Region: e.Region, Service: e.Service, Operation: e.Operation,
		Principal: e.Principal, AccessKeyID: e.AccessKeyId, Address: e.SourceAddress, UserAgent: e.UserAgent, Resource: e.Resource, Details: e.Details,
		Result: e.Result, Chain: e.Chain, ChainNo: e.ChainNumber, Hash: e.Hash,
	}
}
