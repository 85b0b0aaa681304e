package userpool

import (
	"errors"
	"fmt"
)

// Kind says what sort of refusal an [Error] is. One table in package service
// turns kinds into the exceptions of the API.
type Kind int

// The kinds of refusal.
const (
	Internal               Kind = iota // something the caller cannot mend
	InvalidParameter                   // an argument breaks a rule
	ResourceNotFound                   // no such user pool, app client or import job
	UserNotFound                       // no such user
	UsernameExists                     // the username is taken
	AliasExists                        // an alias (email, phone number, preferred username) is taken
	PreconditionNotMet                 // the thing is in a state that does not allow the call
	LimitExceeded                      // a quota is used up
	ImportInProgress                   // an import job is active in the user pool
	ConcurrentModification             // something that is under way does not allow the change now
	InvalidPassword                    // a password breaks the pool's policy
	UnsupportedUserState               // the user's status does not allow the call
	CodeDeliveryFailure                // a message cannot be sent
	FeatureUnavailable                 // the user pool's tier lacks the feature
	TaggingRefused                     // a tag breaks the rules for tags
	ScopeUnknown                       // an app client is to have a scope that the user pool has not
	OAuthFlowInvalid                   // OAuth settings of an app client do not go together
	NotAuthorized                      // a password, a token or a secret is not good, or the user may not sign in
	UserNotConfirmed                   // the user has signed up and is not confirmed
	PasswordResetRequired              // the user must choose a new password
	CodeMismatch                       // a code is wrong
	CodeExpired                        // a code is not good any more, or there is none
	TooManyRequests                    // what the call needs is in use
	PasswordUsedBefore                 // a password is one that the user had
	SoftwareTokenRefused               // a code of an authenticator app does not turn it on
	SoftwareTokenNotFound              // the user has no authenticator app
	UnsupportedToken                   // a token of this kind cannot be revoked
	UnsupportedOperation               // the app client has turned the operation off
	Unauthorized                       // the app client is not known, or its secret is wrong
	RefreshTokenReused                 // a refresh token was replaced by another one
)

// Error is the one error type of the domain. Its message is meant for the
// person who made the request: it says what is wrong and what would be right,
// and holds no secret. Errors of any other type are unexpected and are never
// shown outside.
type Error struct {
	Kind      Kind
	Attribute string // the user attribute at fault, if one is
	Code      string // a stable word for the rule that was broken, if it has one
	Flaw      Flaw   // what about the value breaks the rule, if that is known
	Message   string
	// Detail says more where Message is the real service's and says too little:
	// what is wrong and where, in our own words and without the value of an
	// attribute. It goes into a header of the answer and into the log.
	Detail string

	reason string // of a breach of the schema, the part of Message behind the attribute
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

func (e *Error) with(flaw Flaw) *Error {
	e.Flaw = flaw
	return e
}

// Detailed sets the detail and returns the error.
func (e *Error) Detailed(format string, args ...any) *Error {
	e.Detail = fmt.Sprintf(format, args...)
	return e
}

// Errorf returns an *Error of the kind with a formatted message.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// KindOf returns the kind of the first *Error in err's chain, and Internal
// for every other error.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
