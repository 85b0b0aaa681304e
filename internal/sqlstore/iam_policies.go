package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/iam"
)

const (
	policyFacts  = "policy_id, name, path, description, attachments, created_ms, default_version, coalesce(updated_ms, created_ms)"
	insertPolicy = `INSERT INTO iam_policies (policy_key, policy_id, name, path, description, attachments, created_ms, document, tags)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (policy_key) DO NOTHING`
	selectPolicy = "SELECT " + policyFacts + ", document, tags FROM iam_policies WHERE policy_key = $1 AND path = $2"
	updatePolicy = "UPDATE iam_policies SET tags = $1 WHERE policy_key = $2"
	deletePolicy = "DELETE FROM iam_policies WHERE policy_key = $1"
)

// selectPolicies leaves out the documents, which may be large and are asked
// for one by one.
func selectPolicies() string {
	return "SELECT " + policyFacts + ", '', '' FROM iam_policies" + pageBy("policy_key")
}

func scanPolicy(row scanner) (*iam.ManagedPolicy, error) {
	p := new(iam.ManagedPolicy)
	var created, updated int64
	err := row.Scan(&p.ID, &p.Name, &p.Path, &p.Description, &p.Attachments, &created, &p.DefaultVersion, &updated, &p.Document, (*storedTags)(&p.Tags))
	p.Created, p.Updated = instant(created), instant(updated)
	return p, err
}

// managedPolicy returns a managed policy. In a transaction that writes it locks
// its row; whoever locks an owner's too has done so before.
func managedPolicy(ctx context.Context, q querier, ref iam.PolicyRef) (*iam.ManagedPolicy, error) {
	p, err := scanPolicy(q.QueryRowContext(ctx, selectPolicy+q.forUpdate(), iam.NameKey(ref.Name), ref.Path))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, iam.NoPolicy(ref.ARN)
	}
	return p, err
}

// CreatePolicy adds a managed policy with its first version, which is attached
// to nobody.
func (st iamStore) CreatePolicy(ctx context.Context, p *iam.ManagedPolicy) error {
	return st.change(ctx, func(tx *transaction) error {
		result, err := tx.ExecContext(ctx, insertPolicy, iam.NameKey(p.Name), p.ID, p.Name, p.Path, p.Description,
			0, millis(p.Created), p.Document, storedTags(p.Tags))
		return must(result, err, iam.PolicyExists(p.Name))
	})
}

// Policy returns a managed policy.
func (st iamStore) Policy(ctx context.Context, ref iam.PolicyRef) (*iam.ManagedPolicy, error) {
	return look(ctx, st.s, func(q querier) (*iam.ManagedPolicy, error) { return managedPolicy(ctx, q, ref) })
}

// ListPolicies returns a page of managed policies without their documents.
func (st iamStore) ListPolicies(ctx context.Context, p iam.Page) ([]*iam.ManagedPolicy, error) {
	return list(ctx, st.s, scanPolicy, selectPolicies(), pageOf(p)...)
}

// UpdatePolicy changes a managed policy by a function.
func (st iamStore) UpdatePolicy(ctx context.Context, ref iam.PolicyRef, update func(p *iam.ManagedPolicy) error) error {
	return st.change(ctx, func(tx *transaction) error {
		p, err := managedPolicy(ctx, tx, ref)
		if err != nil {
			return err
		}
		if err := update(p); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, updatePolicy, storedTags(p.Tags), iam.NameKey(ref.Name))
		return err
	})
}

// DeletePolicy removes a managed policy.
func (st iamStore) DeletePolicy(ctx context.Context, ref iam.PolicyRef) error {
	return st.changeVersions(ctx, ref, func(tx locked, p *versioned) error {
		others, err := p.others(ctx, tx)
		if err != nil {
			return err
		}
		if err := iam.CheckDeletePolicy(p.attachments, others); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, deletePolicy, p.key)
		return err
	})
}
