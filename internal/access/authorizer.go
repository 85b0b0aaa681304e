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

// Authorizer asks the policies of the caller. Regions and accounts are those of
// the calls.
type Authorizer struct {
	// Entities finds the users, roles and policies that calls of IAM are about,
	// whose ARNs have paths that the calls do not tell. Required.
	Entities Entities
	// PoolTags returns the tags of a user pool of a region for aws:ResourceTag,
	// none if there is no such pool. It is asked only if a policy may want to
	// know. nil stands for no tags.
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

// inquiry is what an authorizer is asked about one call.
type inquiry struct {
	*Authorizer
	who Request
}

// These say that a call came this far without an identity or a region, which is
// a mistake of the program.
var (
	errNoIdentity = errors.New("access: a call that must be signed has no identity")
	errNoRegion   = errors.New("access: a call that must be signed has no region")
)

// Authorize returns what the call of an operation is about, and a refusal unless
// the caller may do it: an *[apicore.Refusal]. Another error says that the
// question could not be answered.
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

// Possible returns a refusal, an *[apicore.Refusal], if the caller's policies
// allow the operation on no resource at all, whatever the input is, or if they do not
// allow an operation whose permission needs no input. It is asked before one is
// decoded. nil says that [Authorizer.Authorize] decides; an error of policies that
// cannot be read is told there, too.
func (a *Authorizer) Possible(ctx context.Context, who Request, op apicore.OperationInfo) error {
	if who.root || !who.Known() || op.Needs == nil {
		return nil
	}
	switch op.Needs.Resource.Kind {
	case apineeds.Nothing, apineeds.TrustingRole: // which policies need not allow
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

// authorize returns a *denial unless the caller may. Root may do everything
// but assume roles, and every caller may do what needs nothing (GetCallerIdentity).
// A call that does not name what it is about is refused, root's too.
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

// ask asks the policies about all that a call needs.
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
