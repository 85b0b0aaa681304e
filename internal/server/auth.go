package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"poolhouse/internal/awsjson"
	"poolhouse/internal/config"
	"poolhouse/internal/sigv4"
)

// exceptions says which exception tells of which refusal of a signature
// (API Reference, common errors).
var exceptions = map[sigv4.Kind]string{
	sigv4.Missing:      "MissingAuthenticationTokenException",
	sigv4.Incomplete:   "IncompleteSignatureException",
	sigv4.UnknownKey:   "UnrecognizedClientException",
	sigv4.BadToken:     "UnrecognizedClientException",
	sigv4.Mismatch:     "InvalidSignatureException",
	sigv4.Skewed:       "InvalidSignatureException",
	sigv4.Expired:      "InvalidSignatureException",
	sigv4.NotYetValid:  "InvalidSignatureException",
	sigv4.WrongScope:   "InvalidSignatureException",
	sigv4.WrongPayload: "InvalidSignatureException",
}

// authenticator returns what verifies that root signed a call of a service.
func authenticator(region, service string, root config.Credentials) func(*http.Request, []byte) (context.Context, error) {
	verifier := &sigv4.Verifier{Region: region, Service: service, Keys: func(id string) (string, bool) {
		return root.Secret, id == root.AccessKeyID
	}}
	return func(r *http.Request, body []byte) (context.Context, error) {
		_, err := verifier.Verify(r, body, time.Now())
		if refusal, ok := errors.AsType[*sigv4.Error](err); ok {
			return nil, &awsjson.Error{Name: exceptions[refusal.Kind], Message: refusal.Message}
		}
		return r.Context(), err
	}
}
