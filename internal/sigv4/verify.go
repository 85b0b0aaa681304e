package sigv4

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// MaxSkew bounds the difference between the time in a signed header and the server's.
const MaxSkew = 5 * time.Minute

// Keys finds the secret of an access key. token is the request's session token, or "".
// It refuses with [ErrUnknownKey], [ErrBadToken] or [ErrExpiredToken]. Any other error
// means that the lookup failed; the verifier returns it as it is. ctx is the request's.
type Keys func(ctx context.Context, accessKeyID, token string) (secret string, err error)

// OneKey returns a Keys that knows one access key, which has no session token.
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

// Regions are the regions whose requests a verifier accepts.
type Regions interface {
	Serves(region string) bool
	// Described names the regions, as the end of a sentence about the server:
	// region is 'us-east-1'.
	Described() string
}

// OneRegion is the Regions of a verifier for a single region.
type OneRegion string

// Serves reports whether it is the region.
func (o OneRegion) Serves(region string) bool { return region == string(o) }

// Described names the region.
func (o OneRegion) Described() string { return "region is '" + string(o) + "'" }

// Verifier verifies the requests of one service in some regions.
type Verifier struct {
	Regions Regions
	Service string
	Keys    Keys
	Derived *SigningKeys // a cache that verifiers share; nil derives the key for each request
	// Hosts returns a few hosts that the client may have signed, for the case that a
	// proxy changed the header Host. A request whose signature is right for one of them
	// is refused, too; its [Error.Hint] says so. nil returns none.
	Hosts func(*http.Request) []string
}

// Signature is the content of a verified signature.
type Signature struct {
	AccessKey string // the key that made it
	Region    string // the region for which it was made
}

// Verify checks the signature of a request with this body, in its header or in its
// query, and returns the signature's content. The signature must cover the host and
// every header that changes what the call does. In a query it is valid for at most
// [MaxCallLife]. Every refusal is an *Error. Other errors come from the Keys.
func (v *Verifier) Verify(r *http.Request, body []byte, now time.Time) (Signature, error) {
	payload := hash(body)
	if !isQuerySigned(r) {
		return v.verifyHeader(r, payload, now)
	}
	if r.Header.Get("Authorization") != "" {
		return Signature{}, twice()
	}
	s, refusal := callFromQuery(r)
	if refusal != nil {
		return Signature{}, refusal
	}
	if refusal := s.coversCall(r, ""); refusal != nil {
		return Signature{}, refusal
	}
	if refusal := checkPayload(r, payload); refusal != nil {
		return Signature{}, refusal
	}
	return v.checkQuery(r, s, payload, now)
}

// VerifyPresigned checks a pre-signed URL of S3's form, whose signature does not cover
// the body, and returns the signature's content. The signature must cover the host and
// each of S3's headers that the request has. Every refusal is an *Error. Other errors
// come from the Keys.
func (v *Verifier) VerifyPresigned(r *http.Request, now time.Time) (Signature, error) {
	switch {
	case !isQuerySigned(r) && !queryHas(r, "X-Amz-Signature"):
		return Signature{}, missing()
	case r.Header.Get("Authorization") != "":
		return Signature{}, twice()
	}
	s, refusal := uploadFromQuery(r)
	if refusal != nil {
		return Signature{}, refusal
	}
	if refusal := s.covers(r, isS3s); refusal != nil {
		return Signature{}, refusal
	}
	return v.checkQuery(r, s, UnsignedPayload, now)
}

// isQuerySigned reports whether a request is signed in its query.
func isQuerySigned(r *http.Request) bool { return queryHas(r, "X-Amz-Algorithm") }

func queryHas(r *http.Request, name string) bool {
	return r.URL.RawQuery != "" && r.URL.Query().Has(name)
}

// verifyHeader makes its checks in the order of the AWS JSON services.
func (v *Verifier) verifyHeader(r *http.Request, payload string, now time.Time) (Signature, error) {
	s, refusal := fromHeader(r)
	if refusal != nil {
		return Signature{}, refusal
	}
	if refusal := checkSkew(s.at, now); refusal != nil {
		return Signature{}, refusal
	}
	if refusal := checkPayload(r, payload); refusal != nil {
		return Signature{}, refusal
	}
	if refusal := s.coversCall(r, dateHeader(r)); refusal != nil {
		return Signature{}, refusal
	}
	if err := v.check(r, s, payload); err != nil {
		return Signature{}, err
	}
	return s.verified(), nil
}

// checkQuery checks the signature before the times in the URL: until it is
// verified, they are only claims.
func (v *Verifier) checkQuery(r *http.Request, s *signed, payload string, now time.Time) (Signature, error) {
	if refusal := repeated(r, actedOn...); refusal != nil {
		return Signature{}, refusal
	}
	if r.Header.Get(tokenName) != "" {
		return Signature{}, tokenElsewhere()
	}
	if err := v.check(r, s, payload); err != nil {
		return Signature{}, err
	}
	if s.at.After(now.Add(MaxSkew)) {
		return Signature{}, refuse(NotYetValid, "Request is not yet valid")
	}
	if !now.Before(s.at.Add(s.expires)) {
		return Signature{}, refuse(Expired, "Request has expired")
	}
	return s.verified(), nil
}

func (s *signed) verified() Signature {
	return Signature{AccessKey: s.accessKey, Region: s.scope.Region}
}

// checkPayload refuses a request whose X-Amz-Content-Sha256 is not the hash of its body.
func checkPayload(r *http.Request, payload string) *Error {
	if sent := r.Header.Get("X-Amz-Content-Sha256"); sent != "" && sent != payload {
		return refuse(WrongPayload, "The provided 'x-amz-content-sha256' header does not match what was computed.")
	}
	return nil
}

// check computes the signature with the key and compares it.
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
	key := v.Derived.key(secret, s.scope)
	if s.matches(q, key) {
		return nil
	}
	return v.mismatch(r, s, q, key)
}

// matches reports whether the key makes this signature for a request.
func (s *signed) matches(q *request, key []byte) bool {
	return subtle.ConstantTimeCompare([]byte(q.signature(key, s.at, s.scope)), []byte(s.signature)) == 1
}

// mismatch returns the refusal of a wrong signature, with a hint if the signature is
// right for another host.
func (v *Verifier) mismatch(r *http.Request, s *signed, q *request, key []byte) *Error {
	if v.Hosts == nil {
		return mismatch()
	}
	header := q.header
	for _, host := range v.Hosts(r) {
		q.header = func(name string) string {
			if name == "host" {
				return host
			}
			return header(name)
		}
		if s.matches(q, key) {
			return otherHost(host, r.Host)
		}
	}
	return mismatch()
}

// checkScope refuses a wrong scope. The message lists all that is wrong, as AWS's
// services do, and names the right regions.
func (v *Verifier) checkScope(s *signed) *Error {
	var wrong []string
	if !v.Regions.Serves(s.scope.Region) {
		wrong = append(wrong, "Credential should be scoped to a valid region, not '"+s.scope.Region+"': this server's "+v.Regions.Described()+".")
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
