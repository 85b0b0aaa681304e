package server

import (
	"context"
	"net/http"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/bounds"
	"poolhouse/internal/dispatch"
)

// rates are how often callers may call, each server by itself. Rows of imports are
// no calls.
type rates struct {
	unsigned *bounds.Rate // calls that need no signature, of an address
	signed   *bounds.Rate // others, of an access key
}

func tooMany() *apicore.Refusal {
	return &apicore.Refusal{Reason: apicore.Limited, Message: "Rate exceeded"}
}

// limit refuses an unsigned call of an address that calls too often.
func (s *rates) limit(_ context.Context, c *dispatch.Call) error {
	if c.Operation.Signed || s.unsigned.Take(c.From.Address) {
		return nil
	}
	return tooMany()
}

// authenticated has the signed calls of an access key counted by the rate. One
// whose signature is not good is no call of the key.
func (s *rates) authenticated(verify func(*http.Request, []byte, string) (access.Request, error)) func(*http.Request, []byte, string) (access.Request, error) {
	return func(r *http.Request, body []byte, service string) (access.Request, error) {
		from, err := verify(r, body, service)
		if err == nil && !s.signed.Take(from.AccessKeyID) {
			return from, tooMany()
		}
		return from, err
	}
}
