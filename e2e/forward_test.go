package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sink is the part of CloudWatch Logs that receives events.
type sink struct {
	mu       sync.Mutex
	away     bool     // it answers 503
	messages []string // messages of all calls, in the order of arrival
	tries    int      // calls while it was away
	events   int      // messages
}

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		LogEvents []struct{ Message string }
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if s.away || json.NewDecoder(r.Body).Decode(&in) != nil {
		s.tries++
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	for _, e := range in.LogEvents {
		s.messages = append(s.messages, e.Message)
	}
	s.events = len(s.messages)
	_, _ = w.Write([]byte("{}")) // the server may be gone
}

func (s *sink) counted(n *int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *n
}

func (s *sink) comesBack() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = false
}

// once returns the messages without repetitions. The two test lines have the same text.
func (s *sink) once() (once []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	came := map[string]int{}
	for _, m := range s.messages {
		if came[m] == 0 || came[m] == 1 && strings.HasSuffix(m, "Test Log") {
			once = append(once, m)
		}
		came[m]++
	}
	return once
}

// TestForward imports while CloudWatch Logs is unavailable, brings it back, and ends the
// server after the first event: at the end everything must have arrived.
func TestForward(t *testing.T) {
	together(t)
	s := &sink{away: true}
	there := httptest.NewServer(s)
	defer there.Close()
	n := start(t, setup{data: t.TempDir(), flags: []string{"--logs-forward", "cloudwatch://us-east-1?endpoint=" + there.URL},
		serverEnv: []string{"POOLHOUSE_LOGS_FORWARD_ACCESS_KEY_ID=a", "POOLHOUSE_LOGS_FORWARD_SECRET_ACCESS_KEY=b"}})
	const rows = 25_000 // CloudWatch Logs takes 10,000 a call
	if got := n.outcome(n.begin(writeFile(t, manyUsers(rows)))); got.Status != "Succeeded" {
		t.Fatalf("the import did wait for the destination, or worse: %s", got.Status)
	}
	await(t, "a try", time.Minute, func() bool { return s.counted(&s.tries) > 0 })
	if s.counted(&s.events) > 0 {
		t.Error("something came while nothing could")
	}
	s.comesBack()
	await(t, "the first events", 2*time.Minute, func() bool { return s.counted(&s.events) > 0 })
	n.kill()
	n.again()

	want := []string{"Cognito User Pools Import - Test Log", "Cognito User Pools Import - Test Log"}
	for i := range rows {
		want = append(want, fmt.Sprintf("[SUCCEEDED] Line Number %d - The import succeeded.", i+2))
	}
	await(t, "the rest", 2*time.Minute, func() bool { return s.counted(&s.events) >= len(want) && len(s.once()) >= len(want) })
	if diff := cmp.Diff(want, s.once()); diff != "" {
		t.Errorf("what was forwarded:\n%s", diff)
	}
}
