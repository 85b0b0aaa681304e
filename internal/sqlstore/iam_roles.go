package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/iam"
)

const (
	roleColumns = "role_id, name, path, description, max_session_seconds, trust, created_ms"
	insertRole  = "INSERT INTO iam_roles (account_id, role_key, " + roleColumns + ", tags) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (account_id, role_key) DO NOTHING"
	selectRole  = "SELECT " + roleColumns + ", tags FROM iam_roles WHERE account_id = $1 AND role_key = $2"
	updateRole  = "UPDATE iam_roles SET description = $1, max_session_seconds = $2, trust = $3, tags = $4 WHERE account_id = $5 AND role_key = $6"
	deleteRole  = "DELETE FROM iam_roles WHERE account_id = $1 AND role_key = $2"
)

func selectRoles() string {
	return "SELECT " + roleColumns + ", '' FROM iam_roles" + pageBy("role_key")
}

func scanRole(row scanner) (*iam.Role, error) {
	r := new(iam.Role)
	var created int64
	err := row.Scan(&r.ID, &r.Name, &r.Path, &r.Description, &r.MaxSessionSeconds, &r.Trust, &created, (*storedTags)(&r.Tags))
	r.Created = instant(created)
	return r, err
}

// iamRoles is the store of roles.
type iamRoles struct{ iamTables }

// CreateRole adds a role.
func (st iamRoles) CreateRole(ctx context.Context, r *iam.Role) error {
	return st.change(ctx, func(tx *transaction) error {
		result, err := tx.ExecContext(ctx, insertRole, st.account, iam.NameKey(r.Name), r.ID, r.Name, r.Path, r.Description,
			r.MaxSessionSeconds, r.Trust, millis(r.Created), storedTags(r.Tags))
		return requireChange(result, err, iam.RoleExists(r.Name))
	})
}

// Role returns a role.
func (st iamRoles) Role(ctx context.Context, name string) (*iam.Role, error) {
	return retryRead(ctx, st.database, func(q querier) (*iam.Role, error) { return st.iamRole(ctx, q, name) })
}

// iamRole returns a role. In a writing transaction it locks the role's row.
func (st iamRoles) iamRole(ctx context.Context, q querier, name string) (*iam.Role, error) {
	r, err := scanRole(q.QueryRowContext(ctx, selectRole+q.forUpdate(), st.account, iam.NameKey(name)))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, iam.NoRole(name)
	}
	return r, err
}

// ListRoles returns a page of roles.
func (st iamRoles) ListRoles(ctx context.Context, p iam.Page) ([]*iam.Role, error) {
	return list(ctx, st.database, scanRole, selectRoles(), st.pageOf(p)...)
}

// UpdateRole changes a role by a function.
func (st iamRoles) UpdateRole(ctx context.Context, name string, update func(r *iam.Role) error) (r *iam.Role, err error) {
	err = st.change(ctx, func(tx *transaction) (err error) {
		if r, err = st.iamRole(ctx, tx, name); err != nil {
			return err
		}
		if err := update(r); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, updateRole, r.Description, r.MaxSessionSeconds, r.Trust, storedTags(r.Tags), st.account, iam.NameKey(name))
		return err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// DeleteRole removes a role.
func (st iamRoles) DeleteRole(ctx context.Context, name string) error {
	return st.deleteOwner(ctx, iam.RoleOwner(name), deleteRole)
}
