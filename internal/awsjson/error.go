package awsjson

import (
	"net/http"
	"strconv"

	"poolhouse/internal/apicore"
	"poolhouse/internal/exchange"
)

// WriteInternalError answers a request that no dispatcher came to answer.
func WriteInternalError(w http.ResponseWriter) {
	allowOrigins(w)
	e := &apicore.Error{Name: names[apicore.Internal], Message: "Internal error.", Status: http.StatusInternalServerError}
	body := encodeError(e, w.Header())
	w.Header().Set("Content-Type", ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // the client may have gone
}

// encodeError writes an error in the form the real service was seen to use: the
// bare name in __type, a lower-case message, the name with a trailing colon
// in x-amzn-ErrorType, and the message again in x-amzn-ErrorMessage.
func encodeError(e *apicore.Error, header http.Header) []byte {
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
