package signin

import (
	"errors"

	"poolhouse/internal/userpool"
)

// ErrUsed says that a challenge or a code was used before, or was replaced.
var ErrUsed = errors.New("signin: the challenge or the code was used before")

// ErrNoSession says that there is no such session.
var ErrNoSession = errors.New("signin: there is no such session")

// Refusals of Cognito that several steps share, in its words.

func incorrect() error {
	return userpool.Errorf(userpool.NotAuthorized, "Incorrect username or password.")
}

func disabled() error { return userpool.Errorf(userpool.NotAuthorized, "User is disabled.") }

func noUser() error { return userpool.Errorf(userpool.UserNotFound, "User does not exist.") }

func resetRequired() error {
	return userpool.Errorf(userpool.PasswordResetRequired, "Password reset required for the user")
}

func notConfirmed() error {
	return userpool.Errorf(userpool.UserNotConfirmed, "User is not confirmed.")
}

func tooManyAttempts() error {
	return userpool.Errorf(userpool.NotAuthorized, "Password attempts exceeded")
}

func limitExceeded() error {
	return userpool.Errorf(userpool.LimitExceeded, "Attempt limit exceeded, please try after some time.")
}

func busy() error { return userpool.Errorf(userpool.TooManyRequests, "Too many requests") }

func missing(parameter string) error {
	return userpool.Errorf(userpool.InvalidParameter, "Missing required parameter %s", parameter)
}

func wrongSession() error {
	return userpool.Errorf(userpool.NotAuthorized, "Invalid session for the user.")
}

func usedSession() error {
	return userpool.Errorf(userpool.NotAuthorized, "Invalid session for the user, session can only be used once.")
}

func expiredSession() error {
	return userpool.Errorf(userpool.NotAuthorized, "Invalid session for the user, session is expired.")
}

// changed returns the refusal of a sign-in whose user was changed meanwhile.
func changed() error {
	return userpool.Errorf(userpool.NotAuthorized, "The user was changed during the call. Sign in again.")
}
