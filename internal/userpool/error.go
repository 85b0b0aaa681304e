package userpool

import (
	"errors"
	"fmt"
)

// Kind is the kind of refusal of an [Error]. One table in package service maps kinds to
// exceptions of the API.
type Kind int

// The kinds of refusal.
const (
	Internal               Kind = iota // an error that the caller cannot correct
	InvalidParameter                   // an argument breaks a rule
	ResourceNotFound                   // no such user pool, app client or import job
	UserNotFound                       // no such user
	UsernameExists                     // the username is taken
	AliasExists                        // an alias (email, phone number, preferred username) is taken
	PreconditionNotMet                 // the state of a thing does not allow the call
	LimitExceeded                      // a quota is used up
	ImportInProgress                   // an import job is active in the user pool
	ConcurrentModification             // an activity in progress does not allow the change now
	InvalidPassword                    // a password breaks the pool's policy
	UnsupportedUserState               // the user's status does not allow the call
	CodeDeliveryFailure                // a message cannot be sent
	FeatureUnavailable                 // the user pool's tier lacks the feature
	TaggingRefused                     // a tag breaks the rules for tags
	ScopeUnknown                       // a scope for an app client does not exist in the user pool
	OAuthFlowInvalid                   // OAuth settings of an app client do not go together
	NotAuthorized                      // a password, a token or a secret is invalid, or the user may not sign in
	UserNotConfirmed                   // the user has signed up and is not confirmed
	PasswordResetRequired              // the user must choose a new password
	CodeMismatch                       // a code is wrong
	CodeExpired                        // a code has expired, or there is none
	TooManyRequests                    // something that the call needs is in use
	PasswordUsedBefore                 // the user had this password before
	SoftwareTokenRefused               // a code of an authenticator app is wrong, so it is not enabled
	SoftwareTokenNotFound              // the user has no authenticator app
	UnsupportedToken                   // a token of this kind cannot be revoked
	UnsupportedOperation               // the app client has disabled the operation
	Unauthorized                       // the app client is unknown, or its secret is wrong
	RefreshTokenReused                 // a refresh token was replaced by another one
)

// Error is the one error type of the domain. Its message is for the person who made the
// request. It says what is wrong and what would be right, and contains no secret. Errors
// of any other type are unexpected and never shown to clients.
type Error struct {
	Kind      Kind
	Attribute string // the attribute at fault, or ""
	Code      string // a stable word for the broken rule, or ""
	Flaw      Flaw   // how the value breaks the rule, if that is known
	Message   string
	// Detail says more if Message is the real service's and says too little. It says what
	// is wrong and where, in Poolhouse's words and without the value of an attribute. It
	// goes into a header of the response and into the log.
	Detail string

	reason string // of a breach of the schema: the part of Message after the attribute
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

// KindOf returns the kind of the first *Error in err's chain, and Internal for any other
// error.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
