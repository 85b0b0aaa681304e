package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/iam"
)

const (
	policyColumns = "policy_id, name, path, description, attachments, created_ms, default_version, updated_ms"
	insertPolicy  = `INSERT INTO iam_policies (account_id, policy_key, policy_id, name, path, description, document, attachments,
		default_version, newest_version, tags, created_ms, updated_ms, default_created_ms)
	VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 1, 1, $8, $9, $9, $9) ON CONFLICT (account_id, policy_key) DO NOTHING`
	selectPolicy = "SELECT " + policyColumns + ", document, tags FROM iam_policies WHERE account_id = $1 AND policy_key = $2 AND path = $3"
	updatePolicy = "UPDATE iam_policies SET tags = $1 WHERE account_id = $2 AND policy_key = $3"
	deletePolicy = "DELETE FROM iam_policies WHERE account_id = $1 AND policy_key = $2"
)

// selectPolicies leaves out the documents, which may be large. They are read one by one.
func selectPolicies() string {
	return "SELECT " + policyColumns + ", '', '' FROM iam_policies" + pageBy("policy_key")
}

func scanPolicy(row scanner) (*iam.Policy, error) {
	p := new(iam.Policy)
	var created, updated int64
	err := row.Scan(&p.ID, &p.Name, &p.Path, &p.Description, &p.Attachments, &created, &p.DefaultVersion, &updated, &p.Document, (*storedTags)(&p.Tags))
	p.Created, p.Updated = instant(created), instant(updated)
	return p, err
}

// iamPolicy returns a managed policy. In a writing transaction it locks the policy's row. A
// transaction that also locks an owner's row has locked that first.
func (st iamTables) iamPolicy(ctx context.Context, q querier, ref iam.PolicyRef) (*iam.Policy, error) {
	p, err := scanPolicy(q.QueryRowContext(ctx, selectPolicy+q.forUpdate(), st.account, iam.NameKey(ref.Name), ref.Path))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, iam.NoPolicy(ref.ARN)
	}
	return p, err
}

// iamPolicies is the store of managed policies.
type iamPolicies struct{ iamTables }

// CreatePolicy adds a managed policy with its first version. It is attached to no owner.
func (st iamPolicies) CreatePolicy(ctx context.Context, p *iam.Policy) error {
	return st.change(ctx, func(tx *transaction) error {
		result, err := tx.ExecContext(ctx, insertPolicy, st.account, iam.NameKey(p.Name), p.ID, p.Name, p.Path, p.Description,
			p.Document, storedTags(p.Tags), millis(p.Created))
		return requireChange(result, err, iam.PolicyExists(p.Name))
	})
}

// Policy returns a managed policy.
func (st iamPolicies) Policy(ctx context.Context, ref iam.PolicyRef) (*iam.Policy, error) {
	return retryRead(ctx, st.database, func(q querier) (*iam.Policy, error) { return st.iamPolicy(ctx, q, ref) })
}

// ListPolicies returns a page of managed policies without their documents.
func (st iamPolicies) ListPolicies(ctx context.Context, p iam.Page) ([]*iam.Policy, error) {
	return list(ctx, st.database, scanPolicy, selectPolicies(), st.pageOf(p)...)
}

// UpdatePolicy changes a managed policy by a function.
func (st iamPolicies) UpdatePolicy(ctx context.Context, ref iam.PolicyRef, update func(p *iam.Policy) error) error {
	return st.change(ctx, func(tx *transaction) error {
		p, err := st.iamPolicy(ctx, tx, ref)
		if err != nil {
			return err
		}
		if err := update(p); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, updatePolicy, storedTags(p.Tags), st.account, iam.NameKey(ref.Name))
		return err
	})
}

// DeletePolicy removes a managed policy.
func (st iamPolicies) DeletePolicy(ctx context.Context, ref iam.PolicyRef) error {
	return st.changeVersions(ctx, ref, func(tx locked, p *versioned) error {
		others, err := st.countOthers(ctx, tx, p)
		if err != nil {
			return err
		}
		if err := iam.CheckDeletePolicy(p.attachments, others); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, deletePolicy, st.account, p.key)
		return err
	})
}
