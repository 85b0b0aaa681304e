package awsquery

import (
	"log/slog"
	"net/http"

	"poolhouse/internal/apicore"
	"poolhouse/internal/exchange"
)

// call is one request on its way through the router.
type call struct {
	*exchange.Exchange
	router *Router
	api    *apicore.API          // whose namespace the answer has: the first until it is known
	op     apicore.OperationInfo // zero until it is known
}

// guarded returns what answer does. Its panic, wherever that is, is an internal
// error.
func (c *call) guarded() (body []byte, fail *apicore.Error) {
	_, err := exchange.Guarded(func() (struct{}, error) { body, fail = c.answer(); return struct{}{}, nil })
	if err != nil {
		c.Unexpected(c.op.Name, err)
		return nil, internalError()
	}
	return body, fail
}

// answer carries the request through its steps: form, operation, signature,
// constraints, permission, handler. Whoever may not call learns nothing of what is wrong
// with the input, save that it is no form.
func (c *call) answer() ([]byte, *apicore.Error) {
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
		ctx, err := c.router.options.Authenticate(c.Request, body, c.op.API.Service)
		if err != nil {
			return nil, c.exception(err)
		}
		c.Request = c.Request.WithContext(ctx)
	}
	h := c.router.served[targetOf(c.op)]
	if h == nil {
		return nil, &apicore.Error{Name: "InvalidAction",
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
	out, err := h(c.Request.Context(), input)
	if err != nil {
		return nil, err
	}
	return answerXML(c.op, out, c.ID)
}

// finish sends the answer and says how the call ended.
func (c *call) finish(body []byte, fail *apicore.Error) {
	end := exchange.End{Operation: c.op.Name, Status: http.StatusOK}
	if fail != nil {
		end.Exception, end.Status = fail.Name, c.status(fail)
		c.Detail(fail.Detail)
		body = errorXML(c.api, fail, end.Status, c.ID)
	}
	c.Write("text/xml", end.Status, body)
	var line []slog.Attr
	if c.op.API != nil {
		end.Service = c.op.API.Service
		line = append(line, slog.String("service", end.Service))
	}
	c.End(end, c.router.options.Ended, line...)
}
