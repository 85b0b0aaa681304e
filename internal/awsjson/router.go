package awsjson

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"github.com/google/uuid"
)

// ContentType is the media type of requests and answers.
const ContentType = "application/x-amz-json-1.1"

// Options sets a router up.
type Options struct {
	// Operations are all that the API declares, served or not.
	Operations []OperationInfo
	// Authenticate verifies the signature of a request whose operation must
	// be signed. An *Error it returns is the answer. Required.
	Authenticate func(r *http.Request, body []byte) error
	// ErrorOf returns the exception that tells of a handler's error, nil for
	// an unexpected one. Required.
	ErrorOf func(error) *Error
	// MaxBody is the largest body accepted, in bytes; default 1 MiB.
	MaxBody int64
	Log     *slog.Logger // default slog.Default()
}

// Router serves POST requests of the protocol, and the preflight requests of
// browsers.
type Router struct {
	Options
	declared map[string]OperationInfo // by target
	served   map[string]func(ctx context.Context, input []byte) (any, error)
}

// NewRouter returns a router that serves nothing until [Handle] says so.
func NewRouter(o Options) *Router {
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	r := &Router{Options: o, declared: map[string]OperationInfo{}, served: map[string]func(context.Context, []byte) (any, error){}}
	for _, op := range o.Operations {
		r.declared[op.Target()] = op
	}
	return r
}

// Serves reports whether the operation has a handler.
func (r *Router) Serves(op OperationInfo) bool { return r.served[op.Target()] != nil }

// call is one request on its way through the router.
type call struct {
	id   string
	op   OperationInfo // zero until it is known
	fail *Error        // the answer, if it is an error
}

// ServeHTTP answers one request and writes one line about it to the log.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	begun := time.Now()
	c := call{id: uuid.NewString()}
	w.Header().Set("x-amzn-RequestId", c.id)
	allowOrigins(w)
	if req.Method == http.MethodOptions {
		preflight(w, req)
		return
	}
	body, fail := r.answer(req, &c)
	if c.fail = fail; fail != nil {
		fail.write(w)
	} else {
		writeBody(w, http.StatusOK, body)
	}
	r.log(req.Context(), &c, time.Since(begun))
}

// answer carries the request through its steps: operation, signature, body,
// constraints, handler.
func (r *Router) answer(req *http.Request, c *call) ([]byte, *Error) {
	if fail := r.identify(req, c); fail != nil {
		return nil, fail
	}
	body, fail := r.read(req)
	if fail != nil {
		return nil, fail
	}
	if c.op.Signed {
		if err := r.Authenticate(req, body); err != nil {
			return nil, r.exception(req.Context(), c, err)
		}
	}
	handler := r.served[c.op.Target()]
	if handler == nil {
		return nil, &Error{Name: "UnknownOperationException",
			Message: c.op.Name + " is not served by this version of Poolhouse."}
	}
	input, err := checked(c.op.Input, body)
	if err != nil {
		return nil, r.exception(req.Context(), c, err)
	}
	out, err := guarded(req.Context(), handler, input)
	if err != nil {
		return nil, r.exception(req.Context(), c, err)
	}
	return r.encode(req.Context(), c, out)
}

func (r *Router) identify(req *http.Request, c *call) *Error {
	target := req.Header.Get("X-Amz-Target")
	op, known := r.declared[target]
	switch {
	case req.Method != http.MethodPost:
		return &Error{Name: "UnknownOperationException", Status: http.StatusMethodNotAllowed,
			Message: "Operations are called with POST."}
	case target == "":
		return &Error{Name: "UnknownOperationException", Message: "The header X-Amz-Target, which names the operation, is missing."}
	case !known:
		return &Error{Name: "UnknownOperationException", Message: "There is no operation " + clip(target) + "."}
	}
	c.op = op
	if media, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err != nil || media != ContentType {
		return &Error{Name: "UnknownOperationException", Message: "The Content-Type must be " + ContentType + "."}
	}
	return nil
}

func (r *Router) read(req *http.Request) ([]byte, *Error) {
	body, err := io.ReadAll(io.LimitReader(req.Body, r.MaxBody+1))
	if err != nil {
		return nil, &Error{Name: "SerializationException", Message: "The request's body could not be read to its end."}
	}
	if int64(len(body)) > r.MaxBody {
		return nil, &Error{Name: "RequestEntityTooLargeException", Status: http.StatusRequestEntityTooLarge,
			Message: "The request is too large."}
	}
	return body, nil
}

// checked decodes the body, checks it, and returns it as JSON that holds only
// what the model declares.
func checked(shape *Shape, body []byte) ([]byte, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	value, err := decode(body)
	if err != nil {
		return nil, err
	}
	clean, err := Check(shape, value)
	if err != nil {
		return nil, err
	}
	return json.Marshal(clean)
}

func decode(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, &Error{Name: "SerializationException", Message: "The request's body is not valid JSON."}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, &Error{Name: "SerializationException", Message: "The request's body holds more than one JSON value."}
	}
	return value, nil
}

// bind fills an operation's input. What does not fit although it was checked
// is a number beyond its Go type.
func bind(input []byte, in any) error {
	if err := json.Unmarshal(input, in); err != nil {
		return &Error{Name: "SerializationException", Message: "The request holds a value that is out of range."}
	}
	return nil
}

// panicked is the error that a handler's panic becomes.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return "the handler panicked" }

func guarded(ctx context.Context, handler func(context.Context, []byte) (any, error), input []byte) (out any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	return handler(ctx, input)
}

// exception returns the answer that tells of err. An error that nobody
// expected is logged, once, with the request's id.
func (r *Router) exception(ctx context.Context, c *call, err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if e := r.ErrorOf(err); e != nil {
		if !slices.Contains(c.op.Errors, e.Name) {
			r.Log.WarnContext(ctx, "an exception that the model does not name for the operation",
				"requestId", c.id, "operation", c.op.Name, "exception", e.Name)
		}
		return e
	}
	attrs := []any{"requestId", c.id, "operation", c.op.Name, "error", err}
	if p, ok := errors.AsType[*panicked](err); ok {
		attrs = append(attrs, "panic", p.value, "stack", string(p.stack))
	}
	r.Log.ErrorContext(ctx, "internal error", attrs...)
	e := internalError
	return &e
}

func (r *Router) encode(ctx context.Context, c *call, out any) ([]byte, *Error) {
	if !c.op.Output {
		return nil, nil
	}
	var buffer bytes.Buffer
	e := json.NewEncoder(&buffer)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return nil, r.exception(ctx, c, err)
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// log writes one line about the request. Nothing of its content is in it.
func (r *Router) log(ctx context.Context, c *call, took time.Duration) {
	attrs := []slog.Attr{
		slog.String("requestId", c.id), slog.String("operation", c.op.Name),
		slog.Duration("took", took.Round(time.Microsecond)),
	}
	if c.fail != nil {
		attrs = append(attrs, slog.String("exception", c.fail.Name))
	}
	r.Log.LogAttrs(ctx, slog.LevelInfo, "request", attrs...)
}
