package awsjson

import (
	"errors"
	"slices"

	"poolhouse/internal/apicore"
)

// common are the exceptions that every operation may answer besides those
// that the model names for it (API Reference, "Common errors"), and those
// that tell of the protocol.
var common = []string{
	"AccessDeniedException", "IncompleteSignatureException", "InternalErrorException", "InvalidSignatureException",
	"MissingAuthenticationTokenException", "SerializationException", "UnrecognizedClientException",
}

// exception returns the answer that tells of err.
func (c *call) exception(err error) *apicore.Error {
	e, ok := errors.AsType[*apicore.Error](err)
	if !ok {
		e = c.router.options.ErrorOf(err)
	}
	if e == nil {
		c.Unexpected(c.op.Name, err)
		return internalError()
	}
	if !c.op.Names(e.Name) && !slices.Contains(common, e.Name) {
		c.router.options.Unmodelled(c.op.Name, e.Name)
	}
	return e
}
