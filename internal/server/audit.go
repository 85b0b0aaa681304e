package server

import (
	"context"

	"poolhouse/internal/access"
	"poolhouse/internal/audit"
	"poolhouse/internal/exchange"
)

// record stores audit events until finish is called, which is when no request
// is under way any more; finish waits until what is left is stored.
func (s *Server) record(ctx context.Context) (finish func()) {
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); s.audit.Run(ctx) }()
	return func() {
		stop()
		<-done
	}
}

// ended writes a call down that changes something, or would have. One without
// a good signature changes nothing and is nobody's: anybody could fill the
// table with them.
func (s *Server) ended(ctx context.Context, e exchange.End) {
	who, known := access.IdentityOf(ctx)
	if !known || !audit.Changes(e.Operation) {
		return
	}
	s.audit.Record(ctx, audit.Event{
		RequestID: e.RequestID, Service: e.Service, Operation: e.Operation,
		Principal: who.ARN, AccessKeyID: who.AccessKeyID, Address: e.Address, UserAgent: e.UserAgent,
		Resource: access.ResourceOf(ctx), Result: e.Exception,
	})
}
