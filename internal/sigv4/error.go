package sigv4

import "fmt"

// Kind says why a request is refused.
type Kind int

// The reasons for a refusal.
const (
	Missing      Kind = iota // there is no signature
	Incomplete               // the signature lacks a part or is malformed
	UnknownKey               // nobody has this access key
	Mismatch                 // the signature is not the one that the key makes
	Skewed                   // the header's time is too far from the server's
	Expired                  // the pre-signed URL is no longer valid
	NotYetValid              // the pre-signed URL is dated in the future
	WrongScope               // the signature is for another region or service
	WrongPayload             // the body is not the one that was signed
	BadToken                 // there is a session token, and no session has it
)

// Error is a refusal.
type Error struct {
	Kind    Kind
	Message string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

func refuse(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// mismatch is the refusal of a signature that does not fit. It says no more,
// so that nobody learns how near a guess was.
func mismatch() *Error {
	return refuse(Mismatch, "The request signature we calculated does not match the signature you provided. "+
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
}
