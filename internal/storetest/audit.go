package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/audit"
)

// auditEvent returns an event at a time in milliseconds after now.
func auditEvent(ms int, id, operation, principal string) audit.Event {
	return audit.Event{Region: "eu-west-1",
		ID: id, At: now.Add(time.Duration(ms) * time.Millisecond), RequestID: "r-" + id, Service: "cognito-idp", Operation: operation,
		Principal: principal, AccessKeyID: "AKIA" + id, Address: "2001:db8::1", UserAgent: "é", Resource: "*", Result: "LimitExceededException",
	}
}

func testAuditKeepsEverything(t *testing.T, all Store) {
	s := all.Audit()
	noError(t, s.Append(t.Context(), nil))
	events, err := s.Events(t.Context(), audit.Query{Limit: 10})
	if len(events) > 0 || err != nil {
		t.Errorf("an empty store has %v, %v", events, err)
	}
	full, bare := auditEvent(1, "b", "SignUp", "ada"), audit.Event{ID: "a", At: now}
	noError(t, s.Append(t.Context(), []audit.Event{bare, full}))
	changed := full
	changed.Result = ""
	noError(t, s.Append(t.Context(), []audit.Event{changed, bare})) // again, which changes nothing
	events, err = s.Events(t.Context(), audit.Query{Limit: 10})
	same(t, []audit.Event{full, bare}, events, err)
}

// testAuditQueries reads by time, operation and principal, page by page.
func testAuditQueries(t *testing.T, all Store) {
	s := all.Audit()
	noError(t, s.Append(t.Context(), []audit.Event{
		auditEvent(0, "a", "CreateUser", "ada"), auditEvent(2, "c", "CreateUser", "bob"), auditEvent(2, "b", "DeleteUser", "ada"),
		auditEvent(2, "d", "CreateUser", "ada"), auditEvent(5, "e", "CreateUser", "ada"),
	}))
	at := func(ms int) time.Time { return now.Add(time.Duration(ms) * time.Millisecond) }
	for _, c := range []struct {
		query audit.Query
		want  string
	}{
		{audit.Query{}, "e d c b a"},
		{audit.Query{From: at(2)}, "e d c b"},
		{audit.Query{To: at(2)}, "a"},
		{audit.Query{From: at(1), To: at(5)}, "d c b"},
		{audit.Query{From: at(3), To: at(3)}, ""},
		{audit.Query{Operation: "CreateUser"}, "e d c a"},
		{audit.Query{Operation: "createuser"}, ""},
		{audit.Query{Principal: "ada"}, "e d b a"},
		{audit.Query{Principal: "ada", Operation: "CreateUser", To: at(3)}, "d a"},
		{audit.Query{Principal: "bob", Operation: "DeleteUser"}, ""},
	} {
		for limit := 1; limit <= 6; limit++ {
			c.query.Limit = limit
			if got := auditPages(t, s, c.query); got != c.want {
				t.Errorf("%+v: %s, want %s", c.query, got, c.want)
			}
		}
	}
}

// auditPages reads all pages of a query and returns the events' ids.
func auditPages(t *testing.T, s audit.Store, q audit.Query) string {
	t.Helper()
	var ids []string
	for {
		events, err := s.Events(t.Context(), q)
		noError(t, err)
		if len(events) > q.Limit {
			t.Fatalf("%+v: a page of %d", q, len(events))
		}
		for _, e := range events {
			ids = append(ids, e.ID)
		}
		if len(events) < q.Limit {
			return strings.Join(ids, " ")
		}
		q.After = events[len(events)-1].Position()
	}
}

// manyAuditEvents is more than a store adds or deletes at a time.
const manyAuditEvents = 12_345

// testAuditManyEvents: batches of every size are stored completely, even concurrently, and all
// expired events are deleted.
func testAuditManyEvents(t *testing.T, all Store) {
	s := all.Audit()
	var writers sync.WaitGroup
	var errs [4]error
	for w := range errs {
		writers.Go(func() {
			for from, n := w*manyAuditEvents, 1; from < (w+1)*manyAuditEvents; from, n = from+n, (n*2)%1001+1 {
				var batch []audit.Event
				for i := from; i < min(from+n, (w+1)*manyAuditEvents); i++ {
					batch = append(batch, auditEvent(i%manyAuditEvents/7000, fmt.Sprintf("%06d", i), "SignUp", "ada"))
				}
				errs[w] = errors.Join(errs[w], s.Append(t.Context(), batch))
			}
		})
	}
	writers.Wait()
	noError(t, errors.Join(errs[:]...))
	count := func() int {
		events, err := s.Events(t.Context(), audit.Query{Limit: 5 * manyAuditEvents})
		noError(t, err)
		return len(events)
	}
	if n := count(); n != len(errs)*manyAuditEvents {
		t.Errorf("%d events are stored, of %d", n, len(errs)*manyAuditEvents)
	}
	for _, c := range []struct{ ms, left int }{{0, len(errs) * manyAuditEvents}, {1, len(errs) * (manyAuditEvents - 7000)}, {9, 0}, {9, 0}} {
		noError(t, s.Expire(t.Context(), now.Add(time.Duration(c.ms)*time.Millisecond)))
		if diff := cmp.Diff(c.left, count()); diff != "" {
			t.Errorf("what is left before %d ms:\n%s", c.ms, diff)
		}
	}
}

