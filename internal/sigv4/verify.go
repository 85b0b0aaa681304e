package sigv4

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxSkew is how far the time in a signed header may be from the server's.
const MaxSkew = 5 * time.Minute

// MaxExpires is the longest life of a pre-signed URL.
const MaxExpires = 7 * 24 * time.Hour

// Keys finds the secret of an access key. ok is false when nobody has it.
type Keys func(accessKeyID string) (secret string, ok bool)

// Verifier verifies the requests of one service in one region.
type Verifier struct {
	Region  string
	Service string
	Keys    Keys
}

// signed is a signature as a request brings it.
type signed struct {
	accessKey string
	scope     Scope
	headers   []string
	signature string
	at        time.Time
}

// Verify checks the signature of a request with this body, in its header or
// in its query, and returns the access key that made it. Every refusal is an
// *Error.
func (v *Verifier) Verify(r *http.Request, body []byte, now time.Time) (accessKey string, err error) {
	if r.Header.Get("Authorization") == "" && r.URL.Query().Has("X-Amz-Algorithm") {
		hash := sha256.Sum256(body)
		return v.verifyQuery(r, hex.EncodeToString(hash[:]), now)
	}
	s, refusal := v.fromHeader(r)
	if refusal != nil {
		return "", refusal
	}
	hash := sha256.Sum256(body)
	payload := hex.EncodeToString(hash[:])
	if sent := r.Header.Get("X-Amz-Content-Sha256"); sent != "" && sent != payload {
		return "", refuse(WrongPayload, "The X-Amz-Content-Sha256 header does not match the hash of the request's body.")
	}
	if err := checkSkew(s.at, now); err != nil {
		return "", err
	}
	if err := v.check(r, s, payload); err != nil {
		return "", err
	}
	return s.accessKey, nil
}

// VerifyPresigned checks a pre-signed URL whose body is not signed, as S3
// makes them, and returns the access key that made it.
func (v *Verifier) VerifyPresigned(r *http.Request, now time.Time) (accessKey string, err error) {
	if !r.URL.Query().Has("X-Amz-Signature") {
		return "", refuse(Missing, "Missing Authentication Token")
	}
	return v.verifyQuery(r, UnsignedPayload, now)
}

func (v *Verifier) verifyQuery(r *http.Request, payload string, now time.Time) (string, error) {
	s, expires, refusal := v.fromQuery(r)
	if refusal != nil {
		return "", refusal
	}
	// The signature comes first: until it is verified, the times in the URL
	// are only claims.
	if err := v.check(r, s, payload); err != nil {
		return "", err
	}
	if s.at.After(now.Add(MaxSkew)) {
		return "", refuse(NotYetValid, "Request is not yet valid")
	}
	if !now.Before(s.at.Add(expires)) {
		return "", refuse(Expired, "Request has expired")
	}
	return s.accessKey, nil
}

// check compares the signature with the one that the key makes.
func (v *Verifier) check(r *http.Request, s *signed, payload string) error {
	if err := v.checkScope(s); err != nil {
		return err
	}
	if err := checkSignedHeaders(r, s.headers); err != nil {
		return err
	}
	secret, known := v.Keys(s.accessKey)
	if r.Header.Get("X-Amz-Security-Token") != "" || r.URL.Query().Get("X-Amz-Security-Token") != "" {
		return refuse(BadToken, "The security token included in the request is invalid.")
	}
	if !known {
		return refuse(UnknownKey, "The security token included in the request is invalid.")
	}
	q := &request{
		method: r.Method, path: r.URL.EscapedPath(), query: r.URL.Query(),
		headers: s.headers, header: headerOf(r), payload: payload, s3: v.Service == "s3",
	}
	want := q.signature(secret, s.at, s.scope)
	if subtle.ConstantTimeCompare([]byte(want), []byte(s.signature)) != 1 {
		return mismatch()
	}
	return nil
}

