// Package membership is the servers that share a database. Each writes down
// that it is there, and with which settings; one that does not agree with
// those that are there already does not start.
//
// It owns which settings must agree and what a disagreement is called. It
// coordinates nothing: who works on which import job is decided by leases
// (package importjob), not by who is a member.
package membership

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"poolhouse/internal/guard"
)

// Member is one server.
type Member struct {
	Node     string
	Settings []Setting
	Seen     time.Time // when it last said that it is there
}

// Setting is one in which the servers must agree.
type Setting struct {
	Name   string `json:"name"`   // as on the command line
	Value  string `json:"value"`  // never a secret
	Advice string `json:"advice"` // what to do when servers differ: a sentence
}

// Store keeps members. Every method is one transaction.
type Store interface {
	// Join writes the member down, in place of what it said before, forgets
	// those not seen since before long, and returns the others that were
	// seen since recent.
	Join(ctx context.Context, m Member, recent, long time.Time) (others []Member, err error)
	// Leave forgets a member.
	Leave(ctx context.Context, node string) error
}

const (
	// every is how often a member says that it is there.
	every = 5 * time.Second
	// Recent is how long a member counts as there after it said so.
	Recent = 3 * every
	// long is how long it is remembered.
	long = time.Hour
)

// Join makes the server a member. It returns an error, and the server is none,
// when another disagrees or the store fails.
func Join(ctx context.Context, s Store, m Member) error {
	others, err := say(ctx, s, m)
	if err == nil {
		err = disagreement(m, others)
	}
	if err != nil { // a store that failed may have written it down all the same
		return errors.Join(err, Leave(ctx, s, m.Node))
	}
	return nil
}

// Leave makes the server no member any more, also when ctx has ended. It is for
// one that joined and then does not [Keep] its place.
func Leave(ctx context.Context, s Store, node string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), every)
	defer cancel()
	if err := s.Leave(ctx, node); err != nil {
		return fmt.Errorf("the other servers will think for a while that this one, %s, is there: %w", node, err)
	}
	return nil
}

func say(ctx context.Context, s Store, m Member) ([]Member, error) {
	now := time.Now()
	m.Seen = now
	return s.Join(ctx, m, now.Add(-Recent), now.Add(-long))
}

// disagreement returns an error that names every setting in which the member
// differs from another, nil when all agree.
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

// Keep says now and then that the server is there, until ctx ends; then the
// member leaves. A disagreement that shows meanwhile, after servers could not
// see each other, is logged as an error.
func Keep(ctx context.Context, s Store, m Member, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			if err := Leave(ctx, s, m.Node); err != nil {
				log.Warn("leaving the other servers", "error", err)
			}
			return
		case <-tick.C:
		}
		turn, cancel := context.WithTimeout(ctx, Recent)
		others, err := guard.Call(func() ([]Member, error) { return say(turn, s, m) })
		cancel()
		if err == nil {
			err = disagreement(m, others)
		}
		if err != nil && ctx.Err() == nil {
			log.Error("this server is not in step with the others", "error", err)
		}
	}
}
