package audit

import (
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// chained returns recorded events and their chain.
func chained(t *testing.T, n int) (events []Event, c Chain) {
	t.Helper()
	r := NewRecorder(&memory{}, Chain{ID: "c"}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	for range n {
		events = append(events, r.link(Event{Operation: "DeleteUserPool", Resource: "arn", Details: "pool=x"}))
	}
	return events, r.last
}

func verify(events []Event, chains ...Chain) (faults string, expired int64) {
	v := NewVerifier(chains)
	for _, e := range slices.Backward(events) {
		v.Add(e)
	}
	all, expired := v.End()
	return strings.Join(all, "\n"), expired
}

// TestVerify: a chain is valid as recorded, and after its beginning has expired. Every removed,
// changed, added or moved event is detected.
func TestVerify(t *testing.T) {
	events, whole := chained(t, 6)
	if faults, _ := verify(events, whole); faults != "" {
		t.Errorf("a whole chain: %s", faults)
	}
	if faults, _ := verify(nil, Chain{ID: "new"}); faults != "" {
		t.Errorf("a chain without events: %s", faults)
	}
	anchored := whole
	anchored.AnchorNo, anchored.AnchorHash = 2, events[1].Hash
	if faults, expired := verify(events[2:], anchored); faults != "" || expired != 2 {
		t.Errorf("a chain whose beginning has expired: %s, %d", faults, expired)
	}
	all := whole
	all.AnchorNo, all.AnchorHash = 6, whole.HeadHash
	if faults, expired := verify(nil, all); faults != "" || expired != 6 {
		t.Errorf("a chain that has expired: %s, %d", faults, expired)
	}
	want := func(name, text string, events []Event, chains ...Chain) {
		t.Helper()
		if faults, _ := verify(events, chains...); !strings.Contains(faults, text) {
			t.Errorf("%s: %q, want %q", name, faults, text)
		}
	}
	for i := range events {
		want("one was removed", "are missing", slices.Delete(slices.Clone(events), i, i+1), whole)
	}
	want("the beginning was removed", "the events 1 to 2 are missing", events[2:], whole)
	want("all were removed", "the events 1 to 6 are missing", nil, whole)
	want("removed behind what has expired", "the events 3 to 3 are missing", events[3:], anchored)
	want("what is left of what has expired", "is said to have expired", events[1:], anchored)
	forged := anchored
	forged.AnchorNo = 3
	want("another anchor", "does not fit", events[3:], forged)
	want("a chain that is not known", "it is not known", events)
	want("no chain", "no link", []Event{{ID: "x"}}, whole)
	for name, change := range map[string]func(*Event){
		"id": func(e *Event) { e.ID = "x" }, "time": func(e *Event) { e.At = e.At.Add(time.Millisecond) }, "request": func(e *Event) { e.RequestID = "x" },
		"region": func(e *Event) { e.Region = "x" }, "service": func(e *Event) { e.Service = "x" }, "operation": func(e *Event) { e.Operation = "x" },
		"principal": func(e *Event) { e.Principal = "x" }, "key": func(e *Event) { e.AccessKeyID = "x" }, "address": func(e *Event) { e.Address = "x" },
		"agent": func(e *Event) { e.UserAgent = "x" }, "resource": func(e *Event) { e.Resource = "x" }, "details": func(e *Event) { e.Details = "x" },
		"result": func(e *Event) { e.Result = "x" }, "hash": func(e *Event) { e.Hash = "x" }, "a shifted text": func(e *Event) { e.Resource, e.Details = "arnpool=x", "" },
	} {
		for _, i := range []int{0, 3, 5} {
			changed := slices.Clone(events)
			change(&changed[i])
			want("another "+name, "changed", changed, whole)
		}
	}
}

// TestChainGoesOn: a restarted server continues its chain. Even after its clock was put back,
// no event is older than the one before.
func TestChainGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events, last := chained(t, 2)
		last.HeadAt = time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
		r := NewRecorder(&memory{}, last, slog.New(slog.NewTextHandler(io.Discard, nil)))
		e := r.link(Event{Operation: "CreateUser"})
		if e.ChainNo != 3 || e.ComputeHash(events[1].Hash) != e.Hash || !e.At.After(last.HeadAt) {
			t.Errorf("the next event is %+v", e)
		}
	})
}
