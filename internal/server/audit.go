package server

import (
	"context"
	"sync"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/audit"
	"poolhouse/internal/dispatch"
)

// openAudit makes the recorder. The recorder continues the chain of the data directory. The
// chain's name is the directory's id, so two servers never share a chain.
func (s *Server) openAudit(ctx context.Context) error {
	name, err := s.directoryID()
	if err != nil {
		return err
	}
	chain := audit.Chain{ID: name}
	chains, err := s.store.Audit().Chains(ctx)
	for _, c := range chains {
		if c.ID == name {
			chain = c
		}
	}
	s.audit = audit.NewRecorder(s.store.Audit(), chain, s.log)
	s.grown = s.audit.Growth(s.cfg.AuditMaxBytes / auditChecks)
	return err
}

// record stores audit events until finish is called. The caller calls finish after the last
// request has ended; finish waits until all remaining events are stored.
func (s *Server) record(ctx context.Context) (finish func()) {
	storing, stop := context.WithCancel(ctx)
	folding, stopFolding := context.WithCancel(ctx)
	var done, folded sync.WaitGroup
	done.Go(func() { s.audit.Run(storing) })
	folded.Go(func() { s.refused.Run(folding) })
	return func() {
		stopFolding()
		folded.Wait()
		s.refused.Close(ctx)
		stop()
		done.Wait()
	}
}

// ended counts a call. It records the call if it changes something, or was refused a change.
// Calls of unknown callers change nothing and are not recorded: any stranger could fill the
// table with them.
func (s *Server) ended(ctx context.Context, c *dispatch.Call, e dispatch.End) {
	s.counted(c, e)
	by := principal(c)
	if by == "" || !audit.IsChange(c.Operation.Name) || gaveNothing(c) {
		return
	}
	s.refused.Record(ctx, audit.Event{
		RequestID: c.ID, Region: c.From.Region, Service: c.Service(), Operation: c.Operation.Name,
		Principal: by, AccessKeyID: c.From.AccessKeyID, Address: c.From.Address, UserAgent: c.From.Agent,
		Resource: c.About.Resource, Details: details(c), Result: e.Error,
	})
}

// principal returns the principal of a call, "" if it is unknown. It is an ARN. For a call
// that needs no signature it is the sub of the user that the call is about.
func principal(c *dispatch.Call) string {
	if c.From.Known() {
		return c.From.ARN
	}
	if !c.Operation.Signed {
		for _, n := range c.Notes() {
			if n.Name == "sub" {
				return n.Value
			}
		}
	}
	return ""
}

// gaveNothing reports whether a call that is recorded for its answer handed out nothing.
// One such answer is an outbox page without messages: clients poll it while they wait for a
// message. The other is an SRP challenge: anyone gets one for any name, as often as the rates
// allow.
func gaveNothing(c *dispatch.Call) bool {
	switch out := c.Output.(type) {
	case *poolhouseapi.ListOutboxMessagesResponse:
		return out != nil && len(out.Messages) == 0
	case *cognitoapi.InitiateAuthResponse:
		return out != nil && out.ChallengeName == cognitoapi.ChallengeNameTypePasswordVerifier
	}
	return false
}
