package sqlstore

import (
	"strings"
	"testing"

	"poolhouse/internal/iam"
	"poolhouse/internal/userpool"
)

// iamQueries are all look-ups of IAM, with the index that each must use on PostgreSQL.
func iamQueries() map[string]indexed {
	queries := map[string]indexed{
		"user": {selectIAMUser, nil, "iam_users_pkey"}, "users": {selectIAMUsers(), nil, "iam_users_pkey"},
		"delete user": {deleteIAMUser, nil, "iam_users_pkey"}, "user id": {selectUserID, nil, "iam_users_pkey"},
		"role": {selectRole, nil, "iam_roles_pkey"}, "roles": {selectRoles(), nil, "iam_roles_pkey"},
		"delete role": {deleteRole, nil, "iam_roles_pkey"}, "role id": {selectRoleID, nil, "iam_roles_pkey"}, "update role": {updateRole, nil, "iam_roles_pkey"},
		"update user": {updateIAMUser, nil, "iam_users_pkey"},
		"policy":      {selectPolicy, nil, "iam_policies_pkey"}, "policies": {selectPolicies(), nil, "iam_policies_pkey"},
		"delete policy": {deletePolicy, nil, "iam_policies_pkey"}, "count attachment": {countAttachment, nil, "iam_policies_pkey"},
		"versioned": {selectVersioned, nil, "iam_policies_pkey"}, "set default": {setDefault, nil, "iam_policies_pkey"}, "update policy": {updatePolicy, nil, "iam_policies_pkey"},
		"set newest": {setNewest, nil, "iam_policies_pkey"},
		"versions":   {selectVersions, nil, "iam_policy_versions_pkey"}, "version of a policy": {selectVersion, nil, "iam_policy_versions_pkey"},
		"other version": {selectOtherVersion, nil, "iam_policy_versions_pkey"}, "delete version": {deleteVersion, nil, "iam_policy_versions_pkey"},
		"count versions": {countOtherVersions, nil, "iam_policy_versions_pkey"},
		"count keys":     {countAccessKeys, nil, "iam_access_keys_of_user"}, "keys": {selectAccessKeys, nil, "iam_access_keys_of_user"},
		"key status": {updateAccessKey, nil, "iam_access_keys_pkey"}, "delete key": {deleteAccessKey, nil, "iam_access_keys_pkey"},
		"attached keys": {selectAttachedKeys, nil, "iam_attachments_pkey"}, "detach": {deleteAttachment, nil, "iam_attachments_pkey"},
		"delete inline": {deleteInline, nil, "iam_inline_policies_pkey"},
		"belongings":    {selectBelongings, nil, "iam_inline_policies_pkey"},
		"version":       {selectIAMVersion, nil, "iam_version_pkey"},
		"access":        {selectAccess, nil, "iam_users_by_id"}, "role access": {selectRoleAccess, nil, "iam_roles_pkey"},
	}
	for _, o := range []iam.Owner{iam.UserOwner(""), iam.RoleOwner("")} {
		kind := " of a " + string(o.Kind)
		queries["attached"+kind] = indexed{selectAttached(idOf(o)), nil, "iam_attachments_pkey"}
		queries["inline"+kind] = indexed{selectInline(idOf(o)), nil, "iam_inline_policies_pkey"}
		queries["inline names"+kind] = indexed{selectInlineNames(idOf(o)), nil, "iam_inline_policies_pkey"}
	}
	return queries
}

// TestIAMPlans: the queries of IAM are ranges of indexes, without scans or sorts.
func TestIAMPlans(t *testing.T) {
	t.Parallel()
	s := open(t)
	queries := iamQueries()
	queries["other sizes"] = indexed{query: selectOtherSizes} // a filter on the few policies of one owner
	for name, q := range queries {
		plan := strings.ReplaceAll(planOf(t, s, q.query), "SCAN CONSTANT ROW", "")
		if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, "USING") {
			t.Errorf("%s:\n%s\n%s", name, q.query, plan)
		}
	}
}

// fillIAM creates an account as large as AWS allows.
const fillIAM = `
INSERT INTO iam_users SELECT 'u7', 'u' || n, 'AIDA' || n, 'u' || n, '/', '', n FROM generate_series(1, 5000) n;
INSERT INTO iam_access_keys SELECT 'AKIA' || i || user_id, account_id, user_id, 'Active', '', i FROM iam_users, generate_series(1, 2) i;
INSERT INTO iam_roles SELECT 'u7', 'u' || n, 'AROA' || n, 'u' || n, '/', '', 3600, '', '', n FROM generate_series(1, 1000) n;
INSERT INTO iam_policies SELECT 'u7', 'u' || n, 'ANPA' || n, 'u' || n, '/', '', repeat('x', 500), 3, 1, 5, '', n, n, n FROM generate_series(1, 1500) n;
INSERT INTO iam_policy_versions SELECT account_id, policy_id, i, repeat('x', 500), i FROM iam_policies, generate_series(2, 5) i;
INSERT INTO iam_attachments SELECT account_id, user_id, 'u' || (created_ms * i) % 1500 + 1 FROM iam_users, generate_series(1, 3) i ON CONFLICT DO NOTHING;
INSERT INTO iam_inline_policies SELECT account_id, user_id, 'p' || i, '', repeat('x', 500), 500 FROM iam_users, generate_series(1, 3) i`

// TestIAMPostgresPlans does the same on PostgreSQL, on tables without statistics and on large ones
// with statistics.
func TestIAMPostgresPlans(t *testing.T) {
	t.Parallel()
	s := unanalyzed(t)
	for _, step := range []string{"", fillIAM, "ANALYZE iam_users, iam_access_keys, iam_roles, iam_policies, iam_policy_versions, iam_attachments, iam_inline_policies"} {
		if _, err := s.write.Exec(step); err != nil {
			t.Fatal(err)
		}
		for name, q := range iamQueries() {
			q.args = anyArgs(t, s, &userpool.UserPool{ID: "u7"}, q.query)
			wantPlan(t, s, name, q)
		}
	}
}
