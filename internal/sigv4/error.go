package sigv4

import (
	"fmt"
	"strings"
)

// Kind is the reason for a refusal. Each protocol has its own words for it.
type Kind int

// The reasons for a refusal.
const (
	Missing      Kind = iota // there is no signature
	Incomplete               // the signature lacks a part or is malformed
	UnknownKey               // no user or session has this access key
	Mismatch                 // the signature is not the one that the key makes
	Uncovered                // the signature leaves out a header that it must cover
	Twice                    // the request has an Authorization header and a signed query
	Skewed                   // the header's time is too far from the server's
	Expired                  // the pre-signed URL is no longer valid
	NotYetValid              // the pre-signed URL is dated in the future
	WrongScope               // the signature is for another region, service or day
	WrongPayload             // the body is not the one that was signed
	BadToken                 // the session token is missing, or is not one of this access key
	ExpiredToken             // the session is over
)

// Error is a refusal. Its message is in the words of the AWS JSON services
// where those are known.
type Error struct {
	Kind    Kind
	Message string
	Headers string // if Uncovered: the headers that the signature leaves out, as S3 lists them: x-amz-acl, x-amz-tagging
	Hint    string // a sentence of Message, if a changed host explains the Mismatch; else ""
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// The refusals that [Keys] may return.
var (
	ErrUnknownKey   = &Error{Kind: UnknownKey, Message: "The security token included in the request is invalid."}
	ErrBadToken     = &Error{Kind: BadToken, Message: "The security token included in the request is invalid."}
	ErrExpiredToken = &Error{Kind: ExpiredToken, Message: "The security token included in the request is expired"}
)

func refuse(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

func missing() *Error { return refuse(Missing, "Missing Authentication Token") }

// twice is the refusal of a request with two signatures.
func twice() *Error {
	return refuse(Twice, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")
}

// mismatch is the refusal of a wrong signature. It gives no detail that would help
// to guess a right one.
func mismatch() *Error {
	return refuse(Mismatch, "The request signature we calculated does not match the signature you provided. "+
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
}

// otherHost is the refusal of a signature that is right for another host than the
// request's. Only a client with the secret can make such a signature, so the hint
// reveals nothing to others.
func otherHost(signed, came string) *Error {
	e := mismatch()
	e.Hint = fmt.Sprintf("The signature is valid for the host '%s', and the request came with the host '%.255s': "+
		"a proxy that stands between must pass on the header Host as it is (nginx: proxy_set_header Host $http_host).", signed, came)
	e.Message += " " + e.Hint
	return e
}

// unsigned is the refusal of a signature that leaves headers out. The message
// names the first of them.
func unsigned(headers []string) *Error {
	first := headers[0]
	if first == "Host" {
		first = "Host' or ':authority"
	}
	e := refuse(Uncovered, "'%s' must be a 'SignedHeader' in the AWS Authorization.", first)
	e.Headers = strings.ToLower(strings.Join(headers, ", "))
	return e
}
