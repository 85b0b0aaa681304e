package console

import (
	"context"
	"net/url"
	"strconv"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/logrole"
)

// existing are IAM's error names for something that exists already.
var existing = []string{iamapi.EntityAlreadyExistsException.Code}

// roleRequest returns the call that creates the role of imports, as AWS's console does.
func roleRequest(name string) *iamapi.CreateRoleRequest {
	return &iamapi.CreateRoleRequest{RoleName: name, Path: logrole.DefaultPath, AssumeRolePolicyDocument: logrole.TrustPolicy, Description: "Writes the log of user import jobs"}
}

// policyRequest returns the call that adds the policy of such a role, for all regions.
func (v *visit) policyRequest(name string) *iamapi.PutRolePolicyRequest {
	return &iamapi.PutRolePolicyRequest{RoleName: name, PolicyName: logrole.PolicyName, PolicyDocument: logrole.Policy("*", v.Account)}
}

// mayMakeRole reports whether the caller may create the role of imports.
func (v *visit) mayMakeRole(ctx context.Context) bool {
	return may(ctx, v, iamapi.CreateRole, roleRequest(logrole.DefaultName)) && may(ctx, v, iamapi.PutRolePolicy, v.policyRequest(logrole.DefaultName))
}

// makeRole creates a role that may write the logs of imports. If an earlier try created the
// role but failed to add its policy, makeRole adds the policy, so that a second try does
// not create a second role.
func (v *visit) makeRole(ctx context.Context, name string) error {
	if _, err := do(ctx, v, iamapi.CreateRole, roleRequest(name)); err != nil {
		if !named(err, existing) || !v.isHalfMade(ctx, name) {
			return err
		}
	}
	_, err := do(ctx, v, iamapi.PutRolePolicy, v.policyRequest(name))
	return err
}

// isHalfMade reports whether a role is one that [visit.makeRole] began to create.
func (v *visit) isHalfMade(ctx context.Context, name string) bool {
	role, err := do(ctx, v, iamapi.GetRole, &iamapi.GetRoleRequest{RoleName: name})
	if err != nil || role.Role.Path != logrole.DefaultPath {
		return false
	}
	if trust, err := url.QueryUnescape(role.Role.AssumeRolePolicyDocument); err != nil || trust != logrole.TrustPolicy {
		return false
	}
	inline, err := do(ctx, v, iamapi.ListRolePolicies, &iamapi.ListRolePoliciesRequest{RoleName: name})
	if err != nil || len(inline.PolicyNames) > 0 {
		return false
	}
	attached, err := do(ctx, v, iamapi.ListAttachedRolePolicies, &iamapi.ListAttachedRolePoliciesRequest{RoleName: name})
	return err == nil && len(attached.AttachedPolicies) == 0
}

// freeRoleName returns a name for a role of imports that is not taken.
func (v *visit) freeRoleName(ctx context.Context) string {
	const most = 20
	for n := 1; n < most; n++ {
		name := logrole.DefaultName
		if n > 1 {
			name += "-" + strconv.Itoa(n)
		}
		in := &iamapi.GetRoleRequest{RoleName: name}
		if !may(ctx, v, iamapi.GetRole, in) {
			return name
		}
		if _, err := do(ctx, v, iamapi.GetRole, in); err != nil {
			return name
		}
	}
	return ""
}
