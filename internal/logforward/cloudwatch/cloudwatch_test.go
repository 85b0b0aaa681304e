package cloudwatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/logforward"
	"poolhouse/internal/resultlog"
)

// server implements the part of the protocol of CloudWatch Logs that receives events.
type server struct {
	mu      sync.Mutex
	groups  map[string]bool
	streams map[string][]string // messages, by group and stream
	calls   []string
	fail    map[string]failure // by operation
	rejects map[string]any     // rejectedLogEventsInfo of the next answer
}

type failure struct {
	status int
	code   string
	once   bool
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var in struct {
		LogGroupName, LogStreamName string
		LogEvents                   []struct {
			Timestamp int64
			Message   string
		}
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "Logs_20140328.")
	s.calls = append(s.calls, operation)
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || !strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/logs/aws4_request") {
		refuse(w, http.StatusBadRequest, "SerializationException")
		return
	}
	if f, ok := s.fail[operation]; ok {
		if f.once {
			delete(s.fail, operation)
		}
		refuse(w, f.status, f.code)
		return
	}
	stream := in.LogGroupName + " " + in.LogStreamName
	_, there := s.streams[stream]
	switch {
	case operation == "CreateLogGroup" && s.groups[in.LogGroupName], operation == "CreateLogStream" && there:
		refuse(w, http.StatusBadRequest, codeExists)
		return
	case operation == "CreateLogGroup":
		s.groups[in.LogGroupName] = true
	case !s.groups[in.LogGroupName], operation == "PutLogEvents" && !there:
		refuse(w, http.StatusBadRequest, codeNotFound)
		return
	case operation == "CreateLogStream":
		s.streams[stream] = nil
	}
	for _, e := range in.LogEvents {
		s.streams[stream] = append(s.streams[stream], fmt.Sprint(e.Timestamp, " ", e.Message))
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	answer := map[string]any{}
	if s.rejects != nil {
		answer["rejectedLogEventsInfo"] = s.rejects
	}
	_ = json.NewEncoder(w).Encode(answer) // the client may have disconnected
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"__type":%q,"message":"no"}`, code)
}

func newServer(t *testing.T) (*server, *CloudWatch) {
	t.Helper()
	s := &server{groups: map[string]bool{}, streams: map[string][]string{}, fail: map[string]failure{}}
	listening := httptest.NewServer(s)
	t.Cleanup(listening.Close)
	l, err := ParseLocation("cloudwatch://eu-west-1?endpoint=" + listening.URL)
	if err != nil {
		t.Fatal(err)
	}
	return s, New(l, credentials.NewStaticCredentialsProvider("AKID", "secret", ""))
}

const (
	group  = "/aws/cognito/userpools/us-east-1_x/people"
	stream = "import-1/my job"
)

var at = time.UnixMilli(1_700_000_000_123)

func events(texts ...string) (out []resultlog.Event) {
	for i, text := range texts {
		out = append(out, resultlog.Event{Place: int64(i), At: at.Add(time.Duration(i) * time.Second), Text: text})
	}
	return out
}

func wantPut(t *testing.T, c *CloudWatch, events []resultlog.Event, taken, rejected int) {
	t.Helper()
	gotTaken, gotRejected, err := c.Put(t.Context(), group, stream, events)
	if err != nil || gotTaken != taken || gotRejected != rejected {
		t.Errorf("%d taken, %d rejected, %v; want %d and %d", gotTaken, gotRejected, err, taken, rejected)
	}
}

// TestPut: a missing group or stream is created.
func TestPut(t *testing.T) {
	s, c := newServer(t)
	wantPut(t, c, events("a", "b ü"), 2, 0)
	wantPut(t, c, events("c"), 1, 0)
	if diff := cmp.Diff(map[string][]string{group + " " + stream: {"1700000000123 a", "1700000001123 b ü", "1700000000123 c"}}, s.streams); diff != "" {
		t.Error(diff)
	}
	want := []string{"PutLogEvents", "CreateLogStream", "CreateLogGroup", "CreateLogStream", "PutLogEvents", "PutLogEvents"}
	if diff := cmp.Diff(want, s.calls); diff != "" {
		t.Error(diff)
	}
	// Another server creates them at the same moment.
	s.streams = map[string][]string{}
	s.fail["CreateLogStream"], s.fail["CreateLogGroup"] = failure{400, codeNotFound, true}, failure{400, codeExists, true}
	wantPut(t, c, events("d"), 1, 0)
	s.fail["PutLogEvents"] = failure{400, codeNotFound, true}
	wantPut(t, c, events("e"), 1, 0)
}

func TestRejected(t *testing.T) {
	s, c := newServer(t)
	five := events("a", "b", "c", "d", "e")
	for _, tt := range []struct {
		info map[string]any
		want int
	}{
		{nil, 0},
		{map[string]any{"tooOldLogEventEndIndex": 2}, 2},
		{map[string]any{"tooOldLogEventEndIndex": 2, "expiredLogEventEndIndex": 3}, 3},
		{map[string]any{"tooNewLogEventStartIndex": 4}, 1},
		{map[string]any{"tooNewLogEventStartIndex": 0}, 5},
		{map[string]any{"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 4}, 2},
		{map[string]any{"tooOldLogEventEndIndex": 9, "tooNewLogEventStartIndex": 2}, 5},
		{map[string]any{"tooNewLogEventStartIndex": 8}, 0},
	} {
		s.rejects = tt.info
		wantPut(t, c, five, 5, tt.want)
	}
}

// TestErrors separates errors that a person must fix from temporary ones.
func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		operation string
		fail      failure
		refusal   string // "" when it is none
	}{
		{"PutLogEvents", failure{400, "AccessDeniedException", false}, "do not allow"},
		{"PutLogEvents", failure{400, "UnrecognizedClientException", false}, "credentials are wrong"},
		{"PutLogEvents", failure{400, "InvalidSignatureException", false}, "credentials are wrong"},
		{"PutLogEvents", failure{400, "ExpiredTokenException", false}, "expired"},
		{"PutLogEvents", failure{400, "InvalidParameterException", false}, "does not take"},
		{"CreateLogGroup", failure{400, "AccessDeniedException", false}, "do not allow"},
		{"CreateLogGroup", failure{400, "LimitExceededException", false}, "limit"},
		{"CreateLogGroup", failure{400, "OperationAbortedException", false}, ""},
		{"CreateLogStream", failure{400, "ServiceQuotaExceededException", false}, "limit"},
		{"PutLogEvents", failure{400, "SomethingNewException", false}, ""},
	} {
		t.Run(tt.fail.code+" of "+tt.operation, func(t *testing.T) {
			t.Parallel() // the SDK waits before it retries some of them
			s, c := newServer(t)
			s.fail[tt.operation] = tt.fail
			taken, rejected, err := c.Put(t.Context(), group, stream, events("a"))
			if taken != 0 || rejected != 0 || err == nil || !strings.Contains(err.Error(), tt.fail.code) {
				t.Errorf("%d, %d, %v", taken, rejected, err)
			}
			refusal, ok := errors.AsType[*logforward.Refusal](err)
			if ok != (tt.refusal != "") || ok && !strings.Contains(refusal.Reason, tt.refusal) {
				t.Error(err)
			}
		})
	}
}

// TestRetries: a short failure is not even reported.
func TestRetries(t *testing.T) {
	t.Parallel()
	s, c := newServer(t)
	s.fail["PutLogEvents"], s.fail["CreateLogStream"] = failure{400, "ThrottlingException", true}, failure{503, "ServiceUnavailableException", true}
	wantPut(t, c, events("a"), 1, 0)
}

func TestNoServer(t *testing.T) {
	t.Parallel()
	c := New(Location{Region: "eu-west-1", Endpoint: "http://127.0.0.1:1"}, credentials.NewStaticCredentialsProvider("AKID", "secret", ""))
	_, _, err := c.Put(t.Context(), group, stream, events("a"))
	if _, refused := errors.AsType[*logforward.Refusal](err); err == nil || refused || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

// TestFit checks the limits of PutLogEvents.
func TestFit(t *testing.T) {
	many := func(n, size int, step time.Duration) (out []resultlog.Event) {
		text := strings.Repeat("x", size)
		for i := range n {
			out = append(out, resultlog.Event{At: at.Add(time.Duration(i) * step), Text: text})
		}
		return out
	}
	back := many(4, 1, time.Second)
	back[2].At = at
	for name, tt := range map[string]struct {
		events []resultlog.Event
		want   int
	}{
		"none":               {nil, 0},
		"one":                {many(1, 1, 0), 1},
		"all that may be":    {many(maxEvents, 60, 0), maxEvents},
		"too many":           {many(maxEvents+1, 60, 0), maxEvents},
		"bytes":              {many(1024, 1024-eventOverhead, 0), 1024},
		"a byte more":        {append(many(1023, 1024-eventOverhead, 0), many(1, 1025-eventOverhead, 0)...), 1023},
		"a day":              {many(25, 1, time.Hour), 24},
		"time goes back":     {back, 2},
		"one that is large":  {many(2, maxBytes, 0), 1},
		"all of less than a": {many(24, 1, time.Hour), 24},
	} {
		if got := fit(tt.events); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}