func (v *Verifier) checkScope(s *signed) error {
	switch {
	case s.scope.Service != v.Service:
		return refuse(WrongScope, "Credential should be scoped to correct service: '%s'.", v.Service)
	case s.scope.Region != v.Region:
		return refuse(WrongScope, "Credential should be scoped to a valid region, not '%s': this server's region is '%s'.", s.scope.Region, v.Region)
	case s.scope.Date != s.at.Format("20060102"):
		return refuse(WrongScope, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.")
	}
	return nil
}

// checkSignedHeaders demands what must be part of every signature: the host,
// and every x-amz- header that the request has.
func checkSignedHeaders(r *http.Request, names []string) error {
	if !slices.Contains(names, "host") {
		return refuse(Incomplete, "The host header must be signed.")
	}
	for name := range r.Header {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "x-amz-") && !slices.Contains(names, lower) {
			return refuse(Mismatch, "There were headers present in the request which were not signed: %s", lower)
		}
	}
	return nil
}

func checkSkew(at, now time.Time) error {
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

// fromHeader reads the signature of an Authorization header.
func (v *Verifier) fromHeader(r *http.Request) (*signed, *Error) {
	fields := r.Header.Values("Authorization")
	switch {
	case len(fields) == 0:
		return nil, refuse(Missing, "Missing Authentication Token")
	case len(fields) > 1:
		return nil, refuse(Incomplete, "There is more than one Authorization header.")
	}
	credential, headers, signature, refusal := parseAuthorization(fields[0])
	if refusal != nil {
		return nil, refusal
	}
	at, err := headerTime(r)
	if err != nil {
		return nil, refuse(Incomplete, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	return newSigned(credential, headers, signature, at)
}

// parseAuthorization splits the header into its three parts.
func parseAuthorization(field string) (credential, headers, signature string, refusal *Error) {
	rest, ok := strings.CutPrefix(field, algorithm+" ")
	if !ok {
		return "", "", "", refuse(Incomplete, "The Authorization header must begin with %s.", algorithm)
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if _, twice := parts[name]; !ok || twice {
			return "", "", "", refuse(Incomplete, "The Authorization header is malformed.")
		}
		parts[name] = value
	}
	for _, name := range []string{"Credential", "SignedHeaders", "Signature"} {
		if parts[name] == "" {
			return "", "", "", refuse(Incomplete, "Authorization header requires '%s' parameter.", name)
		}
	}
	return parts["Credential"], parts["SignedHeaders"], parts["Signature"], nil
}

func headerTime(r *http.Request) (time.Time, error) {
	if stamp := r.Header.Get("X-Amz-Date"); stamp != "" {
		return time.Parse(timeLayout, stamp)
	}
	return http.ParseTime(r.Header.Get("Date"))
}

// fromQuery reads the signature of a pre-signed URL.
func (v *Verifier) fromQuery(r *http.Request) (*signed, time.Duration, *Error) {
	query := r.URL.Query()
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"} {
		if len(query[name]) != 1 {
			return nil, 0, refuse(Incomplete, "Query-string authentication requires %s, once.", name)
		}
	}
	if query.Get("X-Amz-Algorithm") != algorithm {
		return nil, 0, refuse(Incomplete, "X-Amz-Algorithm only supports %q.", algorithm)
	}
	at, err := time.Parse(timeLayout, query.Get("X-Amz-Date"))
	if err != nil {
		return nil, 0, refuse(Incomplete, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\".")
	}
	seconds, err := strconv.ParseInt(query.Get("X-Amz-Expires"), 10, 64)
	if err != nil || seconds < 1 || seconds > int64(MaxExpires/time.Second) {
		return nil, 0, refuse(Incomplete, "X-Amz-Expires must be a number of seconds from 1 to %d.", int64(MaxExpires/time.Second))
	}
	s, refusal := newSigned(query.Get("X-Amz-Credential"), query.Get("X-Amz-SignedHeaders"), query.Get("X-Amz-Signature"), at)
	return s, time.Duration(seconds) * time.Second, refusal
}

func newSigned(credential, headers, signature string, at time.Time) (*signed, *Error) {
	part := strings.Split(credential, "/")
	if len(part) != 5 || part[0] == "" || part[4] != "aws4_request" {
		return nil, refuse(Incomplete, "The credential must have the form <access key>/<date>/<region>/<service>/aws4_request.")
	}
	names := strings.Split(headers, ";")
	if !slices.IsSorted(names) || slices.ContainsFunc(names, func(n string) bool { return n == "" || n != strings.ToLower(n) }) {
		return nil, refuse(Incomplete, "The signed headers must be lower case and sorted.")
	}
	return &signed{
		accessKey: part[0], scope: Scope{Date: part[1], Region: part[2], Service: part[3]},
		headers: names, signature: signature, at: at.UTC(),
	}, nil
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
