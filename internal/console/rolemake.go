package console

import (
	"context"
	"net/url"
	"strconv"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/logrole"
)

// existing are the names of IAM's error for what is there already.
var existing = []string{iamapi.EntityAlreadyExistsException.Code}

// roleRequest is the role of imports, as AWS's console makes it.
func roleRequest(name string) *iamapi.CreateRoleRequest {
	return &iamapi.CreateRoleRequest{RoleName: name, Path: logrole.DefaultPath, AssumeRolePolicyDocument: logrole.TrustPolicy, Description: "Writes the log of user import jobs"}
}

// policyRequest is the policy of such a role, for all regions.
func (v *visit) policyRequest(name string) *iamapi.PutRolePolicyRequest {
	return &iamapi.PutRolePolicyRequest{RoleName: name, PolicyName: logrole.PolicyName, PolicyDocument: logrole.Policy("*", v.Account)}
}

// mayMakeRole reports whether the role of imports may be made.
func (v *visit) mayMakeRole(ctx context.Context) bool {
	return may(ctx, v, iamapi.CreateRole, roleRequest(logrole.DefaultName)) && may(ctx, v, iamapi.PutRolePolicy, v.policyRequest(logrole.DefaultName))
}

// makeRole makes a role that writes the logs of imports. One that was made before
// and has no policy, since that failed, is completed: a second try leaves no second
// role.
func (v *visit) makeRole(ctx context.Context, name string) error {
	if _, err := do(ctx, v, iamapi.CreateRole, roleRequest(name)); err != nil {
		if !named(err, existing) || !v.isHalfMade(ctx, name) {
			return err
		}
	}
	_, err := do(ctx, v, iamapi.PutRolePolicy, v.policyRequest(name))
	return err
}

// isHalfMade reports whether a role is one that [visit.makeRole] began.
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

// freeRoleName proposes a name for a role of imports that no role has yet.
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
