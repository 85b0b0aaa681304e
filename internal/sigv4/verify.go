package sigv4

import (
	"context"
	"crypto/subtle"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// MaxSkew is how far the time in a signed header may be from the server's.
const MaxSkew = 5 * time.Minute

// Keys finds the secret of an access key, for a request that has a session
// token, "" for none. It refuses with [ErrUnknownKey], [ErrBadToken] or
// [ErrExpiredToken]; another error says that the question could not be
// answered, and is what the verifier returns. ctx is the request's.
type Keys func(ctx context.Context, accessKeyID, token string) (secret string, err error)

// OneKey returns keys of which there is one, that of no session.
func OneKey(accessKeyID, secret string) Keys {
	return func(_ context.Context, asked, token string) (string, error) {
		switch {
		case asked != accessKeyID:
			return "", ErrUnknownKey
		case token != "":
			return "", ErrBadToken
		}
		return secret, nil
	}
}

// Verifier verifies the requests of one service in one region.
type Verifier struct {
	Region  string
	Service string
	Keys    Keys
}

// Verify checks the signature of a request with this body, in its header or
// in its query, and returns the access key that made it. Every refusal is an
// *Error; other errors are those of the keys.
func (v *Verifier) Verify(r *http.Request, body []byte, now time.Time) (accessKey string, err error) {
	inHeader, inQuery := r.Header.Get("Authorization") != "", r.URL.Query().Has("X-Amz-Algorithm")
	switch {
	case inHeader && inQuery:
		return "", refuse(Mismatch, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")
	case inQuery:
		return v.verifyQuery(r, hash(body), now)
	}
	return v.verifyHeader(r, hash(body), now)
}

// VerifyPresigned checks a pre-signed URL whose body is not signed, as S3
// makes them, and returns the access key that made it. Every refusal is an
// *Error; other errors are those of the keys. It looks at no Authorization header: such a one may be for a proxy.
func (v *Verifier) VerifyPresigned(r *http.Request, now time.Time) (accessKey string, err error) {
	if !r.URL.Query().Has("X-Amz-Signature") {
		return "", missing()
	}
	return v.verifyQuery(r, UnsignedPayload, now)
}

// verifyHeader looks for reasons to refuse in the order in which the AWS JSON
// services do.
func (v *Verifier) verifyHeader(r *http.Request, payload string, now time.Time) (string, error) {
	s, refusal := fromHeader(r)
	if refusal != nil {
		return "", refusal
	}
	if refusal := checkSkew(s.at, now); refusal != nil {
		return "", refusal
	}
	if sent := r.Header.Get("X-Amz-Content-Sha256"); sent != "" && sent != payload {
		return "", refuse(WrongPayload, "The provided 'x-amz-content-sha256' header does not match what was computed.")
	}
	if refusal := checkSignedHeaders(r, s, mustBeSigned); refusal != nil {
		return "", refusal
	}
	if err := v.check(r, s, payload); err != nil {
		return "", err
	}
	return s.accessKey, nil
}

// verifyQuery checks the signature before the times in the URL: until it is
// verified, they are only claims. Its body's type need not be signed, since
// whoever uses the URL may choose it.
func (v *Verifier) verifyQuery(r *http.Request, payload string, now time.Time) (string, error) {
	s, refusal := fromQuery(r)
	if refusal != nil {
		return "", refusal
	}
	isAmz := func(name string) bool { return strings.HasPrefix(name, "x-amz-") }
	if refusal := checkSignedHeaders(r, s, isAmz); refusal != nil {
		return "", refusal
	}
	if err := v.check(r, s, payload); err != nil {
		return "", err
	}
	if s.at.After(now.Add(MaxSkew)) {
		return "", refuse(NotYetValid, "Request is not yet valid")
	}
	if !now.Before(s.at.Add(s.expires)) {
		return "", refuse(Expired, "Request has expired")
	}
	return s.accessKey, nil
}

// check compares the signature with the one that the key makes.
func (v *Verifier) check(r *http.Request, s *signed, payload string) error {
	if refusal := v.checkScope(s); refusal != nil {
		return refusal
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil { // r.URL.Query() would drop what it does not understand
		return refuse(Incomplete, "The query string is malformed.")
	}
	secret, err := v.Keys(r.Context(), s.accessKey, s.token)
	if err != nil {
		return err
	}
	q := &request{
		method: r.Method, path: r.URL.EscapedPath(), query: query,
		headers: s.headers, header: headerOf(r), payload: payload, s3: v.Service == "s3",
	}
	want := q.signature(secret, s.at, s.scope)
	if subtle.ConstantTimeCompare([]byte(want), []byte(s.signature)) != 1 {
		return mismatch()
	}
	return nil
}

// checkScope says everything that is wrong with the scope, as the real
// services do, and which region is right.
func (v *Verifier) checkScope(s *signed) *Error {
	var wrong []string
	if s.scope.Region != v.Region {
		wrong = append(wrong, "Credential should be scoped to a valid region, not '"+s.scope.Region+"': this server's region is '"+v.Region+"'.")
	}
	if s.scope.Service != v.Service {
		wrong = append(wrong, "Credential should be scoped to correct service: '"+v.Service+"'.")
	}
	if s.terminator != terminator {
		wrong = append(wrong, "Credential should be scoped with a valid terminator: '"+terminator+"', not '"+s.terminator+"'.")
	}
	if date := s.at.Format(dateLayout); s.scope.Date != date {
		wrong = append(wrong, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"+
			s.scope.Date+"' != '"+date+"', from '"+s.at.Format(timeLayout)+"'.")
	}
	if wrong == nil {
		return nil
	}
	return refuse(WrongScope, "%s", strings.Join(wrong, " "))
}

// checkSignedHeaders demands what must be part of a signature: the host, and
// those headers of the request that needed says.
func checkSignedHeaders(r *http.Request, s *signed, needed func(lowerName string) bool) *Error {
	if !slices.Contains(s.headers, "host") {
		return unsigned("Host' or ':authority")
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		if lower := strings.ToLower(name); needed(lower) && !slices.Contains(s.headers, lower) {
			return unsigned(name)
		}
	}
	return nil
}

func checkSkew(at, now time.Time) *Error {
	const format = "Signature %s: %s is now %s than %s (%s %s 5 min.)"
	stamp := func(t time.Time) string { return t.UTC().Format(timeLayout) }
	switch {
	case at.Before(now.Add(-MaxSkew)):
		return refuse(Skewed, format, "expired", stamp(at), "earlier", stamp(now.Add(-MaxSkew)), stamp(now), "-")
	case at.After(now.Add(MaxSkew)):
		return refuse(Skewed, format, "not yet current", stamp(at), "later", stamp(now.Add(MaxSkew)), stamp(now), "+")
	}
	return nil
}
