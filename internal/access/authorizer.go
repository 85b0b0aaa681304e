package access

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"poolhouse/internal/apicore"
	"poolhouse/internal/apineeds"
	"poolhouse/internal/iam"
	"poolhouse/internal/policy"
)

// Authorizer evaluates the caller's policies. Regions and accounts are those of the calls.
type Authorizer struct {
	// Entities finds the users, roles and policies that calls of IAM name. Their ARNs have paths,
	// which the calls do not give. Required.
	Entities Entities
	// PoolTags returns the tags of a user pool for aws:ResourceTag. It returns none if the pool
	// does not exist. It is called only if a policy may need tags. nil means no tags.
	PoolTags func(ctx context.Context, region, poolID string) (map[string]string, error)
	Now      func() time.Time // nil stands for time.Now
}

// Entities is a part of [iam.Store].
type Entities interface {
	User(ctx context.Context, name string) (*iam.User, error)
	Role(ctx context.Context, name string) (*iam.Role, error)
	Policy(ctx context.Context, ref iam.PolicyRef) (*iam.Policy, error)
	Access(ctx context.Context, accessKeyID string) (*iam.Access, error)
}

// inquiry is one call to be authorized.
type inquiry struct {
	*Authorizer
	who Request
}

// These errors are mistakes of the program: a call came here without an identity or a region.
var (
	errNoIdentity = errors.New("access: a call that must be signed has no identity")
	errNoRegion   = errors.New("access: a call that must be signed has no region")
)

// Authorize returns the resource of a call. If the caller may not make the call, it returns an
// *[apicore.Refusal]. Any other error means that the policies could not be evaluated.
func (a *Authorizer) Authorize(ctx context.Context, who Request, op apicore.OperationInfo, input any) (About, error) {
	about, err := (&inquiry{a, who}).authorize(ctx, op, input)
	about.Resource = cmp.Or(about.Resource, Everything)
	if d, ok := errors.AsType[*denial](err); ok {
		err = &apicore.Refusal{Reason: apicore.Denied, Message: d.Error()}
	}
	if missing, ok := errors.AsType[*apineeds.MissingError](err); ok {
		err = &apicore.Refusal{Reason: apicore.Invalid, Message: missing.Error()}
	}
	return about, err
}

// Possible checks what it can before the input is decoded. It returns an *[apicore.Refusal] if
// the caller's policies allow the operation on no resource, with any input. It does the same if
// they do not allow an operation whose permission needs no input. nil means that
// [Authorizer.Authorize] decides. Unreadable policies are reported there, too.
func (a *Authorizer) Possible(ctx context.Context, who Request, op apicore.OperationInfo) error {
	if who.root || !who.Known() || op.Needs == nil {
		return nil
	}
	switch op.Needs.Resource.Kind {
	case apineeds.Nothing, apineeds.TrustingRole: // these need no permission of the caller's policies
		return nil
	}
	action := cmp.Or(op.Needs.Action, op.Action())
	p, err := who.policies()
	if err != nil {
		return nil
	}
	if !policy.MayAllow(p.own, action) {
		d := &denial{arn: who.ARN, action: action, resource: Everything, kind: "identity-based"}
		return &apicore.Refusal{Reason: apicore.Denied, Message: d.Error()}
	}
	if op.Needs.Input == nil || len(op.Needs.Members()) > 0 {
		return nil
	}
	_, err = a.Authorize(ctx, who, op, op.Needs.Input())
	if refusal, ok := errors.AsType[*apicore.Refusal](err); ok && refusal.Reason == apicore.Denied {
		return refusal
	}
	return nil
}

// authorize returns a *denial unless the caller may make the call. Root may do everything
// except assume roles. Operations that need no permission (GetCallerIdentity) are open to every
// caller. A call that names no resource is refused, even for root.
func (q *inquiry) authorize(ctx context.Context, op apicore.OperationInfo, input any) (about About, err error) {
	if op.API.Service == "" {
		return about, fmt.Errorf("access: the API of the operation %s names no service, so policies cannot name the operation", op.Name)
	}
	if !q.who.Known() {
		return about, errNoIdentity
	}
	if q.who.Region == "" {
		return about, errNoRegion
	}
	in, err := readInput(op.Action(), op.Needs, input)
	if err != nil {
		return about, err
	}
	if in.named.Kind == apineeds.TrustingRole {
		return q.assume(ctx, in)
	}
	if about.Resource, err = q.resource(ctx, in.named); err != nil {
		return about, err
	}
	if q.who.root || in.named.Kind == apineeds.Nothing {
		return about, nil
	}
	return about, q.ask(ctx, cmp.Or(op.Needs.Action, op.Action()), about.Resource, in)
}

// ask evaluates the policies for every permission that a call needs.
func (q *inquiry) ask(ctx context.Context, action, resource string, in input) error {
	if err := in.checkTags(); err != nil {
		return err
	}
	p, err := q.who.policies()
	if err != nil {
		return err
	}
	asked, err := q.permissions(ctx, p.tags, action, resource, in)
	if err != nil {
		return err
	}
	for _, each := range asked {
		if err := each.check(q.who.Identity, p); err != nil {
			return err
		}
	}
	return nil
}
