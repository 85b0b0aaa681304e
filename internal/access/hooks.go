package access

import (
	"context"
	"errors"
	"net/http"

	"poolhouse/internal/apicore"
	"poolhouse/internal/sigv4"
)

// JSON returns the Authenticate of [awsjson.Options] for a service, such as
// cognito-idp.
func (a *Authenticator) JSON(service string) func(*http.Request, []byte) (context.Context, error) {
	return func(r *http.Request, body []byte) (context.Context, error) {
		ctx, err := a.Verify(r, body, service)
		return ctx, told(err, exception)
	}
}

// Query is the Authenticate of awsquery's options.
func (a *Authenticator) Query(r *http.Request, body []byte, service string) (context.Context, error) {
	ctx, err := a.Verify(r, body, service)
	return ctx, told(err, code)
}

// told returns the answer that tells of a refusal; other errors stay what they
// are.
func told(err error, name func(sigv4.Kind) string) error {
	if refusal, ok := errors.AsType[*sigv4.Error](err); ok {
		return &apicore.Error{Name: name(refusal.Kind), Message: refusal.Message}
	}
	return err
}

// exception returns the name that a refusal has in the JSON protocol (Amazon
// Cognito User Pools API Reference, Common Errors).
func exception(k sigv4.Kind) string {
	switch k {
	case sigv4.Missing:
		return "MissingAuthenticationTokenException"
	case sigv4.Incomplete:
		return "IncompleteSignatureException"
	case sigv4.UnknownKey, sigv4.BadToken:
		return "UnrecognizedClientException"
	case sigv4.ExpiredToken:
		return "ExpiredTokenException"
	}
	return "InvalidSignatureException"
}

// code returns the code that a refusal has in the Query protocol (IAM API
// Reference, Common Errors). SignatureDoesNotMatch is not there; clients of
// IAM report it.
func code(k sigv4.Kind) string {
	switch k {
	case sigv4.Missing:
		return "MissingAuthenticationToken"
	case sigv4.Incomplete:
		return "IncompleteSignature"
	case sigv4.UnknownKey, sigv4.BadToken:
		return "InvalidClientTokenId"
	case sigv4.ExpiredToken:
		return "ExpiredToken"
	}
	return "SignatureDoesNotMatch"
}
