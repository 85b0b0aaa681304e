package awsquery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
)

// harness is a dispatcher with the protocol, and its log.
type harness struct {
	dispatcher *dispatch.Dispatcher
	handler    http.Handler
	do         func(context.Context, *thing) (*thing, error)
	call       *dispatch.Call                                                          // the last one that reached do
	authorize  func(context.Context, access.Request, apicore.OperationInfo, any) error // nil allows every call
	ended      []string                                                                // service, operation, error, status and caller
	logged     bytes.Buffer
	unmodelled []string
}

// distant is a time that no format of the protocol can represent.
var distant = time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)

var errGone = errors.New("nothing there")

// newHarness returns a harness. Each change may alter its options.
func newHarness(t *testing.T, change ...func(*dispatch.Options, *dispatch.Service)) *harness {
	t.Helper()
	h := &harness{do: func(_ context.Context, in *thing) (*thing, error) { return in, nil }}
	o := dispatch.Options{
		Authenticate: func(r *http.Request, body []byte, service string) (access.Request, error) {
			if !bytes.Contains(body, []byte("Action=")) {
				return access.Request{}, errors.New("the hook lacks the body")
			}
			if r.Header.Get("Authorization") != "root for "+service {
				return access.Request{}, &apicore.Refusal{Reason: apicore.NotSigned, Message: "Sign for " + service + "."}
			}
			return access.Request{Identity: access.Root("123456789012")}, nil
		},
		Authorize: func(ctx context.Context, from access.Request, op apicore.OperationInfo, input any) (access.About, error) {
			if h.authorize == nil {
				return access.About{}, nil
			}
			return access.About{}, h.authorize(ctx, from, op, input)
		},
		Unmodelled: func(operation, code string) { h.unmodelled = append(h.unmodelled, operation+" "+code) },
		Ended: func(_ context.Context, c *dispatch.Call, e dispatch.End) {
			h.ended = append(h.ended, fmt.Sprint(c.Service(), " ", c.Operation.Name, " ", e.Error, " ", e.Status, " ", c.From.ARN))
			if c.ID == "" || c.Begun.IsZero() || e.Took <= 0 {
				t.Errorf("%+v, %+v", c, e)
			}
		},
		MaxBody: 1000,
		Log:     slog.New(slog.NewTextHandler(&h.logged, nil)),
	}
	s := dispatch.Service{
		Protocol: New(opDo.OperationInfo, opBare.OperationInfo, opDrop.OperationInfo, opIdle.OperationInfo, opSoon.OperationInfo),
		ErrorOf: func(err error) *apicore.Error {
			if errors.Is(err, errGone) {
				return &apicore.Error{Name: "Gone", Message: "It <is> gone."}
			}
			return nil
		},
	}
	for _, c := range change {
		c(&o, &s)
	}
	h.dispatcher = dispatch.New(o, s)
	h.handler = h.dispatcher.Handler(s)
	dispatch.HandleCall(h.dispatcher, opDo, func(ctx context.Context, c *dispatch.Call, in *thing) (*thing, error) {
		h.call = c
		return h.do(ctx, in)
	})
	dispatch.HandleCall(h.dispatcher, opBare, func(_ context.Context, c *dispatch.Call, _ *apicore.Empty) (*inner, error) {
		return &inner{Text: c.ID}, nil
	})
	dispatch.Handle(h.dispatcher, opDrop, func(context.Context, *thing) (*apicore.Empty, error) { return nil, nil })
	return h
}

// TestDetail: the detail of an error is in a header and in the log.
func TestDetail(t *testing.T) {
	h := newHarness(t)
	h.do = func(context.Context, *thing) (*thing, error) {
		return nil, &apicore.Error{Name: "Gone", Message: "Gone.", Status: 404, Detail: "since yesterday"}
	}
	answer, body := h.post(doForm + "Name=a")
	if got := answer.Header.Get("x-poolhouse-detail"); got != "since yesterday" || strings.Contains(body, "yesterday") || !strings.Contains(h.logged.String(), `detail="since yesterday"`) {
		t.Errorf("%d: the header is %q, the body %s, logged %s", answer.StatusCode, got, body, &h.logged)
	}
}

