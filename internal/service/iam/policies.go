package iamservice

import (
	"context"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/service"
)

func (s *Service) registerPolicies(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, iamapi.CreatePolicy, s.createPolicy)
	dispatch.HandleCall(d, iamapi.GetPolicy, s.getPolicy)
	dispatch.HandleCall(d, iamapi.ListPolicies, s.listPolicies)
	dispatch.HandleCall(d, iamapi.DeletePolicy, s.deletePolicy)
}

func (s *Service) createPolicy(ctx context.Context, call *dispatch.Call, in *iamapi.CreatePolicyRequest) (*iamapi.CreatePolicyResponse, error) {
	p, err := iam.NewPolicy(iam.PolicySpec{
		Name: in.PolicyName, Path: in.Path, Description: in.Description, Document: in.PolicyDocument,
	}, s.now())
	if err != nil {
		return nil, err
	}
	if err := p.Tag(givenTags(in.Tags)); err != nil {
		return nil, err
	}
	if err := s.Store.CreatePolicy(ctx, p); err != nil {
		return nil, err
	}
	return &iamapi.CreatePolicyResponse{Policy: new(accountOf(call).policy(p))}, nil
}

// policyNamed returns the managed policy with the ARN.
func (s *Service) policyNamed(ctx context.Context, call *dispatch.Call, arn string) (*iam.Policy, error) {
	ref, err := iam.ParsePolicyARN(call.From.Account, arn)
	if err != nil {
		return nil, err
	}
	return s.Store.Policy(ctx, ref)
}

func (s *Service) getPolicy(ctx context.Context, call *dispatch.Call, in *iamapi.GetPolicyRequest) (*iamapi.GetPolicyResponse, error) {
	p, err := s.policyNamed(ctx, call, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	out := accountOf(call).policy(p)
	out.Description = p.Description
	return &iamapi.GetPolicyResponse{Policy: &out}, nil
}

func (s *Service) deletePolicy(ctx context.Context, call *dispatch.Call, in *iamapi.DeletePolicyRequest) (*apicore.Empty, error) {
	ref, err := iam.ParsePolicyARN(call.From.Account, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.DeletePolicy(ctx, ref)
}

// policy returns a managed policy in the answers' form. Only the answer of GetPolicy has the
// description (Policy).
func (a account) policy(p *iam.Policy) iamapi.Policy {
	return iamapi.Policy{
		PolicyName: p.Name, PolicyId: p.ID, Arn: p.ARN(string(a)), Path: p.Path, DefaultVersionId: p.DefaultVersion.ID(),
		AttachmentCount: new(int32(p.Attachments)), PermissionsBoundaryUsageCount: new(int32), IsAttachable: new(true),
		CreateDate: service.Timestamp(p.Created), UpdateDate: service.Timestamp(p.Updated), Tags: wireTags(p.Tags),
	}
}
