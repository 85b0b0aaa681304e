package cognitoservice

import (
	"context"
	"maps"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/awsarn"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/userpool"
)

func (s *Service) registerPoolTags(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, cognitoapi.TagResource, s.tagResource)
	dispatch.HandleCall(d, cognitoapi.UntagResource, s.untagResource)
	dispatch.HandleCall(d, cognitoapi.ListTagsForResource, s.listTagsForResource)
}

// maxTags is the most tags of a resource (AWS General Reference, tagging).
const maxTags = 50

// checkTags applies the rules for tags that the model does not have. kind is the kind of the
// operation's refusals.
func checkTags(tags map[string]string, kind userpool.Kind) error {
	if len(tags) > maxTags {
		return userpool.Errorf(kind, "A user pool can have %d tags at most.", maxTags)
	}
	for key := range tags {
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			return userpool.Errorf(kind, "The tag key %s begins with aws:, which is reserved.", key)
		}
	}
	return nil
}

// tagResource adds tags, and replaces the values of existing ones. An import does not rely on
// tags, so it does not prevent the change. Tags are not settings, so the pool keeps its
// modification date.
func (s *Service) tagResource(ctx context.Context, call *dispatch.Call, in *cognitoapi.TagResourceRequest) (*cognitoapi.TagResourceResponse, error) {
	return nil, s.changeTags(ctx, call, in.ResourceArn, func(tags userpool.Tags) error {
		maps.Copy(tags, in.Tags)
		return checkTags(tags, userpool.InvalidParameter)
	})
}

// untagResource removes tags. Missing keys are no error.
func (s *Service) untagResource(ctx context.Context, call *dispatch.Call, in *cognitoapi.UntagResourceRequest) (*cognitoapi.UntagResourceResponse, error) {
	return nil, s.changeTags(ctx, call, in.ResourceArn, func(tags userpool.Tags) error {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
		return nil
	})
}

func (s *Service) listTagsForResource(ctx context.Context, call *dispatch.Call, in *cognitoapi.ListTagsForResourceRequest) (*cognitoapi.ListTagsForResourceResponse, error) {
	id, err := poolOfARN(call, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	p, err := s.Store.Pool(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &cognitoapi.ListTagsForResourceResponse{Tags: p.Tags}
	if out.Tags == nil {
		out.Tags = map[string]string{}
	}
	return out, nil
}

// changeTags changes the tags of the user pool with the ARN.
func (s *Service) changeTags(ctx context.Context, call *dispatch.Call, arn string, change func(userpool.Tags) error) error {
	id, err := poolOfARN(call, arn)
	if err != nil {
		return err
	}
	_, err = s.Store.UpdatePool(ctx, id, func(p *userpool.UserPool, _ bool) error {
		tags := userpool.Tags{}
		maps.Copy(tags, p.Tags)
		p.Tags = tags
		return change(tags)
	})
	return err
}

// poolARN returns the ARN of a user pool in the call's region and account.
func poolARN(call *dispatch.Call, id string) string {
	return awsarn.UserPool(call.From.Region, call.From.Account, id)
}

// poolOfARN returns the id of the user pool with an ARN. Only one spelling is accepted, because
// the caller was authorized for the ARN as written. A pool of another region or account does
// not exist here. Only user pools can have tags.
func poolOfARN(call *dispatch.Call, arn string) (id string, err error) {
	if id, ok := strings.CutPrefix(arn, poolARN(call, "")); ok {
		return id, nil
	}
	if a, ok := awsarn.Parse(arn); ok && a.Service == "cognito-idp" && strings.HasPrefix(a.Resource, "userpool/") {
		return "", userpool.Errorf(userpool.ResourceNotFound, "User pool %s does not exist: the user pools of this account and region have ARNs like %s.", arn, poolARN(call, "ID"))
	}
	return "", userpool.Errorf(userpool.InvalidParameter, "%s is not the ARN of a user pool. Only user pools have tags, and their ARNs are like %s.", arn, poolARN(call, "ID"))
}
