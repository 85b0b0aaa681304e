package awsjson

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/exchange"
)

type testOutput struct {
	Text string   `json:"Text,omitzero"`
	List []string `json:"List,omitzero"`
}

var testAPI = apicore.API{Service: "service", SignedFor: "signing", TargetPrefix: "Service"}

func operation[In, Out any](name string, signed, output bool) apicore.Operation[In, Out] {
	var answer *apicore.Shape
	if output {
		answer = &apicore.Shape{Type: apicore.Structure}
	}
	return apicore.Operation[In, Out]{OperationInfo: apicore.OperationInfo{Name: name, API: &testAPI, Signed: signed, Output: answer,
		Input: &shapeInput, Errors: []apicore.ErrorInfo{{Code: "InvalidParameterException"}, {Code: "ResourceNotFoundException"}}}}
}

var (
	opGet     = operation[testInput, testOutput]("Get", true, true)
	opDelete  = operation[testInput, apicore.Empty]("Delete", true, false)
	opSignUp  = operation[testInput, testOutput]("SignUp", false, true)
	opMissing = operation[testInput, testOutput]("Missing", true, true)
	opLater   = operation[testInput, testOutput]("Later", false, true)
)

// harness is a dispatcher with the protocol on a real server, and its log.
type harness struct {
	*httptest.Server
	dispatcher *dispatch.Dispatcher
	get        func(context.Context, *testInput) (*testOutput, error)
	call       *dispatch.Call // the last one that reached get
	// authorize checks permissions; nil allows every call.
	authorize func(context.Context, access.Request, apicore.OperationInfo, any) error

	mu         sync.Mutex
	ended      []string // service, operation, exception, status and caller
	logged     bytes.Buffer
	unmodelled []string
}

func (h *harness) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.logged.Write(p)
}

func (h *harness) log() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.logged.String()
}

var errNotFound = errors.New("nothing there")

// newHarness returns a harness. Each change may alter its options.
func newHarness(t *testing.T, change ...func(*dispatch.Options, *dispatch.Service)) *harness {
	t.Helper()
	h := &harness{}
	h.get = func(context.Context, *testInput) (*testOutput, error) { return &testOutput{Text: "<ok> & é"}, nil }
	o := dispatch.Options{
		Authenticate: func(r *http.Request, body []byte, service string) (access.Request, error) {
			if r.Header.Get("Authorization") != "root" {
				return access.Request{}, &apicore.Refusal{Reason: apicore.NotSigned, Message: "Missing Authentication Token"}
			}
			if service != "signing" || !json.Valid(body) && len(body) > 0 {
				return access.Request{}, errors.New("the hook lacks the service or the body")
			}
			return access.Request{Identity: access.Root("123456789012")}, nil
		},
		Authorize: func(ctx context.Context, from access.Request, op apicore.OperationInfo, input any) (access.About, error) {
			if h.authorize == nil {
				return access.About{}, nil
			}
			return access.About{}, h.authorize(ctx, from, op, input)
		},
		Unmodelled: func(operation, exception string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.unmodelled = append(h.unmodelled, operation+" "+exception)
		},
		Ended: func(_ context.Context, c *dispatch.Call, e dispatch.End) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.ended = append(h.ended, fmt.Sprint(c.Service(), " ", c.Operation.Name, " ", e.Error, " ", e.Status, " ", c.From.ARN))
			if !uuidForm.MatchString(c.ID) || c.Begun.IsZero() || e.Took <= 0 {
				t.Errorf("%+v, %+v", c, e)
			}
		},
		MaxBody: 1000,
		Log:     slog.New(slog.NewTextHandler(h, nil)),
	}
	s := dispatch.Service{
		Protocol: New(opGet.OperationInfo, opDelete.OperationInfo, opSignUp.OperationInfo, opMissing.OperationInfo, opLater.OperationInfo),
		ErrorOf: func(err error) *apicore.Error {
			if errors.Is(err, errNotFound) {
				return &apicore.Error{Name: "ResourceNotFoundException", Message: "User pool é\r\nx does not exist.", Status: 400}
			}
			return nil
		},
	}
	for _, c := range change {
		c(&o, &s)
	}
	h.dispatcher = dispatch.New(o, s)
	dispatch.HandleCall(h.dispatcher, opGet, func(ctx context.Context, c *dispatch.Call, in *testInput) (*testOutput, error) {
		h.call = c
		return h.get(ctx, in)
	})
	dispatch.Handle(h.dispatcher, opDelete, func(context.Context, *testInput) (*apicore.Empty, error) { return nil, nil })
	dispatch.Handle(h.dispatcher, opSignUp, func(context.Context, *testInput) (*testOutput, error) { return nil, nil })
	h.Server = httptest.NewServer(h.dispatcher.Handler(s))
	t.Cleanup(h.Close)
	return h
}

