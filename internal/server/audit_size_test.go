package server

import (
	"context"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/audit"
	"poolhouse/internal/config"
)

// TestRecordIsBounded: the audit stays below audit-max-bytes also within the hour, and its
// remaining chain is whole.
func TestRecordIsBounded(t *testing.T) {
	const most = 1_000_000
	s := mustOpen(t, func() config.Config {
		cfg := config.Default()
		cfg.Data, cfg.Listen, cfg.AuditMaxBytes = t.TempDir(), "127.0.0.1:0", most
		return cfg
	}())
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	finish := s.record(t.Context())
	trimmed := make(chan struct{}, 1)
	all := s.expiries()
	for i := range all {
		if all[i].when == nil {
			continue
		}
		trim := all[i].do
		all[i].do = func(ctx context.Context, now time.Time) error {
			defer func() {
				select {
				case trimmed <- struct{}{}:
				default:
				}
			}()
			return trim(ctx, now)
		}
	}
	go func() { defer close(done); s.expire(ctx, all) }()
	var written int64
	e := audit.Event{Service: "iam", Operation: "CreateUser", Principal: "arn:aws:iam::000000000000:root", Resource: strings.Repeat("x", 400)}
	for range 10_000 {
		s.audit.Record(t.Context(), e)
		written += e.Size()
	}
	finish()
	kept := func() (size int64) {
		events, err := s.store.Audit().Events(t.Context(), audit.Query{Limit: 20_000})
		if err != nil {
			t.Fatal(err)
		}
		for i := range events {
			size += events[i].Size()
		}
		return size
	}
	for late := time.After(30 * time.Second); kept() > most+most/auditChecks; {
		select {
		case <-trimmed:
		case <-late:
			t.Fatal("waited too long for the deletion of events")
		}
	}
	stop()
	<-done
	if size := kept(); size > most+most/auditChecks || size < most/2 {
		t.Errorf("of %d bytes %d are kept, want %d", written, size, most)
	}
	chains, err := s.store.Audit().Chains(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v := audit.NewVerifier(chains)
	events, err := s.store.Audit().Events(t.Context(), audit.Query{Limit: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		v.Add(e)
	}
	if faults, expired := v.End(); len(faults) > 0 || int(expired)+len(events) != 10_000 {
		t.Errorf("%d events are left, %d have expired: %q", len(events), expired, faults)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}
