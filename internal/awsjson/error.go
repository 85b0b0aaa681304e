package awsjson

import (
	"net/http"
	"strconv"

	"poolhouse/internal/exchange"
)

// Error is an exception of the API, ready to be written.
type Error struct {
	Name    string // the exception's bare name, such as InvalidParameterException
	Message string
	Status  int    // 0 means 400, what all exceptions have but internal ones
	Reason  string // reasonCode, "" to leave it out
	// Detail says more than Message, which is the real service's, may: in a
	// header and in the log ([exchange.Exchange.Detail]). "" says nothing.
	Detail string
}

// Error returns name and message.
func (e *Error) Error() string { return e.Name + ": " + e.Message }

func (e *Error) status() int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}

// internalError is all that the outside learns of an unexpected error.
func internalError() *Error {
	return &Error{Name: "InternalErrorException", Message: "Internal error.", Status: http.StatusInternalServerError}
}

// WriteInternalError answers a request that no router came to answer.
func WriteInternalError(w http.ResponseWriter) {
	allowOrigins(w)
	e := internalError()
	body := e.encode(w.Header())
	w.Header().Set("Content-Type", ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.status())
	_, _ = w.Write(body) // the client may have gone
}

// encode writes the error in the form the real service was seen to use: the
// bare name in __type, a lower-case message, the name with a trailing colon
// in x-amzn-ErrorType, and the message again in x-amzn-ErrorMessage.
func (e *Error) encode(header http.Header) []byte {
	body, err := encode(struct {
		Type    string `json:"__type"`
		Message string `json:"message,omitempty"`
		Reason  string `json:"reasonCode,omitempty"`
	}{e.Name, e.Message, e.Reason})
	if err != nil {
		panic(err) // three strings
	}
	header.Set("x-amzn-ErrorType", exchange.HeaderText(e.Name)+":")
	if e.Message != "" {
		header.Set("x-amzn-ErrorMessage", exchange.HeaderText(e.Message))
	}
	return body
}
