package awsquery

import (
	"net/http"
	"strconv"

	"poolhouse/internal/apicore"
)

// common are the errors that every operation may return, besides those that the model
// lists for it.
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
	// Not in that list, but clients of the real services report them.
	{Code: "AccessDenied", Status: http.StatusForbidden},
	{Code: "ExpiredToken", Status: http.StatusForbidden},
	{Code: "MalformedInput", Status: http.StatusBadRequest},
	{Code: "NoSuchVersion", Status: http.StatusBadRequest},
	{Code: "RequestEntityTooLarge", Status: http.StatusRequestEntityTooLarge},
	{Code: "RequestTimeout", Status: http.StatusRequestTimeout},
	{Code: "SignatureDoesNotMatch", Status: http.StatusForbidden},
	{Code: "Throttling", Status: http.StatusBadRequest},
}

// codes are the errors for the reasons of package apicore (IAM API Reference, Common
// Errors). Two are not from there. SignatureDoesNotMatch is the code that clients of
// IAM report. MalformedInput is the code observed of services of this protocol for
// unreadable input.
var codes = map[apicore.Reason]string{
	apicore.Internal: "InternalFailure", apicore.NotServed: "InvalidAction",
	apicore.Busy: "Throttling", apicore.Limited: "Throttling",
	apicore.TooLarge: "RequestEntityTooLarge", apicore.TooSlow: "RequestTimeout", apicore.BrokenOff: "MalformedInput",
	apicore.NotSigned: "MissingAuthenticationToken", apicore.IncompleteSignature: "IncompleteSignature",
	apicore.WrongSignature: "SignatureDoesNotMatch", apicore.UnknownKey: "InvalidClientTokenId",
	apicore.ExpiredToken: "ExpiredToken", apicore.Denied: "AccessDenied",
	apicore.Malformed: "MalformedInput", apicore.Invalid: "ValidationError",
}

// malformed is the answer to unreadable parameters.
func malformed(message string) *apicore.Refusal {
	return &apicore.Refusal{Reason: apicore.Malformed, Message: message}
}

// maxShown bounds the bytes of a client's text that a message repeats.
const maxShown = 128

func clip(s string) string { return apicore.Clip(s, maxShown) }

// errorXML writes an error. Its Type says whether the sender or the receiver is at
// fault.
func errorXML(api *apicore.API, fail *apicore.Error, id string) []byte {
	e := &encoder{}
	e.begin("ErrorResponse", api)
	e.WriteString("<Error>")
	fault := "Sender"
	if fail.Status >= http.StatusInternalServerError {
		fault = "Receiver"
	}
	e.text("Type", fault)
	e.text("Code", fail.Name)
	e.text("Message", fail.Message)
	e.WriteString("</Error>")
	e.text("RequestId", id)
	e.WriteString("</ErrorResponse>")
	return e.Bytes()
}

// WriteInternalError answers a request that failed before it reached a dispatcher. id
// is the request's id, and api supplies the XML namespace.
func WriteInternalError(w http.ResponseWriter, api *apicore.API, id string) {
	e := &apicore.Error{Name: codes[apicore.Internal], Message: "Internal error.", Status: http.StatusInternalServerError}
	body := errorXML(api, e, id)
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // the client may have disconnected
}
