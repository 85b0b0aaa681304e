package awsjson

import (
	"net/http"
	"slices"

	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/exchange"
)

// ContentType is the media type of requests and answers.
const ContentType = "application/x-amz-json-1.1"

// Protocol reads and writes the calls of some operations. It implements
// [dispatch.Protocol].
type Protocol struct {
	operations []apicore.OperationInfo
	targets    map[string]*apicore.OperationInfo
}

// New returns the protocol of the given operations, including those without a handler.
func New(operations ...apicore.OperationInfo) *Protocol {
	p := &Protocol{operations: operations, targets: map[string]*apicore.OperationInfo{}}
	for i := range operations {
		p.targets[operations[i].Target()] = &operations[i]
	}
	return p
}

// Operations returns the operations of the protocol.
func (p *Protocol) Operations() []apicore.OperationInfo { return p.operations }

// ContentType returns [ContentType].
func (p *Protocol) ContentType() string { return ContentType }

// names are the exceptions for the reasons of package apicore (Amazon Cognito User
// Pools API Reference, Common Errors).
var names = map[apicore.Reason]string{
	apicore.Internal: "InternalErrorException", apicore.NotServed: "UnknownOperationException",
	apicore.Busy: "ThrottlingException", apicore.Limited: "TooManyRequestsException",
	apicore.TooLarge: "RequestEntityTooLargeException", apicore.TooSlow: "RequestTimeoutException", apicore.BrokenOff: "SerializationException",
	apicore.NotSigned: "MissingAuthenticationTokenException", apicore.IncompleteSignature: "IncompleteSignatureException",
	apicore.WrongSignature: "InvalidSignatureException", apicore.UnknownKey: "UnrecognizedClientException",
	apicore.ExpiredToken: "ExpiredTokenException", apicore.Denied: "AccessDeniedException",
	apicore.Malformed: "SerializationException", apicore.Invalid: "InvalidParameterException",
}

// Name returns the name of the exception for a reason.
func (p *Protocol) Name(r apicore.Reason) string { return names[r] }

// common are the exceptions that every operation may return, besides those that the
// model lists for it (API Reference, "Common errors"), and the exceptions of the
// protocol itself.
var common = []string{
	"AccessDeniedException", "ExpiredTokenException", "IncompleteSignatureException", "InternalErrorException", "InvalidSignatureException",
	"MissingAuthenticationTokenException", "RequestEntityTooLargeException", "RequestTimeoutException", "SerializationException", "ThrottlingException", "TooManyRequestsException", "UnknownOperationException", "UnrecognizedClientException",
}

// Common reports whether every operation may return an exception. Their status is 400,
// except that of internal errors, which set their own.
func (p *Protocol) Common(name string) (status int, ok bool) { return 0, slices.Contains(common, name) }

// Open lets pages of every origin read the answer. It answers the preflight requests of
// browsers itself.
func (p *Protocol) Open(w http.ResponseWriter, r *http.Request) dispatch.Message {
	allowOrigins(w)
	if r.Method == http.MethodOptions {
		preflight(w)
		return nil
	}
	return &message{protocol: p, request: r, answer: w.Header()}
}

// message is one request and its answer.
type message struct {
	protocol *Protocol
	request  *http.Request
	answer   http.Header
	op       *apicore.OperationInfo // nil until Head finds it
	body     []byte
}

// Head finds the operation. For an unknown target, the real service says only
// UnknownOperationException, with status 400. Our message also says what is wrong.
func (m *message) Head() (*apicore.OperationInfo, error) {
	if m.request.Method != http.MethodPost {
		m.answer.Set("Allow", "OPTIONS, POST")
		return nil, &apicore.Error{Name: "UnknownOperationException", Status: http.StatusMethodNotAllowed,
			Message: "Operations are called with POST."}
	}
	target := m.request.Header.Get("X-Amz-Target")
	if target == "" {
		return nil, unknown("The header X-Amz-Target, which names the operation, is missing.")
	}
	op := m.protocol.targets[target]
	if op == nil {
		return nil, unknown("There is no operation " + clip(target) + ".")
	}
	m.op = op
	if !exchange.HasMediaType(m.request, ContentType) {
		return op, unknown("The Content-Type must be " + ContentType + ".")
	}
	return op, nil
}

func unknown(message string) *apicore.Error {
	return &apicore.Error{Name: "UnknownOperationException", Message: message}
}

// Body keeps the body. Decode reads it after the caller is authenticated.
func (m *message) Body(body []byte) (*apicore.OperationInfo, error) {
	m.body = body
	return m.op, nil
}

// Decode checks the body and binds it to the operation's request type.
func (m *message) Decode(in any, only []string) error {
	shape := m.op.Input
	if only != nil && shape != nil {
		shape = shape.Only(only)
	}
	clean, err := readInput(shape, m.body)
	if err != nil {
		return err
	}
	return apicore.Bind(clean, in)
}

// Encode writes the output; nothing for an operation without an output.
func (m *message) Encode(out any, _ string) ([]byte, error) {
	if m.op.Output == nil {
		return nil, nil
	}
	return encode(out)
}

// Fail writes an exception.
func (m *message) Fail(header http.Header, e *apicore.Error, _ string) []byte {
	return encodeError(e, header)
}
