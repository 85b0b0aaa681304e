package audit

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestRefusals: equal refusals become one event, written after a minute or at the end. Other
// events are written at once.
func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		r := NewRefusals(func(_ context.Context, e Event) {
			got = append(got, fmt.Sprint(e.RequestID, " ", e.Operation, " ", e.Result, " ", len(e.Resource), " ", e.Details))
		})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); r.Run(ctx) }()
		want := func(when string, events ...string) {
			t.Helper()
			synctest.Wait()
			if strings.Join(got, "; ") != strings.Join(events, "; ") {
				t.Errorf("%s: %q, want %q", when, got, events)
			}
			got = nil
		}
		refuse := func(id int, operation, address string) {
			r.Record(ctx, Event{RequestID: fmt.Sprint("r", id), Operation: operation, Address: address, Principal: "ada", Resource: strings.Repeat("x", 2000), Details: "pool=p", Result: "AccessDeniedException"})
		}
		for i := range 10_000 {
			refuse(i, "DeleteUser", "10.0.0.1")
		}
		r.Record(ctx, Event{RequestID: "other", Operation: "DeleteUser", AccessKeyID: "AKIA", Result: "UserNotFoundException"})
		want("at once", "other DeleteUser UserNotFoundException 0 ")
		time.Sleep(window / 2)
		refuse(2, "DeleteUser", "10.0.0.2")
		time.Sleep(window/2 - 2*time.Second)
		want("before a minute has passed")
		refuse(3, "DeleteUser", "10.0.0.1")
		time.Sleep(3 * time.Second)
		want("after a minute", "r0 DeleteUser AccessDeniedException 256 pool=p calls=10001")
		refuse(4, "DeleteUser", "10.0.0.1") // in a window of its own
		stop()
		<-done
		r.Close(t.Context())
		want("at the end", "r2 DeleteUser AccessDeniedException 256 pool=p", "r4 DeleteUser AccessDeniedException 256 pool=p")
	})
}

// TestRefusalsOfManyKinds: a caller who varies everything can write a bounded number of events
// in a minute. Every refusal is counted.
func TestRefusalsOfManyKinds(t *testing.T) {
	events, counted := 0, 0
	r := NewRefusals(func(_ context.Context, e Event) {
		n := 1
		if _, err := fmt.Sscanf(e.Details, "calls=%d", &n); err != nil {
			n = 1
		}
		if e.Result != "AccessDenied" {
			t.Errorf("the result is %q", e.Result)
		}
		events, counted = events+1, counted+n
	})
	const calls = 50_000
	for i := range calls {
		r.Record(t.Context(), Event{Operation: "Do", Principal: fmt.Sprint("session-", i%10_000), Address: fmt.Sprint("2001:db8::", i), Region: fmt.Sprint("r", i), Result: "AccessDenied"})
	}
	r.Close(t.Context())
	if counted != calls || events > 2*maxWindows+1 {
		t.Errorf("%d events tell of %d refusals, want %d", events, counted, calls)
	}
}

// TestUnsignedRefusals: all refusals of unsigned calls are folded; successes are not.
func TestUnsignedRefusals(t *testing.T) {
	var got []string
	r := NewRefusals(func(_ context.Context, e Event) { got = append(got, e.Result+" "+e.Details) })
	for range 3 {
		r.Record(t.Context(), Event{Operation: "InitiateAuth", Principal: "sub", Result: "NotAuthorizedException"})
		r.Record(t.Context(), Event{Operation: "InitiateAuth", Principal: "sub"})
	}
	r.Close(t.Context())
	if want := " ;  ;  ; NotAuthorizedException calls=3"; strings.Join(got, "; ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}
