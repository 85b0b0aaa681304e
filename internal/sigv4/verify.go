package sigv4

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"
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

// Regions are those whose requests a verifier takes.
type Regions interface {
	Serves(region string) bool
	// Described says which they are, as the end of a sentence about the server:
	// region is 'us-east-1'.
	Described() string
}

// OneRegion is the only region of a verifier.
type OneRegion string

// Serves reports whether it is the region.
func (o OneRegion) Serves(region string) bool { return region == string(o) }

// Described says which region it is.
func (o OneRegion) Described() string { return "region is '" + string(o) + "'" }

// Verifier verifies the requests of one service in some regions.
type Verifier struct {
	Regions Regions
	Service string
	Keys    Keys
	Derived *SigningKeys // what verifiers share; nil derives each key anew
	// Hosts returns a few hosts that the client may have signed if a proxy changed the
	// header Host. A request whose signature is good for one of them is refused all the
	// same, with a [Error.Hint] of that. nil returns none.
	Hosts func(*http.Request) []string
}

// Signature is what a signature that was verified says.
type Signature struct {
	AccessKey string // that made it
	Region    string // that it was made for
}

// Verify checks the signature of a request with this body, in its header or
// in its query, and returns what the signature says. It must cover the host and
// every header that says what the call means; others count only if they are
// signed. In a query it lives [MaxCallLife] at most. Every refusal is an *Error; other errors are those of the keys.
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

// VerifyPresigned checks a pre-signed URL whose body is not signed, as S3
// makes them, and returns what the signature says. It must cover the host and
// every header of S3's that the request has. Every refusal is an *Error; other
// errors are those of the keys.
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

// isQuerySigned tells a request that is signed in its query.
func isQuerySigned(r *http.Request) bool { return queryHas(r, "X-Amz-Algorithm") }

func queryHas(r *http.Request, name string) bool {
	return r.URL.RawQuery != "" && r.URL.Query().Has(name)
}

// verifyHeader looks for reasons to refuse in the order in which the AWS JSON
// services do.
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

// checkPayload refuses a request that says of its body what is not so.
func checkPayload(r *http.Request, payload string) *Error {
	if sent := r.Header.Get("X-Amz-Content-Sha256"); sent != "" && sent != payload {
		return refuse(WrongPayload, "The provided 'x-amz-content-sha256' header does not match what was computed.")
	}
	return nil
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
	key := v.Derived.of(secret, s.scope)
	if s.isOf(q, key) {
		return nil
	}
	return v.mismatch(r, s, q, key)
}

// isOf reports whether the signature is the one that the key makes of a request.
func (s *signed) isOf(q *request, key []byte) bool {
	return subtle.ConstantTimeCompare([]byte(q.signature(key, s.at, s.scope)), []byte(s.signature)) == 1
}

// mismatch returns the refusal of a signature that is not the request's. It says so
// if the signature is good for another host.
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
		if s.isOf(q, key) {
			return otherHost(host, r.Host)
		}
	}
	return mismatch()
}

// checkScope says everything that is wrong with the scope, as the real
// services do, and which regions are right.
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
