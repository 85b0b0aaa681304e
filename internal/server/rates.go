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

// rates are the rate limits of callers. Each server counts by itself. Rows of imports are not
// counted.
type rates struct {
	unsigned *bounds.Rate        // unsigned calls, for each address
	client   *bounds.Rate        // unsigned calls, for each app client, from all addresses
	signed   *bounds.Rate        // signed calls, for each access key
	refused  func(metrics.Limit) // called for each refused call
}

// tooMany returns the refusal of a call that exceeds a limit.
func (s *rates) tooMany(l metrics.Limit) *apicore.Refusal {
	s.refused(l)
	return &apicore.Refusal{Reason: apicore.Limited, Message: "Rate exceeded"}
}

// limit refuses an unsigned call if its address calls too often.
func (s *rates) limit(_ context.Context, c *dispatch.Call) error {
	if c.Operation.Signed || s.unsigned.Take(c.From.Address) {
		return nil
	}
	return s.tooMany(metrics.LimitUnsigned)
}

// ofClient refuses an unsigned call if it names an app client that calls too often.
func (s *rates) ofClient(_ context.Context, _ *dispatch.Call, input any) error {
	if id, ok := member(structOf(reflect.ValueOf(input)), "ClientId"); ok && !s.client.Take(id) {
		return s.tooMany(metrics.LimitClient)
	}
	return nil
}

// authenticated wraps verify: it counts the signed calls of each access key and refuses those
// beyond the rate. A call with a bad signature is not counted.
func (s *rates) authenticated(verify func(*http.Request, []byte, string) (access.Request, error)) func(*http.Request, []byte, string) (access.Request, error) {
	return func(r *http.Request, body []byte, service string) (access.Request, error) {
		from, err := verify(r, body, service)
		if err == nil && !s.signed.Take(from.AccessKeyID) {
			return from, s.tooMany(metrics.LimitSigned)
		}
		return from, err
	}
}