// request returns a valid call of Get.
func (h *harness) request(t *testing.T, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", h.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "Service.Get")
	r.Header.Set("Content-Type", ContentType)
	r.Header.Set("Authorization", "root")
	return r
}

func (h *harness) send(t *testing.T, r *http.Request) (*http.Response, string) {
	t.Helper()
	answer, err := h.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestAnswer(t *testing.T) {
	h := newHarness(t)
	h.get = func(_ context.Context, in *testInput) (*testOutput, error) {
		return &testOutput{Text: "<ok> & é " + in.UserPoolId, List: []string{}}, nil
	}
	r := h.request(t, `{`+pool+`}`)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1; charset=utf-8")
	answer, body := h.send(t, r)
	if want := `{"Text":"<ok> & é us-east-1_a","List":[]}`; answer.StatusCode != 200 || body != want {
		t.Errorf("%d %s, want %s", answer.StatusCode, body, want)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/x-amz-json-1.1", "Content-Length": fmt.Sprint(len(body)), "X-Amzn-Requestid": h.call.ID,
		"Access-Control-Allow-Origin":   "*",
		"Access-Control-Expose-Headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,X-Poolhouse-Detail",
	} {
		if got := answer.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if answer.Header.Get("Date") == "" || !uuidForm.MatchString(h.call.ID) {
		t.Errorf("Date %q, request id %q", answer.Header.Get("Date"), h.call.ID)
	}
}

func TestEmptyAnswers(t *testing.T) {
	h := newHarness(t)
	for target, want := range map[string]string{"Service.Delete": "", "Service.SignUp": "{}"} {
		r := h.request(t, `{`+pool+`}`)
		r.Header.Set("X-Amz-Target", target)
		answer, body := h.send(t, r)
		if answer.StatusCode != 200 || body != want || answer.Header.Get("Content-Length") != fmt.Sprint(len(want)) {
			t.Errorf("%s: %d %q, want %q", target, answer.StatusCode, body, want)
		}
	}
}

func TestErrors(t *testing.T) {
	type change = func(*http.Request)
	set := func(name, value string) change { return func(r *http.Request) { r.Header.Set(name, value) } }
	same := func(*http.Request) {}
	fails := func(err error) func(context.Context, *testInput) (*testOutput, error) {
		return func(context.Context, *testInput) (*testOutput, error) { return nil, err }
	}
	panics := func(context.Context, *testInput) (*testOutput, error) { panic("hunter2") }
	cases := []struct {
		name    string
		body    string
		change  change
		handler func(context.Context, *testInput) (*testOutput, error)
		status  int
		want    string
	}{
		{"no target", "", func(r *http.Request) { r.Header.Del("X-Amz-Target") }, nil, 400,
			`{"__type":"UnknownOperationException","message":"The header X-Amz-Target, which names the operation, is missing."}`},
		{"an unknown target", "", set("X-Amz-Target", "Service.Gut"), nil, 400,
			`{"__type":"UnknownOperationException","message":"There is no operation Service.Gut."}`},
		{"another content type", "", set("Content-Type", "application/json"), nil, 400,
			`{"__type":"UnknownOperationException","message":"The Content-Type must be application/x-amz-json-1.1."}`},
		{"another method", "", func(r *http.Request) { r.Method = "PUT" }, nil, 405,
			`{"__type":"UnknownOperationException","message":"Operations are called with POST."}`},
		{"a declared operation that is not served", "{}", set("X-Amz-Target", "Service.Missing"), nil, 400,
			`{"__type":"UnknownOperationException","message":"Missing is not served by this Poolhouse version; see docs/coverage.md."}`},
		{"one that needs no signature", "{}", set("X-Amz-Target", "Service.Later"), nil, 400,
			`{"__type":"UnknownOperationException","message":"Later is not served by this Poolhouse version; see docs/coverage.md."}`},
		{"unsigned", "not JSON", func(r *http.Request) { r.Header.Del("Authorization") }, nil, 400,
			`{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}`},
		{"unsigned and not served", "{}", func(r *http.Request) { r.Header.Del("Authorization"); set("X-Amz-Target", "Service.Missing")(r) }, nil, 400,
			`{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}`},
		{"invalid", "{}", same, nil, 400,
			`{"__type":"InvalidParameterException","message":"1 validation error detected: Value at 'userPoolId' failed to satisfy constraint: Member must not be null"}`},
		{"too large", `{` + pool + `,"Unrestricted":"` + strings.Repeat("x", 1000) + `"}`, same, nil, 413,
			`{"__type":"RequestEntityTooLargeException","message":"The request's body is larger than 1000 bytes."}`},
		{"a domain error", `{` + pool + `}`, same, fails(fmt.Errorf("wrapped: %w", errNotFound)), 400,
			`{"__type":"ResourceNotFoundException","message":"User pool é\r\nx does not exist."}`},
		{"an exception with a reason", `{` + pool + `}`, same, fails(&apicore.Error{Name: "InvalidParameterException", Message: "a <b>", Reason: "Because"}), 400,
			`{"__type":"InvalidParameterException","message":"a <b>","reasonCode":"Because"}`},
		{"an unexpected error", `{` + pool + `}`, same, fails(errors.New("secret detail")), 500,
			`{"__type":"InternalErrorException","message":"Internal error."}`},
		{"a panic", `{` + pool + `}`, same, panics, 500, `{"__type":"InternalErrorException","message":"Internal error."}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			if c.handler != nil {
				h.get = c.handler
			}
			r := h.request(t, c.body)
			c.change(r)
			answer, body := h.send(t, r)
			if answer.StatusCode != c.status || body != c.want {
				t.Errorf("%d %s\nwant %d %s", answer.StatusCode, body, c.status, c.want)
			}
			var e struct {
				Type    string `json:"__type"`
				Message string
			}
			if err := json.Unmarshal([]byte(body), &e); err != nil {
				t.Fatal(err)
			}
			if got := answer.Header.Get("X-Amzn-Errortype"); got != e.Type+":" {
				t.Errorf("x-amzn-ErrorType: %q", got)
			}
			if got := answer.Header.Get("X-Amzn-Errormessage"); got != exchange.HeaderText(e.Message) {
				t.Errorf("x-amzn-ErrorMessage: %q", got)
			}
			if answer.Header.Get("Access-Control-Allow-Origin") != "*" || !uuidForm.MatchString(answer.Header.Get("X-Amzn-Requestid")) {
				t.Errorf("headers: %v", answer.Header)
			}
			if h.unmodelled != nil {
				t.Errorf("not modelled: %v", h.unmodelled)
			}
		})
	}
}

// TestDetail: the detail of an error is in a header, which pages may read, and in the
// log.
func TestDetail(t *testing.T) {
	h := newHarness(t)
	h.get = func(context.Context, *testInput) (*testOutput, error) {
		return nil, &apicore.Error{Name: "InvalidParameterException", Message: "Wrong.", Detail: "the end is missing\n(at character 9)"}
	}
	answer, body := h.send(t, h.request(t, `{`+pool+`}`))
	if got := answer.Header.Get("x-poolhouse-detail"); got != "the end is missing (at character 9)" || strings.Contains(body, "character") {
		t.Errorf("the header is %q, the body %s", got, body)
	}
	if !strings.Contains(answer.Header.Get("Access-Control-Expose-Headers"), "X-Poolhouse-Detail") {
		t.Errorf("a page may not read it: %v", answer.Header)
	}
	if !strings.Contains(h.log(), `detail="the end is missing (at character 9)" status=400`) {
		t.Errorf("logged %s", h.log())
	}
	h.get = func(context.Context, *testInput) (*testOutput, error) { return nil, errNotFound }
	if answer, _ := h.send(t, h.request(t, `{`+pool+`}`)); answer.Header.Values("x-poolhouse-detail") != nil {
		t.Errorf("an error without detail has one: %v", answer.Header)
	}
}

func TestPreflight(t *testing.T) {
	h := newHarness(t)
	r, err := http.NewRequestWithContext(t.Context(), "OPTIONS", h.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "POST")
	answer, body := h.send(t, r)
	if answer.StatusCode != 200 || body != "" || answer.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%d %q %v", answer.StatusCode, body, answer.Header)
	}
	allowed := strings.Split(strings.ToLower(answer.Header.Get("Access-Control-Allow-Headers")), ",")
	for _, name := range []string{"content-type", "x-amz-target", "x-amz-user-agent", "cache-control", "amz-sdk-invocation-id", "amz-sdk-request", "authorization"} {
		if !slices.Contains(allowed, name) {
			t.Errorf("a page may not send %s", name)
		}
	}
	if !strings.Contains(answer.Header.Get("Access-Control-Allow-Methods"), "POST") {
		t.Errorf("a page may not POST: %v", answer.Header)
	}
}

// TestLog: the log has one line for each request, without its content.
func TestLog(t *testing.T) {
	h := newHarness(t)
	h.get = func(_ context.Context, in *testInput) (*testOutput, error) {
		if in.Unrestricted == "fail" {
			return nil, errors.New("disk on fire")
		}
		return &testOutput{Text: in.Unrestricted}, nil
	}
	answer, _ := h.send(t, h.request(t, `{`+pool+`,"Unrestricted":"hunter2"}`))
	id := answer.Header.Get("X-Amzn-Requestid")
	lines := strings.Split(strings.TrimSpace(h.log()), "\n")
	if len(lines) != 1 || strings.Contains(lines[0], "hunter2") || strings.Contains(lines[0], "us-east-1_a") {
		t.Errorf("a good call logs %q", lines)
	}
	for _, want := range []string{"level=INFO", "requestId=" + id, "operation=Get", "status=200", "took="} {
		if !strings.Contains(lines[0], want) {
			t.Errorf("%s is not in %s", want, lines[0])
		}
	}
	h.logged.Reset()
	answer, _ = h.send(t, h.request(t, `{`+pool+`,"Unrestricted":"fail"}`))
	id = answer.Header.Get("X-Amzn-Requestid")
	if log := h.log(); strings.Count(log, "disk on fire") != 1 || strings.Count(log, id) != 2 ||
		!strings.Contains(log, "exception=InternalErrorException status=500") {
		t.Errorf("an unexpected error logs %s", log)
	}
}

func TestPanicIsLoggedWithItsStack(t *testing.T) {
	h := newHarness(t)
	h.get = func(context.Context, *testInput) (*testOutput, error) { panic("broken") }
	h.send(t, h.request(t, `{`+pool+`}`))
	if log := h.log(); !strings.Contains(log, "a value of the type string") || strings.Contains(log, "broken") || !strings.Contains(log, "protocol_test.go") {
		t.Errorf("a panic logs %s", log)
	}
}

func TestUnmodelledExceptions(t *testing.T) {
	h := newHarness(t)
	h.get = func(context.Context, *testInput) (*testOutput, error) {
		return nil, &apicore.Error{Name: "UserNotFoundException", Message: "User does not exist."}
	}
	h.send(t, h.request(t, `{`+pool+`}`))
	if want := []string{"Get UserNotFoundException"}; !slices.Equal(h.unmodelled, want) {
		t.Errorf("unmodelled: %v, want %v", h.unmodelled, want)
	}
}

// TestSlowBody sends an incomplete body and waits. The server ends the request after
// its time limit.
func TestSlowBody(t *testing.T) {
	h := newHarness(t)
	slow := httptest.NewUnstartedServer(h.Config.Handler)
	slow.Config.ReadTimeout = 50 * time.Millisecond
	slow.Start()
	defer slow.Close()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", slow.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: Service.Get\r\nContent-Type: %s\r\nContent-Length: 100\r\n\r\n{", ContentType)
	answer, err := io.ReadAll(conn) // the server closes the connection
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(answer, []byte("HTTP/1.1 408 ")) || !bytes.Contains(answer, []byte(`{"__type":"RequestTimeoutException"`)) {
		t.Errorf("the answer is %s", answer)
	}
}

func TestGoneClientIsNoError(t *testing.T) {
	h := newHarness(t)
	ctx, cancel := context.WithCancel(t.Context())
	h.get = func(ctx context.Context, _ *testInput) (*testOutput, error) {
		cancel()
		<-ctx.Done()
		return nil, fmt.Errorf("reading: %w", ctx.Err())
	}
	h.Config.Handler.ServeHTTP(httptest.NewRecorder(), h.request(t, `{`+pool+`}`).WithContext(ctx))
	if log := h.log(); strings.Contains(log, "level=ERROR") || !strings.Contains(log, "the client went away") {
		t.Errorf("a client that has gone logs %s", log)
	}
}

func TestServed(t *testing.T) {
	h := newHarness(t)
	if got, want := h.dispatcher.Served(), []string{"service:Delete", "service:Get", "service:SignUp"}; !slices.Equal(got, want) {
		t.Errorf("Served = %v, want %v", got, want)
	}
	if !h.dispatcher.Serves(opGet.OperationInfo) || h.dispatcher.Serves(opMissing.OperationInfo) {
		t.Error("Serves does not agree with Served")
	}
}

func TestHandleRefusesMistakes(t *testing.T) {
	panics := func(name string, do func()) {
		t.Helper()
		defer func() {
			if recover() == nil {
				t.Errorf("%s is accepted", name)
			}
		}()
		do()
	}
	h := newHarness(t)
	do := func(context.Context, *testInput) (*testOutput, error) { return nil, nil }
	panics("a second handler", func() { dispatch.Handle(h.dispatcher, opGet, do) })
	panics("an operation that is not declared", func() { dispatch.Handle(h.dispatcher, operation[testInput, testOutput]("Other", true, true), do) })
}
