package awsquery

import (
	"errors"
	"net/http"
	"slices"

	"poolhouse/internal/apicore"
)

// common are the errors that every operation may answer besides those that the
// model names for it.
var common = []apicore.ErrorInfo{
	// IAM API Reference, "Common errors".
	{Code: "AccessDeniedException", Status: http.StatusBadRequest},
	{Code: "IncompleteSignature", Status: http.StatusBadRequest},
	{Code: "InternalFailure", Status: http.StatusInternalServerError},
	{Code: "InvalidAction", Status: http.StatusBadRequest},
	{Code: "InvalidClientTokenId", Status: http.StatusForbidden},
	{Code: "InvalidParameterCombination", Status: http.StatusBadRequest},
	{Code: "InvalidParameterValue", Status: http.StatusBadRequest},
	{Code: "MissingAction", Status: http.StatusBadRequest},
	{Code: "MissingAuthenticationToken", Status: http.StatusForbidden},
	{Code: "MissingParameter", Status: http.StatusBadRequest},
	{Code: "RequestExpired", Status: http.StatusBadRequest},
	{Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable},
	{Code: "ValidationError", Status: http.StatusBadRequest},
	// Not in that list; clients of the real services report them.
	{Code: "AccessDenied", Status: http.StatusForbidden},
	{Code: "ExpiredToken", Status: http.StatusForbidden},
	{Code: "MalformedInput", Status: http.StatusBadRequest},
	{Code: "NoSuchVersion", Status: http.StatusBadRequest},
	{Code: "SignatureDoesNotMatch", Status: http.StatusForbidden},
	{Code: "Throttling", Status: http.StatusBadRequest},
}

// infoOf returns what is known of the code of an error that the operation
// answers.
func infoOf(o apicore.OperationInfo, code string) (apicore.ErrorInfo, bool) {
	named := func(e apicore.ErrorInfo) bool { return e.Code == code }
	for _, list := range [][]apicore.ErrorInfo{o.Errors, common} {
		if i := slices.IndexFunc(list, named); i >= 0 {
			return list[i], true
		}
	}
	return apicore.ErrorInfo{}, false
}

// status returns the HTTP status of an error: its own, or the one that the
// model gives its code.
func (c *call) status(e *apicore.Error) int {
	if e.Status != 0 {
		return e.Status
	}
	if info, known := infoOf(c.op, e.Name); known && info.Status != 0 {
		return info.Status
	}
	return http.StatusBadRequest
}

// internalError is all that the outside learns of an unexpected error.
func internalError() *apicore.Error {
	return &apicore.Error{Name: "InternalFailure", Message: "Internal error.", Status: http.StatusInternalServerError}
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
	if _, known := infoOf(c.op, e.Name); !known {
		c.router.options.Unmodelled(c.op.Name, e.Name)
	}
	return e
}

// malformed is the answer to parameters that cannot be read. The code is the
// one that services of the protocol were seen to use.
func malformed(message string) *apicore.Error {
	return &apicore.Error{Name: "MalformedInput", Message: message}
}

// maxShown bounds how much of a name that a client sent a message repeats, in
// bytes.
const maxShown = 128

func clip(s string) string { return apicore.Clip(s, maxShown) }