// post sends a form as root. It returns the answer, with ID in place of the request's id.
func (h *harness) post(form string) (*http.Response, string) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	r.Header.Set("Authorization", "root for test")
	return h.send(r)
}

func (h *harness) send(r *http.Request) (*http.Response, string) {
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	answer := w.Result()
	return answer, strings.ReplaceAll(w.Body.String(), answer.Header.Get("X-Amzn-Requestid"), "ID")
}

// doForm is the beginning of a form that calls the operation Do.
const doForm = "Action=Do&Version=2026-01-01&"

func TestServe(t *testing.T) {
	h := newHarness(t)
	cases := []struct{ form, want string }{
		{doForm + "Name=jane&Tags.member.1.Key=k&Tags.member.1.Value=v", `<DoResponse xmlns="https://test.example/doc/2026-01-01/"><DoResult><Name>jane</Name>` +
			`<Tags><member><Key>k</Key><Value>v</Value></member></Tags></DoResult>` +
			`<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DoResponse>`},
		{"Action=Bare&Version=2026-01-01&Name=ignored", `<BareResponse xmlns="https://test.example/doc/2026-01-01/"><Text>ID</Text>` +
			`<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></BareResponse>`},
		{"Action=Drop&Version=2026-01-01&Name=a", `<DropResponse xmlns="https://test.example/doc/2026-01-01/">` +
			`<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DropResponse>`},
	}
	for _, c := range cases {
		answer, body := h.post(c.form)
		if body != c.want || answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/xml" {
			t.Errorf("%s: %d %v\n got %s\nwant %s", c.form, answer.StatusCode, answer.Header, body, c.want)
		}
	}
}

// failure returns the text of an error.
func failure(namespace, fault, code, message string) string {
	return `<ErrorResponse xmlns="` + namespace + `"><Error><Type>` + fault + `</Type><Code>` + code + `</Code><Message>` + message +
		`</Message></Error><RequestId>ID</RequestId></ErrorResponse>`
}

func TestProtocolErrors(t *testing.T) {
	const test, later = "https://test.example/doc/2026-01-01/", "https://later.example/"
	cases := []struct {
		form   string
		status int
		want   string
	}{
		{"", 400, failure(test, "Sender", "MissingAction", "The parameter Action, which names the operation, is missing.")},
		{"Version=2026-01-01", 400, failure(test, "Sender", "MissingAction", "The parameter Action, which names the operation, is missing.")},
		{"Action=Do", 400, failure(test, "Sender", "NoSuchVersion",
			"The parameter Version must be 2026-01-01 (test) or 2027-01-01 (later).")},
		{"Action=Do&Version=x", 400, failure(test, "Sender", "NoSuchVersion",
			"The parameter Version must be 2026-01-01 (test) or 2027-01-01 (later).")},
		{"Action=Do&Version=2027-01-01", 400, failure(later, "Sender", "InvalidAction", "There is no operation &#34;Do&#34; in version 2027-01-01.")},
		{"Action=%3Cx%3E&Version=2026-01-01", 400, failure(test, "Sender", "InvalidAction", "There is no operation &#34;&lt;x&gt;&#34; in version 2026-01-01.")},
		{"Action=Idle&Version=2026-01-01", 400, failure(test, "Sender", "InvalidAction", "Idle is not served by this Poolhouse version; see docs/coverage.md.")},
		{"Action=Soon&Version=2027-01-01", 403, failure(later, "Sender", "MissingAuthenticationToken", "Sign for later.")},
		{doForm, 400, failure(test, "Sender", "ValidationError",
			"1 validation error detected: Value at &#39;name&#39; failed to satisfy constraint: Member must not be null")},
		{doForm + "Name=a&Number=x", 400, failure(test, "Sender", "MalformedInput", "The parameter Number must be a whole number of 32 bits.")},
		{doForm + "Name=" + strings.Repeat("a", 1000), 413, failure(test, "Sender", "RequestEntityTooLarge", "The request&#39;s body is larger than 1000 bytes.")},
		{"Action=" + strings.Repeat("%C3%A9", 100) + "&Version=2026-01-01", 400, failure(test, "Sender", "InvalidAction",
			"There is no operation &#34;"+strings.Repeat("é", 64)+"…&#34; in version 2026-01-01.")},
	}
	h := newHarness(t)
	for _, c := range cases {
		answer, body := h.post(c.form)
		if body != c.want || answer.StatusCode != c.status || answer.Header.Get("Content-Type") != "text/xml" {
			t.Errorf("%.80s: %d\n got %s\nwant %d %s", c.form, answer.StatusCode, body, c.status, c.want)
		}
	}
	if h.unmodelled != nil {
		t.Errorf("unmodelled: %v", h.unmodelled)
	}
}

