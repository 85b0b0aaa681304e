package awsjson

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"time"
)

// call is one request on its way through the router.
type call struct {
	router *Router
	w      http.ResponseWriter
	req    *http.Request // its context has the id
	id     string
	begun  time.Time
	op     OperationInfo // zero until it is known
}

// answer carries the request through its steps: operation, body, signature,
// constraints, permission, handler. Whoever may not call learns nothing of what is wrong
// with the input.
func (c *call) answer() ([]byte, *Error) {
	if fail := c.identify(); fail != nil {
		return nil, fail
	}
	body, fail := c.read()
	if fail != nil {
		return nil, fail
	}
	if c.op.Signed {
		ctx, err := c.router.options.Authenticate(c.req, body)
		if err != nil {
			return nil, c.exception(err)
		}
		c.req = c.req.WithContext(ctx)
	}
	h := c.router.served[c.op.Target()]
	if h == nil {
		return nil, &Error{Name: "UnknownOperationException",
			Message: c.op.Name + " is not served by this Poolhouse version; see docs/coverage.md."}
	}
	input, err := checked(c.op.Input, body)
	if err != nil {
		return nil, c.exception(err)
	}
	out, err := guarded(c.req.Context(), h, input)
	if err != nil {
		return nil, c.exception(err)
	}
	return c.encode(out)
}

// identify finds the operation. The real service says of a target that it
// does not know no more than UnknownOperationException, with status 400; we
// say what is wrong.
func (c *call) identify() *Error {
	if c.req.Method != http.MethodPost {
		c.w.Header().Set("Allow", "OPTIONS, POST")
		return &Error{Name: "UnknownOperationException", Status: http.StatusMethodNotAllowed,
			Message: "Operations are called with POST."}
	}
	target := c.req.Header.Get("X-Amz-Target")
	if target == "" {
		return &Error{Name: "UnknownOperationException", Message: "The header X-Amz-Target, which names the operation, is missing."}
	}
	op, known := c.router.declared[target]
	if !known {
		return &Error{Name: "UnknownOperationException", Message: "There is no operation " + clip(target) + "."}
	}
	c.op = op
	if media, _, err := mime.ParseMediaType(c.req.Header.Get("Content-Type")); err != nil || media != ContentType {
		return &Error{Name: "UnknownOperationException", Message: "The Content-Type must be " + ContentType + "."}
	}
	return nil
}

// read returns the whole body. When it does not come to its end, the
// connection is of no more use, and net/http closes it.
func (c *call) read() ([]byte, *Error) {
	limit := c.router.options.MaxBody
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.req.Body, limit))
	if err == nil {
		return body, nil
	}
	c.w.Header().Set("Connection", "close")
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &Error{Name: "RequestEntityTooLargeException", Status: http.StatusRequestEntityTooLarge,
			Message: "The request's body is larger than " + strconv.FormatInt(limit, 10) + " bytes."}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, &Error{Name: "RequestTimeoutException", Status: http.StatusRequestTimeout,
			Message: "The request's body did not arrive in time."}
	}
	return nil, serialization("The request's body could not be read to its end.")
}

// panicked is the error that a handler's panic becomes.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return "the handler panicked" }

func guarded(ctx context.Context, h handler, input []byte) (out any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	return h(ctx, input)
}

func (c *call) encode(out any) ([]byte, *Error) {
	if !c.op.Output {
		return nil, nil
	}
	body, err := encode(out)
	if err != nil {
		return nil, c.exception(err)
	}
	return body, nil
}

// log writes one line about the request. Nothing of its content is in it.
func (c *call) log(fail *Error) {
	status := http.StatusOK
	attrs := []slog.Attr{slog.String("requestId", c.id), slog.String("operation", c.op.Name)}
	if fail != nil {
		status = fail.status()
		attrs = append(attrs, slog.String("exception", fail.Name))
	}
	attrs = append(attrs, slog.Int("status", status), slog.Duration("took", time.Since(c.begun).Round(time.Microsecond)))
	c.router.options.Log.LogAttrs(c.req.Context(), slog.LevelInfo, "request", attrs...)
}
