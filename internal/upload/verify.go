package upload

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/sigv4"
)

// verify checks the URL's signature and returns refusals in S3's form.
func (h *Handler) verify(r *http.Request, key importjob.Key) *s3Error {
	now := time.Now()
	if _, err := h.Issuer.verifier(key.PoolID).VerifyPresigned(r, now); err != nil {
		refusal, ok := errors.AsType[*sigv4.Error](err)
		if !ok {
			return h.internal(err)
		}
		return refusalOf(refusal, r, now)
	}
	if r.Header.Get(encryption) != encryptionValue { // cannot happen: the header is signed
		return denied("Access Denied")
	}
	return nil
}

// refusalOf returns the refusal of a signature in S3's form (Amazon S3 API Reference, Error
// responses; the texts as clients of S3 report them).
func refusalOf(refusal *sigv4.Error, r *http.Request, now time.Time) *s3Error {
	switch refusal.Kind {
	case sigv4.Missing:
		return unsigned(r)
	case sigv4.Twice:
		return badAuthorization("Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, " +
			"Signature query string parameter or the Authorization header should be specified")
	case sigv4.Uncovered:
		e := denied("There were headers present in the request which were not signed")
		e.NotSigned = refusal.Headers
		return e
	case sigv4.Expired:
		e := denied("Request has expired")
		at, _ := time.Parse("20060102T150405Z", r.URL.Query().Get("X-Amz-Date"))
		e.Expires, e.Now = at.Add(Life).Format(time.RFC3339), now.UTC().Format(time.RFC3339)
		return e
	case sigv4.NotYetValid:
		return denied("Request is not yet valid")
	case sigv4.Incomplete, sigv4.WrongScope:
		return badRequest("AuthorizationQueryParametersError", refusal.Message)
	case sigv4.UnknownKey:
		return &s3Error{Code: "InvalidAccessKeyId", status: http.StatusForbidden,
			Message: "The AWS Access Key Id you provided does not exist in our records."}
	case sigv4.BadToken:
		return badRequest("InvalidToken", "The provided token is malformed or otherwise invalid.")
	case sigv4.ExpiredToken:
		return badRequest("ExpiredToken", "The provided token has expired.")
	}
	return &s3Error{Code: "SignatureDoesNotMatch", status: http.StatusForbidden, hint: refusal.Hint,
		Message: strings.TrimSpace("The request signature we calculated does not match the signature you provided. Check your key and signing method. " + refusal.Hint)}
}

// unsigned is the refusal of a request without a signature in its query. A request with a signature
// in its header is refused like one with a key that may not upload.
func unsigned(r *http.Request) *s3Error {
	if field := r.Header.Get("Authorization"); field != "" && !strings.HasPrefix(field, "AWS") {
		return badAuthorization("Unsupported Authorization Type")
	}
	return denied("Access Denied")
}

// badAuthorization is the refusal of an Authorization header. S3 repeats the header's value. It may
// be a token of another system, so it is not repeated here.
func badAuthorization(message string) *s3Error {
	e := badRequest("InvalidArgument", message)
	e.Argument = "Authorization"
	return e
}
