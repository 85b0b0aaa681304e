package access

import (
	"context"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/iam"
	"poolhouse/internal/policy"
)

// addIAMTags adds the tags of a user, a role or a managed policy under both of their condition
// keys (Service Authorization Reference, AWS Identity and Access Management, condition keys). A
// missing entity has no tags.
func (q *inquiry) addIAMTags(ctx context.Context, p permission) error {
	tags, err := q.tagsOf(ctx, p.resource)
	if iam.KindOf(err) == iam.NoSuchEntity {
		return nil
	}
	addTagsOf(p.context, tags)
	return err
}

func addTagsOf(c policy.Context, tags iam.Tags) {
	for _, tag := range tags {
		for _, prefix := range []string{"aws:ResourceTag/", "iam:ResourceTag/"} {
			c[prefix+tag.Key] = []string{tag.Value}
		}
	}
}

// tagsOf returns the tags of the entity with an ARN of IAM.
func (q *inquiry) tagsOf(ctx context.Context, arn string) (iam.Tags, error) {
	named, _ := awsarn.Parse(arn)
	kind, _, name := named.Entity()
	switch kind {
	case "user":
		u, err := q.Entities.User(ctx, name)
		if err != nil || u.ARN(q.who.Account) != arn {
			return nil, err
		}
		return u.Tags, nil
	case "role":
		r, err := q.Entities.Role(ctx, name)
		if err != nil || r.ARN(q.who.Account) != arn {
			return nil, err
		}
		return r.Tags, nil
	}
	ref, err := iam.ParsePolicyARN(q.who.Account, arn)
	if err != nil {
		return nil, nil // no such policy
	}
	p, err := q.Entities.Policy(ctx, ref)
	if err != nil {
		return nil, err
	}
	return p.Tags, nil
}
