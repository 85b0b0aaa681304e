package iamservice

import (
	"context"
	"strconv"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
)

func (s *Service) listPolicies(ctx context.Context, call *dispatch.Call, in *iamapi.ListPoliciesRequest) (*iamapi.ListPoliciesResponse, error) {
	p, err := s.newPage(policyList(in), in.PathPrefix, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	var found []*iam.Policy
	if mayList(in) {
		if found, err = s.findPolicies(ctx, p, service.Value(in.OnlyAttached)); err != nil {
			return nil, err
		}
	}
	out := new(iamapi.ListPoliciesResponse)
	found, out.IsTruncated, out.Marker = cutPage(p, found, policyOrder)
	out.Policies = each(found, accountOf(call).policy)
	return out, nil
}

// policyList names the requested list.
func policyList(in *iamapi.ListPoliciesRequest) pagetoken.List {
	return pagetoken.List{iamapi.ListPolicies.Name, strconv.FormatBool(service.Value(in.OnlyAttached))}
}

// mayList reports whether the list can have entries. There are no policies of AWS's here. No
// policy is a permissions boundary: all are permissions policies.
func mayList(in *iamapi.ListPoliciesRequest) bool {
	return in.Scope != iamapi.PolicyScopeTypeAws && in.PolicyUsageFilter != iamapi.PolicyUsageTypePermissionsBoundary
}

func policyOrder(p *iam.Policy) string { return iam.NameKey(p.Name) }

// findPolicies returns at least a page of policies and one more, if there are that many. It
// reads on until it has enough policies that match.
func (s *Service) findPolicies(ctx context.Context, p page, onlyAttached bool) ([]*iam.Policy, error) {
	var found []*iam.Policy
	for next := p.andOne(); ; {
		batch, err := s.Store.ListPolicies(ctx, next)
		if err != nil {
			return nil, err
		}
		for _, policy := range batch {
			if !onlyAttached || policy.Attachments > 0 {
				found = append(found, policy)
			}
		}
		if len(batch) < next.Limit || len(found) >= next.Limit {
			return found, nil
		}
		next.After = policyOrder(batch[len(batch)-1])
	}
}
