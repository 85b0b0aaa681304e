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

// Refusef returns a refusal.
func Refusef(kind Kind, format string, args ...any) error {
	return &Refusal{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// What IAM says. The words are those that clients of AWS are told; programs
// look for some of them. They are here in one place so that every store tells
// the same.

// NoUser is the refusal of a user who is not there.
func NoUser(name string) error {
	return Refusef(NoSuchEntity, "The user with name %s cannot be found.", name)
}

// NoRole is the refusal of a role that is not there.
func NoRole(name string) error {
	return Refusef(NoSuchEntity, "The role with name %s cannot be found.", name)
}

// NoAccessKey is the refusal of an access key that is not there, or is
// another user's.
func NoAccessKey(id string) error {
	return Refusef(NoSuchEntity, "The Access Key with id %s cannot be found.", id)
}

// NoPolicy is the refusal of a managed policy that is not there.
func NoPolicy(arn string) error {
	return Refusef(NoSuchEntity, "Policy %s does not exist or is not attachable.", arn)
}

// NoVersion is the refusal of a version that a managed policy does not have.
func NoVersion(arn, id string) error {
	return Refusef(NoSuchEntity, "Policy %s version %.64s does not exist or is not attachable.", arn, id)
}

// NoLoginProfile is the refusal of a user's password for the console, which is
// never there.
func NoLoginProfile(userName string) error {
	return Refusef(NoSuchEntity, "Login Profile for User %s cannot be found.", userName)
}

// NotAttached is the refusal to detach a policy that is not attached.
func NotAttached(arn string) error {
	return Refusef(NoSuchEntity, "Policy %s was not found.", arn)
}

// NoInlinePolicy is the refusal of an inline policy that is not there.
func NoInlinePolicy(o Owner, name string) error {
	return Refusef(NoSuchEntity, "The %s policy with name %s cannot be found.", o.Kind, name)
}

// UserExists is the refusal of a user whose name is taken.
func UserExists(name string) error {
	return Refusef(EntityAlreadyExists, "User with name %s already exists.", name)
}

// RoleExists is the refusal of a role whose name is taken.
func RoleExists(name string) error {
	return Refusef(EntityAlreadyExists, "Role with name %s already exists.", name)
}

// PolicyExists is the refusal of a managed policy whose name is taken, be it
// under another path.
func PolicyExists(name string) error {
	return Refusef(EntityAlreadyExists, "A policy called %s already exists. Duplicate names are not allowed.", name)
}

// NoSealer refuses what would put a secret into the database or a token, on a
// server that has no key to seal it with.
func NoSealer() error {
	return Refusef(ValidationError, "This server has no key to seal secrets with, so that there can be no access keys and no sessions of roles. "+
		"See docs/operations.md, The key that seals secrets.")
}
