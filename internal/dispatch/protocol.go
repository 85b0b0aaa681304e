package dispatch

import (
	"net/http"

	"poolhouse/internal/apicore"
)

// Protocol is the form of calls on the wire.
type Protocol interface {
	// Operations returns all operations that requests of the protocol may name, served or
	// not.
	Operations() []apicore.OperationInfo
	// Open begins a request before its body is read. It returns nil if it has answered the
	// request itself because the request is no call, such as the preflight request of a
	// browser.
	Open(w http.ResponseWriter, r *http.Request) Message
	// ContentType is the media type of answers.
	ContentType() string
	// Name returns the name of the error for a reason.
	Name(apicore.Reason) string
	// Common reports whether every operation may answer the error of that name, and its HTTP
	// status. 0 stands for 400.
	Common(name string) (status int, ok bool)
}

// Message is one request in a protocol, and its answer.
type Message interface {
	// Head finds the operation before the body is read. It returns nil if the body names it.
	// An *[apicore.Error] is the answer to a request that names none.
	Head() (*apicore.OperationInfo, error)
	// Body takes the whole body, and finds the operation if Head did not.
	Body(body []byte) (*apicore.OperationInfo, error)
	// Decode checks the input in the body and stores it in in. If only is nil, it reads all
	// members. Otherwise it reads only the named ones, and requires none. An *[apicore.Refusal]
	// says what is wrong with the input.
	Decode(in any, only []string) error
	// Encode returns the body of the operation's answer.
	Encode(out any, requestID string) ([]byte, error)
	// Fail returns the body of an error answer. It may set headers of the answer.
	Fail(header http.Header, e *apicore.Error, requestID string) []byte
}
