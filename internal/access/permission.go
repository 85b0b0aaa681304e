package access

import (
	"context"

	"poolhouse/internal/apineeds"
	"poolhouse/internal/policy"
)

// permission is one thing that a call needs to be allowed.
type permission struct {
	action   string
	resource string // its ARN, or "*"
	shown    string // the same as the call names it
	context  policy.Context
}

// permissions returns all that a call needs: its own action, and the further
// ones of the operation's table. With tags, policies may ask for those of the
// resource.
func (a *Authorizer) permissions(ctx context.Context, who Request, tags bool, action, resource string, in input) ([]permission, error) {
	own := permission{action: action, resource: resource, shown: a.shown(who.Identity, resource, in.named), context: a.requestContext(who, action, resource)}
	addTags(own.context, in)
	if tags {
		if err := a.addResourceTags(ctx, own); err != nil {
			return nil, err
		}
	}
	if err := in.addConditions(own.context); err != nil {
		return nil, err
	}
	if err := a.spellPolicyARN(ctx, own.context); err != nil {
		return nil, err
	}
	list := []permission{own}
	for _, f := range in.needs.Further {
		if f.IfTags && len(in.tags) == 0 {
			continue
		}
		p, err := a.further(ctx, who, tags, own, f, in)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// further returns an action that a call needs besides its own. A resource that
// is only moved keeps its tags, and so the context; another one has a context
// of its own.
func (a *Authorizer) further(ctx context.Context, who Request, tags bool, own permission, f apineeds.Further, in input) (permission, error) {
	if f.Resource.Kind == "" {
		return permission{action: f.Action, resource: own.resource, shown: own.shown, context: own.context}, nil
	}
	named, err := f.Resource.Of(in.value)
	if err != nil {
		return permission{}, err
	}
	resource, err := a.resource(ctx, who.Identity, named)
	if err != nil {
		return permission{}, err
	}
	p := permission{action: f.Action, resource: resource, shown: a.shown(who.Identity, resource, named), context: own.context}
	if named.Kind == apineeds.MovedUser {
		return p, nil
	}
	p.context = a.requestContext(who, f.Action, resource)
	if f.PassedTo != "" {
		p.context["iam:PassedToService"] = []string{f.PassedTo}
	}
	if tags {
		err = a.addResourceTags(ctx, p)
	}
	return p, err
}
