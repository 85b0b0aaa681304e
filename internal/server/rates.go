package server

import (
	"context"
	"net/http"
	"reflect"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/bounds"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/metrics"
)

// rates are how often callers may call, each server by itself. Rows of imports are
// no calls.
type rates struct {
	unsigned *bounds.Rate        // calls that need no signature, of an address
	client   *bounds.Rate        // such calls of an app client, from all addresses
	signed   *bounds.Rate        // others, of an access key
	refused  func(metrics.Limit) // is told of each call that is refused
}

// tooMany refuses a call for the sake of a limit.
func (s *rates) tooMany(l metrics.Limit) *apicore.Refusal {
	s.refused(l)
	return &apicore.Refusal{Reason: apicore.Limited, Message: "Rate exceeded"}
}

// limit refuses an unsigned call of an address that calls too often.
func (s *rates) limit(_ context.Context, c *dispatch.Call) error {
	if c.Operation.Signed || s.unsigned.Take(c.From.Address) {
		return nil
	}
	return s.tooMany(metrics.LimitUnsigned)
}

// ofClient refuses an unsigned call that names an app client which calls too often.
func (s *rates) ofClient(_ context.Context, _ *dispatch.Call, input any) error {
	if id, ok := member(structOf(reflect.ValueOf(input)), "ClientId"); ok && !s.client.Take(id) {
		return s.tooMany(metrics.LimitClient)
	}
	return nil
}

// authenticated has the signed calls of an access key counted by the rate. One
// whose signature is not good is no call of the key.
func (s *rates) authenticated(verify func(*http.Request, []byte, string) (access.Request, error)) func(*http.Request, []byte, string) (access.Request, error) {
	return func(r *http.Request, body []byte, service string) (access.Request, error) {
		from, err := verify(r, body, service)
		if err == nil && !s.signed.Take(from.AccessKeyID) {
			return from, s.tooMany(metrics.LimitSigned)
		}
		return from, err
	}
}
