package awsjson

import (
	"net/http"
	"strconv"

	"poolhouse/internal/apicore"
	"poolhouse/internal/exchange"
)

// WriteInternalError answers a request that failed before it reached a dispatcher.
func WriteInternalError(w http.ResponseWriter) {
	allowOrigins(w)
	e := &apicore.Error{Name: names[apicore.Internal], Message: "Internal error.", Status: http.StatusInternalServerError}
	body := encodeError(e, w.Header())
	w.Header().Set("Content-Type", ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // the client may have disconnected
}

// encodeError writes an error in the form observed of the real service. __type has the
// bare name, and the message has a lower-case key. x-amzn-ErrorType has the name with a
// trailing colon, and x-amzn-ErrorMessage repeats the message.
func encodeError(e *apicore.Error, header http.Header) []byte {
	body, err := encode(struct {
		Type    string `json:"__type"`
		Message string `json:"message,omitempty"`
		Reason  string `json:"reasonCode,omitempty"`
	}{e.Name, e.Message, e.Reason})
	if err != nil {
		panic(err) // impossible: three strings are always JSON
	}
	header.Set("x-amzn-ErrorType", exchange.HeaderText(e.Name)+":")
	if e.Message != "" {
		header.Set("x-amzn-ErrorMessage", exchange.HeaderText(e.Message))
	}
	return body
}
