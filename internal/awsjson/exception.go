package awsjson

import (
	"context"
	"errors"
	"slices"
)

// common are the exceptions that every operation may answer besides those
// that the model names for it (API Reference, "Common errors"), and those
// that tell of the protocol.
var common = []string{
	"AccessDeniedException", "IncompleteSignatureException", "InternalErrorException", "InvalidSignatureException",
	"MissingAuthenticationTokenException", "SerializationException", "UnrecognizedClientException",
}

// exception returns the answer that tells of err.
func (c *call) exception(err error) *Error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		e = c.router.options.ErrorOf(err)
	}
	if e == nil {
		return c.unexpected(err)
	}
	if !slices.Contains(c.op.Errors, e.Name) && !slices.Contains(common, e.Name) {
		c.router.options.Unmodelled(c.op.Name, e.Name)
	}
	return e
}

// unexpected logs an error that nobody has a word for, once, with the id that
// the client gets to see. A client that has gone is no fault of the server's.
func (c *call) unexpected(err error) *Error {
	ctx, log := c.req.Context(), c.router.options.Log
	attrs := []any{"requestId", c.id, "operation", c.op.Name, "error", err}
	if p, ok := errors.AsType[*panicked](err); ok {
		attrs = append(attrs, "panic", p.value, "stack", string(p.stack))
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		log.InfoContext(ctx, "the client went away", attrs...)
	} else {
		log.ErrorContext(ctx, "internal error", attrs...)
	}
	return internalError()
}
