package awsjson

import (
	"mime"
	"net/http"

	"poolhouse/internal/apicore"
	"poolhouse/internal/exchange"
)

// call is one request on its way through the router.
type call struct {
	*exchange.Exchange
	router *Router
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

// answer carries the request through its steps: operation, body, signature,
// constraints, permission, handler. Whoever may not call learns nothing of what is wrong
// with the input.
func (c *call) answer() ([]byte, *apicore.Error) {
	if fail := c.identify(); fail != nil {
		return nil, fail
	}
	body, fail := c.read()
	if fail != nil {
		return nil, fail
	}
	if c.op.Signed {
		ctx, err := c.router.options.Authenticate(c.Request, body)
		if err != nil {
			return nil, c.exception(err)
		}
		c.Request = c.Request.WithContext(ctx)
	}
	h := c.router.served[c.op.Target()]
	if h == nil {
		return nil, &apicore.Error{Name: "UnknownOperationException",
			Message: c.op.Name + " is not served by this Poolhouse version; see docs/coverage.md."}
	}
	input, err := checked(c.op.Input, body)
	if err != nil {
		return nil, c.exception(err)
	}
	out, err := h(c.Request.Context(), input)
	if err != nil {
		return nil, c.exception(err)
	}
	return c.encode(out)
}

// identify finds the operation. The real service says of a target that it
// does not know no more than UnknownOperationException, with status 400; we
// say what is wrong.
func (c *call) identify() *apicore.Error {
	if c.Request.Method != http.MethodPost {
		c.Writer.Header().Set("Allow", "OPTIONS, POST")
		return &apicore.Error{Name: "UnknownOperationException", Status: http.StatusMethodNotAllowed,
			Message: "Operations are called with POST."}
	}
	target := c.Request.Header.Get("X-Amz-Target")
	if target == "" {
		return &apicore.Error{Name: "UnknownOperationException", Message: "The header X-Amz-Target, which names the operation, is missing."}
	}
	op, known := c.router.declared[target]
	if !known {
		return &apicore.Error{Name: "UnknownOperationException", Message: "There is no operation " + clip(target) + "."}
	}
	c.op = op
	if media, _, err := mime.ParseMediaType(c.Request.Header.Get("Content-Type")); err != nil || media != ContentType {
		return &apicore.Error{Name: "UnknownOperationException", Message: "The Content-Type must be " + ContentType + "."}
	}
	return nil
}

// read returns the whole body.
func (c *call) read() ([]byte, *apicore.Error) {
	body, broken := c.Read(c.router.options.MaxBody)
	if broken == nil {
		return body, nil
	}
	switch broken.Status {
	case http.StatusRequestEntityTooLarge:
		return nil, &apicore.Error{Name: "RequestEntityTooLargeException", Status: broken.Status, Message: broken.Message}
	case http.StatusRequestTimeout:
		return nil, &apicore.Error{Name: "RequestTimeoutException", Status: broken.Status, Message: broken.Message}
	}
	return nil, apicore.Malformed(broken.Message)
}

func (c *call) encode(out any) ([]byte, *apicore.Error) {
	if c.op.Output == nil {
		return nil, nil
	}
	body, err := encode(out)
	if err != nil {
		return nil, c.exception(err)
	}
	return body, nil
}

// finish sends the answer and says how the call ended.
func (c *call) finish(body []byte, fail *apicore.Error) {
	end := exchange.End{Operation: c.op.Name, Status: http.StatusOK}
	if c.op.API != nil {
		end.Service = c.op.API.Service
	}
	if fail != nil {
		end.Exception, end.Status = fail.Name, statusOf(fail)
		body = encodeError(fail, c.Writer.Header())
		c.Detail(fail.Detail)
	}
	c.Write(ContentType, end.Status, body)
	c.End(end, c.router.options.Ended)
}
