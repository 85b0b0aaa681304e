package dispatch

import (
	"net/http"

	"poolhouse/internal/apicore"
)

// Protocol is how calls are written on the wire.
type Protocol interface {
	// Operations are all that requests of the protocol may name, served or not.
	Operations() []apicore.OperationInfo
	// Open begins with a request, before its body is read. It returns nil when it
	// has answered the request itself, because that is no call (the preflight
	// request of a browser).
	Open(w http.ResponseWriter, r *http.Request) Message
	// ContentType is the media type of answers.
	ContentType() string
	// Name returns the name of the error that tells of a reason.
	Name(apicore.Reason) string
	// Common tells whether every operation may answer the error of that name, and
	// with which HTTP status: 0 stands for 400.
	Common(name string) (status int, ok bool)
}

// Message is one request in a protocol, and its answer.
type Message interface {
	// Head finds the operation before the body is read: nil if the body names it.
	// An *[apicore.Error] is the answer to a request that names none.
	Head() (*apicore.OperationInfo, error)
	// Body takes the whole body, and finds the operation if Head did not.
	Body(body []byte) (*apicore.OperationInfo, error)
	// Decode checks the input that the body holds, and binds it to in: the members
	// named by only, none of which is required, or all where that is nil. An
	// *[apicore.Refusal] says what is wrong with the input.
	Decode(in any, only []string) error
	// Encode returns the body of the answer of the operation.
	Encode(out any, requestID string) ([]byte, error)
	// Fail returns the body of the answer that tells of an error. It may set
	// headers of the answer.
	Fail(header http.Header, e *apicore.Error, requestID string) []byte
}
