package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// ours is a server with Poolhouse's operations. Each is answered by a function of its
// input.
type ours struct {
	t       *testing.T
	answers map[string]func(in map[string]any) any
	mu      sync.Mutex
	asked   []asked
}

// asked is a received call.
type asked struct {
	operation string
	in        map[string]any
}

// answersOf returns a server that answers operations.
func answersOf(t *testing.T, answers map[string]func(in map[string]any) any) (o *ours, url string) {
	o = &ours{t: t, answers: answers}
	server := httptest.NewServer(o)
	t.Cleanup(server.Close)
	return o, server.URL
}

// away is the answer of an unavailable server.
type away struct{}

func (o *ours) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var in map[string]any
	if r.Method == http.MethodPut {
		operation = "PUT"
	} else if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		o.t.Errorf("%s: %v", operation, err)
	}
	o.mu.Lock()
	o.asked = append(o.asked, asked{operation, in})
	answer := o.answers[operation]
	o.mu.Unlock()
	if answer == nil {
		refuse(w, 400, "UnknownOperationException", "")
		return
	}
	switch out := answer(in).(type) {
	case away:
		w.WriteHeader(http.StatusServiceUnavailable)
	case error:
		refuse(w, 400, "PreconditionNotMetException", out.Error())
	default:
		if err := json.NewEncoder(w).Encode(out); err != nil {
			o.t.Error(err)
		}
	}
}

// calls returns the inputs of an operation, in order.
func (o *ours) calls(operation string) (all []map[string]any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, a := range o.asked {
		if a.operation == operation {
			all = append(all, a.in)
		}
	}
	return all
}

// always answers with a value.
func always(out any) func(map[string]any) any { return func(map[string]any) any { return out } }

// jobArgs returns the arguments of a command about a job.
func jobArgs(args ...string) []string {
	return append(args, "--user-pool-id", "us-east-1_Pool", "--job-id", "import-1")
}

// wantInput fails the test unless an input equals the JSON text.
func wantInput(t *testing.T, in map[string]any, want string) {
	t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var wanted map[string]any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if same, _ := json.Marshal(wanted); string(same) != string(text) {
		t.Errorf("the input is %s, want %s", text, same)
	}
}

// wantSaid fails the test unless a command ends with the code and prints the texts.
func wantSaid(t *testing.T, url string, code int, out, notes string, args ...string) {
	t.Helper()
	gotCode, gotOut, gotNotes := command(t, url, args...)
	if gotCode != code || gotOut != out || gotNotes != notes {
		t.Errorf("%v:\nexit code %d, want %d\n%s\nwant\n%s\nnotes\n%s\nwant\n%s", args, gotCode, code, gotOut, out, gotNotes, notes)
	}
}