func TestOtherProtocols(t *testing.T) {
	h := newHarness(t)
	get := httptest.NewRequest(http.MethodGet, "/?"+doForm+"Name=a", nil)
	if answer, body := h.send(get); answer.StatusCode != 405 || answer.Header.Get("Allow") != "POST" || !strings.Contains(body, "<Code>InvalidAction</Code>") {
		t.Errorf("GET: %d %s", answer.StatusCode, body)
	}
	for _, media := range []string{"", "application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded;="} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(doForm+"Name=a"))
		r.Header.Set("Content-Type", media)
		if answer, body := h.send(r); answer.StatusCode != 400 || !strings.Contains(body, "The Content-Type must be application/x-www-form-urlencoded.") {
			t.Errorf("%s: %d %s", media, answer.StatusCode, body)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/?"+doForm+"Name=a", strings.NewReader(""))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, body := h.send(r); !strings.Contains(body, "MissingAction") {
		t.Errorf("parameters in the address of a POST are read: %s", body)
	}
}

// TestUnsignedLearnNothing: an unsigned request with wrong input learns only that it is
// not signed.
func TestUnsignedLearnNothing(t *testing.T) {
	h := newHarness(t)
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(doForm+"Number=x"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if answer, body := h.send(r); answer.StatusCode != 403 || !strings.Contains(body, "<Message>Sign for test.</Message>") {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}

func TestHandlersErrors(t *testing.T) {
	const internal = "<Type>Receiver</Type><Code>InternalFailure</Code><Message>Internal error.</Message>"
	cases := []struct {
		name   string
		do     func() (*thing, error)
		status int
		want   string
		logged string
	}{
		{"known", func() (*thing, error) { return nil, errGone }, 404, "<Type>Sender</Type><Code>Gone</Code><Message>It &lt;is&gt; gone.</Message>", ""},
		{"ready", func() (*thing, error) { return nil, &apicore.Error{Name: "ServiceUnavailable"} }, 503,
			"<Type>Receiver</Type><Code>ServiceUnavailable</Code><Message></Message>", ""},
		{"with a status", func() (*thing, error) { return nil, &apicore.Error{Name: "Gone", Status: 410} }, 410, "<Code>Gone</Code>", ""},
		{"unexpected", func() (*thing, error) { return nil, errors.New("disk full of secrets") }, 500, internal, "disk full of secrets"},
		{"panic", func() (*thing, error) { panic("boom") }, 500, internal, "a value of the type string"},
		{"an answer that cannot be written", func() (*thing, error) { return &thing{When: apicore.Time{Time: distant}}, nil }, 500, internal, "the answer of Do"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			h.do = func(context.Context, *thing) (*thing, error) { return c.do() }
			answer, body := h.post(doForm + "Name=a")
			if answer.StatusCode != c.status || !strings.Contains(body, c.want) {
				t.Errorf("%d %s\nwant %d %s", answer.StatusCode, body, c.status, c.want)
			}
			logged, want := h.logged.String(), 0
			if c.logged != "" {
				want = 1
			}
			if strings.Count(logged, "level=ERROR") != want || !strings.Contains(logged, c.logged) || h.unmodelled != nil {
				t.Errorf("logged %s, unmodelled %v", logged, h.unmodelled)
			}
		})
	}
}

func TestUnmodelled(t *testing.T) {
	h := newHarness(t)
	h.do = func(context.Context, *thing) (*thing, error) { return nil, &apicore.Error{Name: "GoneException"} }
	if answer, _ := h.post(doForm + "Name=a"); answer.StatusCode != 400 {
		t.Errorf("status %d", answer.StatusCode)
	}
	if diff := cmp.Diff([]string{"Do GoneException"}, h.unmodelled); diff != "" {
		t.Error(diff)
	}
}

func TestClientGoesAway(t *testing.T) {
	h := newHarness(t)
	ctx, cancel := context.WithCancel(t.Context())
	h.do = func(ctx context.Context, _ *thing) (*thing, error) { cancel(); return nil, ctx.Err() }
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(doForm+"Name=a"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "root for test")
	h.send(r)
	if logged := h.logged.String(); strings.Contains(logged, "ERROR") || !strings.Contains(logged, "the client went away") {
		t.Error(logged)
	}
}

func TestLog(t *testing.T) {
	h := newHarness(t)
	answer, _ := h.post(doForm + "Name=a&Number=77777&Secret=hush&Other=quiet")
	logged := h.logged.String()
	id := answer.Header.Get("X-Amzn-Requestid")
	for _, want := range []string{"msg=request", "requestId=" + id, "operation=Do", "service=test", "exception=ValidationError", "status=400", "took="} {
		if !strings.Contains(logged, want) {
			t.Errorf("no %s in %s", want, logged)
		}
	}
	if strings.Count(logged, "\n") != 1 || strings.Contains(logged, "77777") || strings.Contains(logged, "hush") || strings.Contains(logged, "quiet") {
		t.Errorf("more than one line, or values of parameters: %s", logged)
	}
}

// broken is a body that ends too early.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBrokenBody(t *testing.T) {
	h := newHarness(t)
	r := httptest.NewRequest(http.MethodPost, "/", broken{})
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if answer, body := h.send(r); answer.StatusCode != 400 || answer.Header.Get("Connection") != "close" || !strings.Contains(body, "could not be read to its end") {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}

func TestRouter(t *testing.T) {
	h := newHarness(t)
	if diff := cmp.Diff([]string{"test:Bare", "test:Do", "test:Drop"}, h.dispatcher.Served()); diff != "" {
		t.Error(diff)
	}
	if !h.dispatcher.Serves(opDo.OperationInfo) || h.dispatcher.Serves(opSoon.OperationInfo) {
		t.Error("Serves is wrong")
	}
	unknown := apicore.Operation[apicore.Empty, apicore.Empty]{OperationInfo: apicore.OperationInfo{API: &testAPI, Name: "Unknown"}}
	panics(t, "test:Do has two handlers", func() { dispatch.Handle(h.dispatcher, opDo, h.do) })
	panics(t, "test:Unknown is not declared", func() {
		dispatch.Handle(h.dispatcher, unknown, func(context.Context, *apicore.Empty) (*apicore.Empty, error) { return nil, nil })
	})
	panics(t, "needs the operations", func() { New() })
}

func panics(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, want) {
			t.Errorf("panic %q, want %s", text, want)
		}
	}()
	f()
}

// TestReasonsHaveNames: each reason has a code, and every operation may return it.
func TestReasonsHaveNames(t *testing.T) {
	p := New(opDo.OperationInfo)
	for r := apicore.Internal; r <= apicore.Denied; r++ {
		code := p.Name(r)
		if status, common := p.Common(code); code == "" || !common || status == 0 {
			t.Errorf("the reason %d has the code %q, with status %d", r, code, status)
		}
	}
}
