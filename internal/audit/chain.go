package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// A server's events form a chain: each has a number, and a hash of itself and the previous
// hash. So an event that was removed or changed later is detected, unless all later events were
// rewritten. A copy of a hash elsewhere, such as in the log's lines, reveals that, too. Expired
// events leave an anchor: the number and hash of the last expired event.

// Chain is the stored state of a chain, without its events.
type Chain struct {
	ID string
	// Head is the last event: 0 and "" before the first.
	HeadNo   int64
	HeadHash string
	HeadAt   time.Time
	// Anchor is the last expired event: 0 and "" if there is none. All events up to it are older
	// than AnchorAt.
	AnchorNo   int64
	AnchorHash string
	AnchorAt   time.Time
}

// ComputeHash returns the event's hash: hexadecimal SHA-256 of the previous hash and the event's texts,
// each preceded by its length.
func (e *Event) ComputeHash(before string) string {
	sum := sha256.New()
	add := func(text string) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(text)))
		sum.Write(size[:])
		sum.Write([]byte(text))
	}
	for _, text := range []string{
		before, e.Chain, fmt.Sprint(e.ChainNo), e.ID, fmt.Sprint(e.At.UnixMilli()), e.RequestID, e.Region, e.Service, e.Operation,
		e.Principal, e.AccessKeyID, e.Address, e.UserAgent, e.Resource, e.Details, e.Result,
	} {
		add(text)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Verifier checks events against their chains. It takes the events from the newest to the
// oldest and returns the faults at the end.
type Verifier struct {
	chains map[string]*Chain
	next   map[string]*Event // by chain, the event added last
	faults []string
	Events int // the number of checked events
}

// NewVerifier returns a verifier. Read the chains before the events.
func NewVerifier(chains []Chain) *Verifier {
	v := &Verifier{chains: map[string]*Chain{}, next: map[string]*Event{}}
	for i := range chains {
		v.chains[chains[i].ID] = &chains[i]
	}
	return v
}

func (v *Verifier) fault(format string, args ...any) {
	v.faults = append(v.faults, fmt.Sprintf(format, args...))
}

// missing reports that the events between two numbers are missing.
func (v *Verifier) missing(chain string, from, to int64) {
	if from <= to {
		v.fault("chain %s: the events %d to %d are missing: they were removed, or could not be stored, which the server's log then says", chain, from, to)
	}
}

// Add checks the next event.
func (v *Verifier) Add(e Event) {
	v.Events++
	if e.Chain == "" {
		v.fault("the event %s is no link of a chain", e.ID)
		return
	}
	later := v.next[e.Chain]
	v.next[e.Chain] = &e
	if later == nil {
		if c := v.chains[e.Chain]; c != nil {
			v.missing(e.Chain, e.ChainNo+1, c.HeadNo)
			if e.ChainNo == c.HeadNo && e.Hash != c.HeadHash {
				v.fault("chain %s: the event %d (%s) is not the one that the chain ended with: it was changed", e.Chain, e.ChainNo, e.ID)
			}
		}
		return
	}
	if e.ChainNo >= later.ChainNo {
		v.fault("chain %s: the event %d (%s) is not before the event %d: it was changed, or added", e.Chain, e.ChainNo, e.ID, later.ChainNo)
		return
	}
	v.missing(e.Chain, e.ChainNo+1, later.ChainNo-1)
	if e.ChainNo == later.ChainNo-1 {
		v.check(later, e.Hash)
	}
}

// check compares an event with the previous hash.
func (v *Verifier) check(e *Event, before string) {
	if e.ComputeHash(before) != e.Hash {
		v.fault("chain %s: the event %d (%s, %s) does not fit its hash: it, or the hash of the one before, was changed", e.Chain, e.ChainNo, e.ID, e.At.UTC().Format(time.RFC3339))
	}
}

// End checks the beginnings of the chains after the last event. It returns the faults, if any,
// and the number of expired events.
func (v *Verifier) End() (faults []string, expired int64) {
	for id, c := range v.chains {
		expired += c.AnchorNo
		first := v.next[id]
		switch {
		case first == nil:
			v.missing(id, c.AnchorNo+1, c.HeadNo)
			continue
		case first.ChainNo <= c.AnchorNo:
			v.fault("chain %s: the event %d is there, and is said to have expired", id, first.ChainNo)
			continue
		}
		v.missing(id, c.AnchorNo+1, first.ChainNo-1)
		if first.ChainNo == c.AnchorNo+1 {
			v.check(first, c.AnchorHash)
		}
	}
	for id := range v.next {
		if v.chains[id] == nil {
			v.fault("chain %s: there are events of it, and it is not known", id)
		}
	}
	return v.faults, expired
}
