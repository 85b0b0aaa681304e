package access

import (
	"context"

	"poolhouse/internal/apineeds"
	"poolhouse/internal/policy"
)

// permission is one action on one resource that a call needs.
type permission struct {
	action   string
	resource string // its ARN, or "*"
	shown    string // the resource as the call names it
	context  policy.Context
}

// permissions returns all permissions that a call needs: its own action, and the further
// actions in the operation's table. tags adds the resources' tags to the contexts.
func (q *inquiry) permissions(ctx context.Context, tags bool, action, resource string, in input) ([]permission, error) {
	own := permission{action: action, resource: resource, shown: q.shown(resource, in.named), context: q.requestContext(action, resource)}
	addTags(own.context, in)
	if tags {
		if err := q.addResourceTags(ctx, own); err != nil {
			return nil, err
		}
	}
	if err := in.addConditions(own.context); err != nil {
		return nil, err
	}
	if err := q.spellPolicyARN(ctx, own.context); err != nil {
		return nil, err
	}
	list := []permission{own}
	for _, f := range in.needs.Further {
		if f.IfTags && len(in.tags) == 0 {
			continue
		}
		p, err := q.further(ctx, tags, own, f, in)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// further returns the permission for a further action. A moved resource keeps its tags, and so
// its context; any other resource has a context of its own.
func (q *inquiry) further(ctx context.Context, tags bool, own permission, f apineeds.Further, in input) (permission, error) {
	if f.Resource.Kind == "" {
		return permission{action: f.Action, resource: own.resource, shown: own.shown, context: own.context}, nil
	}
	named, err := f.Resource.Of(in.value)
	if err != nil {
		return permission{}, err
	}
	resource, err := q.resource(ctx, named)
	if err != nil {
		return permission{}, err
	}
	p := permission{action: f.Action, resource: resource, shown: q.shown(resource, named), context: own.context}
	if named.Kind == apineeds.MovedUser {
		return p, nil
	}
	p.context = q.requestContext(f.Action, resource)
	if f.PassedTo != "" {
		p.context["iam:PassedToService"] = []string{f.PassedTo}
	}
	if tags {
		err = q.addResourceTags(ctx, p)
	}
	return p, err
}
