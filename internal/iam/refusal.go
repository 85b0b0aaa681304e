package iam

import (
	"errors"
	"fmt"
)

// Kind is the kind of a [Refusal]. Each kind except Internal is an error code of IAM's API (IAM
// API Reference, errors of the actions, common errors).
type Kind int

// The kinds of refusal.
const (
	Internal                Kind = iota // not a refusal: an error that the caller cannot correct
	NoSuchEntity                        // the named entity does not exist
	EntityAlreadyExists                 // the name is taken
	DeleteConflict                      // the entity to delete is still in use
	LimitExceeded                       // the quota is used up
	MalformedPolicyDocument             // the policy breaks the grammar
	InvalidInput                        // the value has the right form and is not possible
	ValidationError                     // the value does not have the form that the API wants
)

// Refusal says why IAM refuses an act. The message is for the caller, in IAM's own words where
// they are known, and holds no secret.
type Refusal struct {
	Kind    Kind
	Message string
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

// KindOf returns the kind of the first *Refusal in err's chain, and Internal for any other
// error.
func KindOf(err error) Kind {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return r.Kind
	}
	return Internal
}

// Errorf returns a refusal.
func Errorf(kind Kind, format string, args ...any) error {
	return &Refusal{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// IAM's messages. Clients of AWS get these words, and programs search for some of them. They
// are in one place so that every store uses the same.

// NoUser is the refusal for a user that does not exist.
func NoUser(name string) error {
	return Errorf(NoSuchEntity, "The user with name %s cannot be found.", name)
}

// NoRole is the refusal for a role that does not exist.
func NoRole(name string) error {
	return Errorf(NoSuchEntity, "The role with name %s cannot be found.", name)
}

// NoAccessKey is the refusal for an access key that does not exist or belongs to another user.
func NoAccessKey(id string) error {
	return Errorf(NoSuchEntity, "The Access Key with id %s cannot be found.", id)
}

// NoPolicy is the refusal for a managed policy that does not exist.
func NoPolicy(arn string) error {
	return Errorf(NoSuchEntity, "Policy %s does not exist or is not attachable.", arn)
}

// NoVersion is the refusal for a version that a managed policy does not have.
func NoVersion(arn, id string) error {
	return Errorf(NoSuchEntity, "Policy %s version %.64s does not exist or is not attachable.", arn, id)
}

// NoLoginProfile is the refusal for a user's console password. No user has one here.
func NoLoginProfile(userName string) error {
	return Errorf(NoSuchEntity, "Login Profile for User %s cannot be found.", userName)
}

// NotAttached is the refusal to detach a policy that is not attached.
func NotAttached(arn string) error {
	return Errorf(NoSuchEntity, "Policy %s was not found.", arn)
}

// NoInlinePolicy is the refusal for an inline policy that does not exist.
func NoInlinePolicy(o Owner, name string) error {
	return Errorf(NoSuchEntity, "The %s policy with name %s cannot be found.", o.Kind, name)
}

// UserExists is the refusal for a user whose name is taken.
func UserExists(name string) error {
	return Errorf(EntityAlreadyExists, "User with name %s already exists.", name)
}

// RoleExists is the refusal for a role whose name is taken.
func RoleExists(name string) error {
	return Errorf(EntityAlreadyExists, "Role with name %s already exists.", name)
}

// PolicyExists is the refusal for a managed policy whose name is taken, even under another
// path.
func PolicyExists(name string) error {
	return Errorf(EntityAlreadyExists, "A policy called %s already exists. Duplicate names are not allowed.", name)
}

// NoSealer is the refusal to put a secret into the database or a token on a server without a
// sealing key.
func NoSealer() error {
	return Errorf(ValidationError, "This server has no key to seal secrets with, so that there can be no access keys and no sessions of roles. "+
		"See docs/operations.md, The key that seals secrets.")
}
