package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxExpires is the longest life of a pre-signed URL.
const MaxExpires = 7 * 24 * time.Hour

// MaxCallLife is the longest life of a call that is signed in its query. X-Amz-Expires
// may shorten it, and may be missing. Services other than S3 accept such signatures for
// 15 minutes.
const MaxCallLife = 15 * time.Minute

// tokenName is the header, or the query parameter, with a session's token.
const tokenName = "X-Amz-Security-Token"

// tokenElsewhere is the refusal of a token that is not in the same place as the
// signature, and of more than one token.
func tokenElsewhere() *Error {
	return refuse(Incomplete, "There must be one %s, in the same place as the signature.", tokenName)
}

// signed is the signature of a request, before it is verified.
type signed struct {
	accessKey  string
	scope      Scope
	terminator string
	headers    []string // lower case, sorted, each once
	signature  string
	token      string        // of a session; "" for none
	at         time.Time     // UTC
	expires    time.Duration // of a pre-signed URL
}

// fromHeader reads the signature of an Authorization header.
func fromHeader(r *http.Request) (*signed, *Error) {
	dated := dateHeader(r)
	if refusal := repeated(r, append([]string{"Authorization", dated}, actedOn...)...); refusal != nil {
		return nil, refusal
	}
	field := r.Header.Get("Authorization")
	if !strings.HasPrefix(field, "AWS4-") { // none, or one of another kind
		return nil, missing()
	}
	stamp := r.Header.Get(dated)
	parts, refusal := parseAuthorization(field, stamp != "")
	if refusal != nil {
		return nil, refusal
	}
	at, refusal := parseTime(stamp)
	if refusal != nil {
		return nil, refusal
	}
	s, refusal := newSigned(parts["Credential"], parts["SignedHeaders"], parts["Signature"], at)
	if refusal != nil {
		return nil, refusal
	}
	s.token = r.Header.Get(tokenName)
	if queryHas(r, tokenName) {
		return nil, tokenElsewhere()
	}
	return s, nil
}

// parseAuthorization splits the header into its parts. The error names all missing
// parts. Unlike AWS's, it does not repeat the header, which may be a bearer token.
func parseAuthorization(field string, hasTime bool) (map[string]string, *Error) {
	name, rest, _ := strings.Cut(field, " ")
	if name != algorithm {
		return nil, refuse(Incomplete, "Unsupported AWS 'algorithm': '%.64s' (only %s for now).", name, algorithm)
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		part = strings.TrimSpace(part)
		name, value, ok := strings.Cut(part, "=")
		if _, twice := parts[name]; twice {
			return nil, refuse(Incomplete, "'%.64s' is in the Authorization header twice.", name)
		}
		if !ok && part != "" {
			return nil, refuse(Incomplete, "'%.64s' not a valid key=value pair (missing equal-sign) in Authorization header.", part)
		}
		parts[name] = value
	}
	var missing []string
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if parts[name] == "" {
			missing = append(missing, "Authorization header requires '"+name+"' parameter.")
		}
	}
	if !hasTime {
		missing = append(missing, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	if missing != nil {
		return nil, refuse(Incomplete, "%s", strings.Join(missing, " "))
	}
	return parts, nil
}

// parseTime reads the basic format of ISO 8601, or what a Date header has.
func parseTime(stamp string) (time.Time, *Error) {
	if at, err := time.Parse(timeLayout, stamp); err == nil {
		return at, nil
	}
	if at, err := http.ParseTime(stamp); err == nil {
		return at.UTC(), nil
	}
	return time.Time{}, refuse(Incomplete,
		"Date must be in ISO-8601 'basic format'. Got '%.64s'. See http://en.wikipedia.org/wiki/ISO_8601", stamp)
}

// ofQuery are the query parameters that both calls and uploads must have to be signed
// in the query.
var ofQuery = []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders"}

// expiresName is the parameter with the life of a signature in a query, in seconds.
const expiresName = "X-Amz-Expires"

// callFromQuery reads the signature of a call in its query.
func callFromQuery(r *http.Request) (*signed, *Error) {
	if !r.URL.Query().Has(expiresName) {
		return fromQuery(r, ofQuery, func(url.Values) (time.Duration, *Error) { return MaxCallLife, nil })
	}
	s, refusal := uploadFromQuery(r)
	if refusal == nil {
		s.expires = min(s.expires, MaxCallLife)
	}
	return s, refusal
}

// uploadFromQuery reads the signature of a pre-signed URL.
func uploadFromQuery(r *http.Request) (*signed, *Error) {
	return fromQuery(r, append(slices.Clip(ofQuery), expiresName), parseExpires)
}

// fromQuery reads a signature in a query, which must have these parameters. The
// messages are S3's.
func fromQuery(r *http.Request, names []string, life func(url.Values) (time.Duration, *Error)) (*signed, *Error) {
	query := r.URL.Query()
	for _, name := range names {
		if len(query[name]) != 1 || query.Get(name) == "" {
			return nil, refuse(Incomplete, "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "+
				"X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
		}
	}
	if query.Get("X-Amz-Algorithm") != algorithm {
		return nil, refuse(Incomplete, "X-Amz-Algorithm only supports %q", algorithm)
	}
	at, err := time.Parse(timeLayout, query.Get("X-Amz-Date"))
	if err != nil {
		return nil, refuse(Incomplete, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
	}
	expires, refusal := life(query)
	if refusal != nil {
		return nil, refusal
	}
	s, refusal := newSigned(query.Get("X-Amz-Credential"), query.Get("X-Amz-SignedHeaders"), query.Get("X-Amz-Signature"), at)
	if refusal != nil {
		return nil, refusal
	}
	s.expires, s.token = expires, query.Get(tokenName)
	if len(query[tokenName]) > 1 {
		return nil, tokenElsewhere()
	}
	return s, nil
}

func parseExpires(query url.Values) (time.Duration, *Error) {
	const most = int64(MaxExpires / time.Second)
	seconds, err := strconv.ParseInt(query.Get(expiresName), 10, 64)
	switch {
	case err != nil:
		return 0, refuse(Incomplete, "X-Amz-Expires should be a number")
	case seconds < 1:
		return 0, refuse(Incomplete, "X-Amz-Expires must be at least 1 second")
	case seconds > most:
		return 0, refuse(Incomplete, "X-Amz-Expires must be less than a week (in seconds); "+
			"that is, the given X-Amz-Expires must be less than %d seconds", most)
	}
	return time.Duration(seconds) * time.Second, nil
}

func newSigned(credential, headers, signature string, at time.Time) (*signed, *Error) {
	part := strings.Split(credential, "/")
	if len(part) != 5 || part[0] == "" {
		return nil, refuse(Incomplete,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%.128s'", credential)
	}
	names := strings.Split(headers, ";")
	if !ascending(names) || slices.ContainsFunc(names, func(n string) bool { return n == "" || n != strings.ToLower(n) }) {
		return nil, refuse(Incomplete, "The signed headers must be in lower case, sorted, each once.")
	}
	return &signed{
		accessKey: part[0], scope: Scope{Date: part[1], Region: part[2], Service: part[3]}, terminator: part[4],
		headers: names, signature: signature, at: at,
	}, nil
}

// ascending reports whether names are sorted, each once.
func ascending(names []string) bool {
	for i := 1; i < len(names); i++ {
		if names[i-1] >= names[i] {
			return false
		}
	}
	return true
}