// testAuditChains: events keep their chain, and a repeated batch changes nothing. Expired events
// leave an anchor that verifies the rest.
func testAuditChains(t *testing.T, all Store) {
	s := all.Audit()
	chains := map[string]string{} // hash of the last event
	var events []audit.Event
	for i := range 40 {
		e := auditEvent(i, fmt.Sprintf("%03d", i), "SignUp", "ada")
		e.Chain, e.Details = []string{"a", "b"}[i%2], "job=import-1"
		e.ChainNo = int64(i/2 + 1)
		e.Hash = e.ComputeHash(chains[e.Chain])
		chains[e.Chain] = e.Hash
		events = append(events, e)
	}
	verified := func(want, wantExpired int) {
		t.Helper()
		known, err := s.Chains(t.Context())
		noError(t, err)
		v := audit.NewVerifier(known)
		kept, err := s.Events(t.Context(), audit.Query{Limit: 100})
		noError(t, err)
		for _, e := range kept {
			v.Add(e)
		}
		if faults, expired := v.End(); len(faults) > 0 || int(expired) != wantExpired || v.Events != want {
			t.Errorf("%d events, %d expired, %q; want %d and %d", v.Events, expired, faults, want, wantExpired)
		}
	}
	noError(t, s.Append(t.Context(), events[:25]))
	noError(t, s.Append(t.Context(), events[25:]))
	noError(t, s.Append(t.Context(), events[:30]))
	verified(40, 0)
	noError(t, s.Expire(t.Context(), now.Add(11*time.Millisecond)))
	verified(29, 11)
	noError(t, s.Expire(t.Context(), now.Add(5*time.Millisecond)))
	verified(29, 11)
	noError(t, s.Expire(t.Context(), now.Add(time.Hour)))
	verified(0, 40)
}

// testAuditSize: the oldest events of all chains are deleted until the rest keeps to the limit. The
// rest stays valid, even if events come twice or are deleted by age meanwhile.
func testAuditSize(t *testing.T, all Store) {
	s := all.Audit()
	hashes, numbers := map[string]string{}, map[string]int64{}
	var sizes []int64
	link := func(i int) audit.Event {
		e := auditEvent(i/2, fmt.Sprintf("%05d", i), "SignUp", "ada") // two at a time
		e.Details = strings.Repeat("x", i%100)
		e.Chain = []string{"a", "b", "c"}[i%3]
		numbers[e.Chain]++
		e.ChainNo = numbers[e.Chain]
		e.Hash = e.ComputeHash(hashes[e.Chain])
		hashes[e.Chain] = e.Hash
		sizes = append(sizes, e.Size())
		return e
	}
	const many = 12_345
	var events []audit.Event
	for i := range many {
		events = append(events, link(i))
	}
	for from := 0; from < many; from += 1000 {
		noError(t, s.Append(t.Context(), events[from:min(from+1000, many)]))
	}
	noError(t, s.Append(t.Context(), events[many-500:])) // again
	kept := func(most int64) (n int) {
		var sum int64
		for i := len(sizes) - 1; i >= 0 && sum+sizes[i] <= most; i-- {
			sum, n = sum+sizes[i], n+1
		}
		return n
	}
	verified := func(want int) {
		t.Helper()
		known, err := s.Chains(t.Context())
		noError(t, err)
		v := audit.NewVerifier(known)
		there, err := s.Events(t.Context(), audit.Query{Limit: 2 * many})
		noError(t, err)
		for _, e := range there {
			v.Add(e)
		}
		if faults, expired := v.End(); len(faults) > 0 || v.Events != want || int(expired) != len(sizes)-want {
			t.Errorf("%d events are left, %d have expired; want %d of %d: %.3q", v.Events, expired, want, len(sizes), faults)
		}
	}
	for _, most := range []int64{1 << 40, 6_000_000, 6_000_000, 1_000_000} {
		noError(t, s.Trim(t.Context(), most))
		verified(kept(most))
	}
	noError(t, s.Expire(t.Context(), now.Add((many/2-100)*time.Millisecond))) // by age, between two trims
	left := many - 2*(many/2-100)
	verified(left)
	next := link(many)
	noError(t, s.Append(t.Context(), []audit.Event{next}))
	var sum int64
	for _, size := range sizes[len(sizes)-left:] {
		sum += size
	}
	noError(t, s.Trim(t.Context(), sum)) // one in, one out
	verified(left)
	var deleters sync.WaitGroup
	var errs [4]error
	for i := range errs {
		deleters.Go(func() { errs[i] = s.Trim(t.Context(), sum/2) })
	}
	deleters.Wait()
	noError(t, errors.Join(errs[:]...))
	verified(kept(sum / 2))
	noError(t, s.Trim(t.Context(), 0))
	verified(0)
}
