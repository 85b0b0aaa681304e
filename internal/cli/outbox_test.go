package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"poolhouse/internal/plaintext"
)

// outboxServer answers ListOutboxMessages without a network.
type outboxServer struct {
	messages func() []outboxMessage // the present messages, newest first
	pages    int                    // messages on a page, 0 for the requested number
	asked    []outboxQuery
}

func (s *outboxServer) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var q outboxQuery
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		return nil, err
	}
	s.asked = append(s.asked, q)
	all := slices.DeleteFunc(s.messages(), func(m outboxMessage) bool {
		return m.MessageId <= q.AfterMessageId || q.NextToken != "" && m.MessageId >= q.NextToken
	})
	out := map[string]any{}
	n := q.MaxResults
	if s.pages > 0 {
		n = min(n, s.pages)
	}
	if len(all) > n {
		all = all[:n]
		out["NextToken"] = all[n-1].MessageId
	}
	out["Messages"] = all
	body, err := json.Marshal(out)
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, err
}

func (s *outboxServer) config() aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: aws.String("http://pool.example"), HTTPClient: &http.Client{Transport: s},
		Credentials: credentials.NewStaticCredentialsProvider("PHIATEST", "secret", "")}
}

// sent returns messages with the given numbers, newest first.
func sent(numbers ...int) (all []outboxMessage) {
	for _, n := range slices.Backward(numbers) {
		all = append(all, outboxMessage{MessageId: fmt.Sprintf("%036d", n), Code: fmt.Sprint(n)})
	}
	return all
}

// codesOf returns the codes that were printed.
func codesOf(out string) (codes string) {
	for line := range strings.Lines(out) {
		if _, code, ok := strings.Cut(line, "  code "); ok {
			codes += strings.TrimSpace(code) + " "
		}
	}
	return strings.TrimSpace(codes)
}

// TestOutboxPages: messages are requested page by page, up to the limit.
func TestOutboxPages(t *testing.T) {
	s := &outboxServer{messages: func() []outboxMessage { return sent(1, 2, 3, 4, 5) }, pages: 2}
	for limit, want := range map[int]string{1: "5", 3: "5 4 3", 4: "5 4 3 2", 9: "5 4 3 2 1"} {
		o := &outboxCommand{query: outboxQuery{UserPoolId: "us-east-1_Pool", Username: "ada"}}
		messages, err := o.messages(t.Context(), s.config(), "", limit)
		var out strings.Builder
		if err := errors.Join(err, o.print(&out, messages)); err != nil || codesOf(out.String()) != want {
			t.Errorf("limit %d: %q, %v", limit, codesOf(out.String()), err)
		}
	}
	if q := s.asked[0]; q.UserPoolId != "us-east-1_Pool" || q.Username != "ada" {
		t.Errorf("asked for %+v", q)
	}
}

// TestOutboxFollow: each message is printed once, in order of arrival, even if it arrives a
// little later than a message with a greater ID. Messages are not requested again if no new
// one arrives.
func TestOutboxFollow(t *testing.T) {
	for _, limit := range []int{1, 2, 20} {
		synctest.Test(t, func(t *testing.T) { followOutbox(t, limit) })
	}
}

func followOutbox(t *testing.T, limit int) {
	begun := time.Now()
	s := &outboxServer{messages: func() []outboxMessage {
		switch took := time.Since(begun); {
		case took < 3*time.Second:
			return sent(1, 2)
		case took < 5*time.Second:
			return sent(1, 2, 5)
		case took < 30*time.Second:
			return sent(1, 2, 4, 5, 6)
		}
		return sent(1, 2, 4, 5, 6, 7)
	}}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	o := &outboxCommand{query: outboxQuery{UserPoolId: "us-east-1_Pool"}, every: followEvery}
	var out strings.Builder
	o.limit = limit
	first, err := o.messages(ctx, s.config(), "", limit)
	if err = errors.Join(err, o.followFrom(ctx, s.config(), &out, first)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it ended with %v", err)
	}
	if got, want := codesOf(out.String()), strings.TrimPrefix("1 2 5 4 6 7", map[int]string{1: "1 "}[limit]); got != want {
		t.Errorf("limit %d: printed %s, want %s", limit, got, want)
	}
	if last := s.asked[len(s.asked)-1]; last.AfterMessageId != sent(7)[0].MessageId || len(s.asked) > 31 {
		t.Errorf("%d calls, the last one after %s", len(s.asked), last.AfterMessageId)
	}
}

// TestOutboxText: text that looks like another message, or would move the cursor, is
// printed as text.
func TestOutboxText(t *testing.T) {
	m := outboxMessage{CreationDate: 1_700_000_000.5, Username: "ada", Kind: "ForgotPassword", DeliveryMedium: "EMAIL", Destination: "a@example.com", Code: "1\n2",
		Subject: "Hello", Body: "one\n2026-01-01T00:00:00Z  ForgotPassword  to eve\x1b[2K\u202e "}
	var out strings.Builder
	w := plaintext.NewWriter(&out)
	if err := errors.Join((&outboxCommand{}).print(w, []outboxMessage{m}), w.Close()); err != nil {
		t.Fatal(err)
	}
	const want = "2023-11-14T22:13:20Z  ForgotPassword  to ada by EMAIL a@example.com  code 1\\n2\n" +
		"    Hello\n    one\n    2026-01-01T00:00:00Z  ForgotPassword  to eve\\u001b[2K\\u202e\n"
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", &out, want)
	}
}
