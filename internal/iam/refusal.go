package iam

import (
	"errors"
	"fmt"
)

// Kind says what sort of [Refusal] it is. Each but Internal is the code of an
// error of IAM's API (IAM API Reference, errors of the actions, common errors).
type Kind int

// The kinds of refusal.
const (
	Internal                Kind = iota // no refusal: something the caller cannot mend
	NoSuchEntity                        // what is named is not there
	EntityAlreadyExists                 // the name is taken
	DeleteConflict                      // something still hangs on what is to be deleted
	LimitExceeded                       // a quota is used up
	MalformedPolicyDocument             // a policy breaks the grammar
	InvalidInput                        // a value is of the right form and cannot be
	ValidationError                     // a value is not of the form that the API wants
)

// Refusal is why an act of IAM is not done. Its message is for the person who
// asked, in IAM's own words where they are known, and holds no secret.
type Refusal struct {
	Kind    Kind
	Message string
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

// KindOf returns the kind of the first *Refusal in err's chain, and Internal
// for every other error.
func KindOf(err error) Kind {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return r.Kind
	}
	return Internal
}

func refusef(kind Kind, format string, args ...any) error {
	return &Refusal{Kind: kind, Message: fmt.Sprintf(format, args...)}
}
