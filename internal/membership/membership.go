// Package membership is the list of servers that share a database. Each server registers itself
// with its settings. A server with other settings than the registered ones does not start.
//
// The package owns which settings must agree and the errors of a disagreement. It coordinates
// nothing else: leases decide which server works on which import job (package importjob), not
// membership.
package membership

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"poolhouse/internal/guard"
)

// Member is a server in the list.
type Member struct {
	Node     string
	Settings []Setting
	Seen     time.Time // time of its last report
}

// Setting is a setting that must agree on all servers.
type Setting struct {
	Name   string `json:"name"`   // as on the command line
	Value  string `json:"value"`  // never a secret
	Advice string `json:"advice"` // what to do if servers differ, as a sentence
}

// Store stores the list of members. Every method is one transaction.
type Store interface {
	// Join adds or updates the member, deletes those last seen before long, and returns the others
	// that were seen since recent.
	Join(ctx context.Context, m Member, recent, long time.Time) (others []Member, err error)
	// Leave removes a member.
	Leave(ctx context.Context, node string) error
}

const (
	// every is the time between two reports of a member.
	every = 5 * time.Second
	// Recent is how long a member is listed after a report.
	Recent = 3 * every
	// long is the time after which a silent member is deleted.
	long = time.Hour
)

// Join registers the server. If another server disagrees or the store fails, it returns an error
// and the server is not registered.
func Join(ctx context.Context, s Store, m Member) error {
	others, err := register(ctx, s, m)
	if err == nil {
		err = disagreement(m, others)
	}
	if err != nil { // the store may have registered it in spite of the error
		return errors.Join(err, Leave(ctx, s, m.Node))
	}
	return nil
}

// Leave deregisters the server, even after ctx has ended. It is for a server that joined and then
// does not call [KeepAlive].
func Leave(ctx context.Context, s Store, node string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), every)
	defer cancel()
	if err := s.Leave(ctx, node); err != nil {
		return fmt.Errorf("could not deregister server %s; its peers list it for up to %s: %w", node, Recent, err)
	}
	return nil
}

func register(ctx context.Context, s Store, m Member) ([]Member, error) {
	now := time.Now()
	m.Seen = now
	return s.Join(ctx, m, now.Add(-Recent), now.Add(-long))
}

// disagreement returns an error with every setting that differs from another member's, nil if all
// agree.
func disagreement(m Member, others []Member) error {
	var problems []error
	told := map[string]bool{}
	for _, other := range others {
		for _, mine := range m.Settings {
			for _, theirs := range other.Settings {
				if mine.Name == theirs.Name && mine.Value != theirs.Value && !told[mine.Name] {
					told[mine.Name] = true
					problems = append(problems, fmt.Errorf("%s is %s here, but %s on the server %s, which uses the same database. %s",
						mine.Name, mine.Value, theirs.Value, other.Node, mine.Advice))
				}
			}
		}
	}
	return errors.Join(problems...)
}

// KeepAlive reports regularly that the server is running, until ctx ends; then it deregisters the
// server. A disagreement can appear later, after servers could not see each other; it is logged as
// an error.
func KeepAlive(ctx context.Context, s Store, m Member, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			if err := Leave(ctx, s, m.Node); err != nil {
				log.Warn("server not deregistered", "error", err)
			}
			return
		case <-tick.C:
		}
		attempt, cancel := context.WithTimeout(ctx, Recent)
		others, err := guard.Call(func() ([]Member, error) { return register(attempt, s, m) })
		cancel()
		if err == nil {
			err = disagreement(m, others)
		}
		if err != nil && ctx.Err() == nil {
			log.Error("server not registered, or its settings differ from those of its peers", "error", err)
		}
	}
}
