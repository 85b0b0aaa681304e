package sqlstore

import (
	"context"

	"poolhouse/internal/iam"
)

// selectAccess returns the key and its user in one row, and one row for each of the user's policies
// with only the document. It is one query, so that all rows are of the same moment.
const selectAccess = `SELECT 1 AS is_key, k.key_id, k.status, k.sealed, k.created_ms AS key_created_ms, u.user_id, u.name, u.path, u.created_ms, u.tags, '' AS document
	FROM iam_access_keys k CROSS JOIN iam_users u WHERE k.key_id = $1 AND k.account_id = $2 AND u.account_id = k.account_id AND u.user_id = k.user_id
	UNION ALL SELECT 0, '', '', NULL, 0, '', '', '', 0, '', i.document
	FROM iam_access_keys k CROSS JOIN iam_inline_policies i WHERE k.key_id = $1 AND k.account_id = $2 AND i.account_id = k.account_id AND i.owner_id = k.user_id
	UNION ALL SELECT 0, '', '', NULL, 0, '', '', '', 0, '', p.document
	FROM iam_access_keys k CROSS JOIN iam_attachments a CROSS JOIN iam_policies p
	WHERE k.key_id = $1 AND k.account_id = $2 AND a.account_id = k.account_id AND a.owner_id = k.user_id AND p.account_id = a.account_id AND p.policy_key = a.policy_key`

// selectRoleAccess does the same for a role.
const selectRoleAccess = `SELECT 1 AS is_role, r.role_id, r.name, r.path, r.description, r.max_session_seconds, r.trust, r.created_ms, r.tags, '' AS document
	FROM iam_roles r WHERE r.account_id = $1 AND r.role_key = $2
	UNION ALL SELECT 0, '', '', '', '', 0, '', 0, '', i.document
	FROM iam_roles r CROSS JOIN iam_inline_policies i WHERE r.account_id = $1 AND r.role_key = $2 AND i.account_id = r.account_id AND i.owner_id = r.role_id
	UNION ALL SELECT 0, '', '', '', '', 0, '', 0, '', p.document
	FROM iam_roles r CROSS JOIN iam_attachments a CROSS JOIN iam_policies p
	WHERE r.account_id = $1 AND r.role_key = $2 AND a.account_id = r.account_id AND a.owner_id = r.role_id AND p.account_id = a.account_id AND p.policy_key = a.policy_key`

// accessRow is a row of such a query: the access key or role, or the document of one policy.
type accessRow[T any] struct {
	who      *T // nil for a policy
	document string
}

// lookAccess returns the access key or role, nil if there is none, and the documents of all its
// policies.
func lookAccess[T any](ctx context.Context, d *database, scan func(scanner) (accessRow[T], error), query string, args ...any) (who *T, documents []string, err error) {
	rows, err := list(ctx, d, scan, query, args...)
	for _, row := range rows {
		if row.who != nil {
			who = row.who
		} else {
			documents = append(documents, row.document)
		}
	}
	return who, documents, err
}

// iamAccess is the store that reads access keys and roles together with their policies.
type iamAccess struct{ iamTables }

// Access returns an access key with its user and all the user's policies.
func (st iamAccess) Access(ctx context.Context, accessKeyID string) (*iam.Access, error) {
	if !iam.IsAccessKeyID(accessKeyID) { // the id comes from an unknown caller and may be text that the database rejects
		return nil, iam.NoAccessKey(accessKeyID)
	}
	a, documents, err := lookAccess(ctx, st.database, scanAccess, selectAccess, accessKeyID, st.account)
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, iam.NoAccessKey(accessKeyID)
	}
	a.Documents = documents
	return a, nil
}

func scanAccess(row scanner) (r accessRow[iam.Access], err error) {
	a := new(iam.Access)
	var isKey int
	var keyCreated, userCreated int64
	err = row.Scan(&isKey, &a.Key.ID, &a.Key.Status, &a.Key.Sealed, &keyCreated, &a.User.ID, &a.User.Name, &a.User.Path, &userCreated, (*storedTags)(&a.User.Tags), &r.document)
	a.Key.UserName, a.Key.Created, a.User.Created = a.User.Name, instant(keyCreated), instant(userCreated)
	if isKey == 1 {
		r.who = a
	}
	return r, err
}

// RoleAccess returns a role with all its policies.
func (st iamAccess) RoleAccess(ctx context.Context, roleName string) (*iam.RoleAccess, error) {
	a, documents, err := lookAccess(ctx, st.database, scanRoleAccess, selectRoleAccess, st.account, iam.NameKey(roleName))
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, iam.NoRole(roleName)
	}
	a.Documents = documents
	return a, nil
}

func scanRoleAccess(row scanner) (r accessRow[iam.RoleAccess], err error) {
	a := new(iam.RoleAccess)
	var isRole int
	var created int64
	err = row.Scan(&isRole, &a.Role.ID, &a.Role.Name, &a.Role.Path, &a.Role.Description, &a.Role.MaxSessionSeconds, &a.Role.Trust, &created, (*storedTags)(&a.Role.Tags), &r.document)
	a.Role.Created = instant(created)
	if isRole == 1 {
		r.who = a
	}
	return r, err
}
