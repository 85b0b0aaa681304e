package awsquery

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"poolhouse/internal/awsjson"
)

// call is one request on its way through the router.
type call struct {
	router *Router
	w      http.ResponseWriter
	req    *http.Request // its context has the id
	id     string
	begun  time.Time
	api    *API          // whose namespace the answer has: the first until it is known
	op     OperationInfo // zero until it is known
}

// answer carries the request through its steps: form, operation, signature,
// constraints, permission, handler. Whoever may not call learns nothing of what is wrong
// with the input, save that it is no form.
func (c *call) answer() ([]byte, *awsjson.Error) {
	if fail := c.refuseOtherProtocols(); fail != nil {
		return nil, fail
	}
	body, fail := c.read()
	if fail != nil {
		return nil, fail
	}
	parameters, err := parse(string(body))
	if err != nil {
		return nil, c.exception(err)
	}
	if fail := c.identify(parameters); fail != nil {
		return nil, fail
	}
	if c.op.Signed {
		ctx, err := c.router.options.Authenticate(c.req, body, c.op.API.Service)
		if err != nil {
			return nil, c.exception(err)
		}
		c.req = c.req.WithContext(ctx)
	}
	h := c.router.served[c.op.target()]
	if h == nil {
		return nil, &awsjson.Error{Name: "InvalidAction",
			Message: c.op.Name + " is not served by this Poolhouse version; see docs/coverage.md."}
	}
	out, err := c.run(h, parameters)
	if err != nil {
		return nil, c.exception(err)
	}
	return out, nil
}

// run calls the handler with the parameters and writes what it answers.
func (c *call) run(h handler, parameters *node) ([]byte, error) {
	input, err := checked(c.op, parameters)
	if err != nil {
		return nil, err
	}
	out, err := guarded(c.req.Context(), h, input)
	if err != nil {
		return nil, err
	}
	return answerXML(c.op, out, c.id)
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

// log writes one line about the request. Nothing of its content is in it.
func (c *call) log(fail *awsjson.Error, status int) {
	attrs := []slog.Attr{slog.String("requestId", c.id), slog.String("operation", c.op.Name)}
	if c.op.API != nil {
		attrs = append(attrs, slog.String("service", c.op.API.Service))
	}
	if fail != nil {
		attrs = append(attrs, slog.String("exception", fail.Name))
	}
	attrs = append(attrs, slog.Int("status", status), slog.Duration("took", time.Since(c.begun).Round(time.Microsecond)))
	c.router.options.Log.LogAttrs(c.req.Context(), slog.LevelInfo, "request", attrs...)
}
