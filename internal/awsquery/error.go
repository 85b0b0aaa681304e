package awsquery

import (
	"errors"
	"net/http"
	"slices"

	"poolhouse/internal/awsjson"
	"poolhouse/internal/exchange"
)

// common are the errors that every operation may answer besides those that the
// model names for it.
var common = []ErrorInfo{
	// IAM API Reference, "Common errors".
	{"AccessDeniedException", http.StatusBadRequest},
	{"IncompleteSignature", http.StatusBadRequest},
	{"InternalFailure", http.StatusInternalServerError},
	{"InvalidAction", http.StatusBadRequest},
	{"InvalidClientTokenId", http.StatusForbidden},
	{"InvalidParameterCombination", http.StatusBadRequest},
	{"InvalidParameterValue", http.StatusBadRequest},
	{"MissingAction", http.StatusBadRequest},
	{"MissingAuthenticationToken", http.StatusForbidden},
	{"MissingParameter", http.StatusBadRequest},
	{"RequestExpired", http.StatusBadRequest},
	{"ServiceUnavailable", http.StatusServiceUnavailable},
	{"ValidationError", http.StatusBadRequest},
	// Not in that list; clients of the real services report them.
	{"AccessDenied", http.StatusForbidden},
	{"ExpiredToken", http.StatusForbidden},
	{"MalformedInput", http.StatusBadRequest},
	{"NoSuchVersion", http.StatusBadRequest},
	{"SignatureDoesNotMatch", http.StatusForbidden},
	{"Throttling", http.StatusBadRequest},
}

// info returns what is known of the code of an error that the operation
// answers.
func (o *OperationInfo) info(code string) (ErrorInfo, bool) {
	named := func(e ErrorInfo) bool { return e.Code == code }
	for _, list := range [][]ErrorInfo{o.Errors, common} {
		if i := slices.IndexFunc(list, named); i >= 0 {
			return list[i], true
		}
	}
	return ErrorInfo{}, false
}

// status returns the HTTP status of an error: its own, or the one that the
// model gives its code.
func (c *call) status(e *awsjson.Error) int {
	if e.Status != 0 {
		return e.Status
	}
	if info, known := c.op.info(e.Name); known {
		return info.Status
	}
	return http.StatusBadRequest
}

// internalError is all that the outside learns of an unexpected error.
func internalError() *awsjson.Error {
	return &awsjson.Error{Name: "InternalFailure", Message: "Internal error.", Status: http.StatusInternalServerError}
}

// exception returns the answer that tells of err.
func (c *call) exception(err error) *awsjson.Error {
	e, ok := errors.AsType[*awsjson.Error](err)
	if !ok {
		e = c.router.options.ErrorOf(err)
	}
	if e == nil {
		c.Unexpected(c.op.Name, err)
		return internalError()
	}
	if _, known := c.op.info(e.Name); !known {
		c.router.options.Unmodelled(c.op.Name, e.Name)
	}
	return e
}

// malformed is the answer to parameters that cannot be read. The code is the
// one that services of the protocol were seen to use.
func malformed(message string) *awsjson.Error {
	return &awsjson.Error{Name: "MalformedInput", Message: message}
}

// maxShown bounds how much of a name that a client sent a message repeats, in
// bytes.
const maxShown = 128

func clip(s string) string { return exchange.Clip(s, maxShown) }
