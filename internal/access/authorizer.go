package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"poolhouse/internal/apicore"
	"poolhouse/internal/apineeds"
	"poolhouse/internal/iam"
)

// Authorizer asks the policies of whoever calls.
type Authorizer struct {
	Region  string
	Account string
	// Entities finds the users, roles and policies that calls of IAM are about,
	// whose ARNs have paths that the calls do not tell. Required.
	Entities Entities
	// PoolTags returns the tags of a user pool for aws:ResourceTag, none if
	// there is no such pool. It is asked only if a policy may want to know. nil
	// stands for no tags.
	PoolTags func(ctx context.Context, poolID string) (map[string]string, error)
	Now      func() time.Time // nil stands for time.Now
}

// Entities is a part of [iam.Store].
type Entities interface {
	User(ctx context.Context, name string) (*iam.User, error)
	Role(ctx context.Context, name string) (*iam.Role, error)
	Policy(ctx context.Context, ref iam.PolicyRef) (*iam.Policy, error)
	Access(ctx context.Context, accessKeyID string) (*iam.Access, error)
}

// errNobody says that a call came this far without an identity, which is a
// mistake of the program.
var errNobody = errors.New("access: a call that must be signed has no identity")

// JSON is the Authorize of [awsjson.Options].
func (a *Authorizer) JSON(ctx context.Context, op apicore.OperationInfo, input any) error {
	if !op.Signed {
		return nil
	}
	return answered(a.authorize(ctx, op, input), "AccessDeniedException", "InvalidParameterException")
}

// Query is the Authorize of [awsquery.Options].
func (a *Authorizer) Query(ctx context.Context, op apicore.OperationInfo, input any) error {
	if !op.Signed {
		return nil
	}
	return answered(a.authorize(ctx, op, input), "AccessDenied", "ValidationError")
}

// answered gives a refusal the name that it has in a protocol: denied, or
// invalid if the call does not name what it is about.
func answered(err error, denied, invalid string) error {
	if d, ok := errors.AsType[*denial](err); ok {
		return &apicore.Error{Name: denied, Message: d.Error()}
	}
	if missing, ok := errors.AsType[*apineeds.MissingError](err); ok {
		return &apicore.Error{Name: invalid, Message: missing.Error()}
	}
	return err
}

// authorize returns a *denial unless the caller may. Root may do everything
// but assume roles, and every caller may do what needs nothing (GetCallerIdentity).
// A call that does not name what it is about is refused, root's too.
func (a *Authorizer) authorize(ctx context.Context, op apicore.OperationInfo, input any) error {
	if op.API.Service == "" {
		return fmt.Errorf("access: the API of the operation %s names no service, so policies cannot name the operation", op.Name)
	}
	action := op.Action()
	who, ok := IdentityOf(ctx)
	if !ok {
		return errNobody
	}
	in, err := readInput(action, op.Needs, input)
	if err != nil {
		return err
	}
	if in.named.Kind == apineeds.TrustingRole {
		return a.assume(ctx, who, in)
	}
	resource, err := a.resource(ctx, who, in.named)
	if err != nil {
		return err
	}
	note(ctx, resource)
	if who.root || in.named.Kind == apineeds.Nothing {
		return nil
	}
	p, err := who.policies()
	if err != nil {
		return err
	}
	asked, err := a.permissions(ctx, who, p.tags, action, resource, in)
	if err != nil {
		return err
	}
	for _, each := range asked {
		if err := each.check(who, p); err != nil {
			return err
		}
	}
	return nil
}
