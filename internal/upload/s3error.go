package upload

import (
	"encoding/xml"
	"net/http"
	"strconv"
)

// s3Error is an error in S3's form.
type s3Error struct {
	XMLName   xml.Name `xml:"Error"`
	Code      string   `xml:"Code"`
	Message   string   `xml:"Message"`
	Expires   string   `xml:"Expires,omitempty"`
	Now       string   `xml:"ServerTime,omitempty"`
	MaxSize   int64    `xml:"MaxSizeAllowed,omitempty"`
	NotSigned string   `xml:"HeadersNotSigned,omitempty"` // such as x-amz-acl and x-amz-tagging
	Argument  string   `xml:"ArgumentName,omitempty"`     // the wrong header
	RequestID string   `xml:"RequestId"`
	status    int
	hint      string // for the log, "" for none

	unverified bool // the signature is refused
}

func (e *s3Error) write(w http.ResponseWriter) {
	e.RequestID = w.Header().Get("x-amz-request-id")
	body, err := xml.Marshal(e)
	if err != nil {
		panic(err) // cannot fail for strings and a number
	}
	body = append([]byte(xml.Header), body...)
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if e.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(e.status)
	_, _ = w.Write(body) // the client may have disconnected
}

// WriteInternalError answers a request that failed before its handler could answer.
func WriteInternalError(w http.ResponseWriter) { internalError().write(w) }

// internalError is everything that a client learns about an unexpected error.
func internalError() *s3Error {
	return &s3Error{Code: "InternalError", Message: "We encountered an internal error. Please try again.", status: http.StatusInternalServerError}
}

func denied(message string) *s3Error {
	return &s3Error{Code: "AccessDenied", Message: message, status: http.StatusForbidden}
}

const codeSlowDown = "SlowDown"

// slowDown asks the client to try again later (Amazon S3 API Reference, Error
// responses).
func slowDown(message string) *s3Error {
	return &s3Error{Code: codeSlowDown, Message: message, status: http.StatusServiceUnavailable}
}

func badRequest(code, message string) *s3Error {
	return &s3Error{Code: code, Message: message, status: http.StatusBadRequest}
}
