package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/iam"
)

const (
	// PostgreSQL's sum has another type than its argument, hence the cast.
	selectOtherSizes = "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM iam_inline_policies WHERE account_id = $1 AND owner_id = $2 AND policy_key <> $3"
	upsertInline     = `INSERT INTO iam_inline_policies (account_id, owner_id, policy_key, name, document, size) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (account_id, owner_id, policy_key) DO UPDATE SET name = excluded.name, document = excluded.document, size = excluded.size`
	deleteInline = "DELETE FROM iam_inline_policies WHERE account_id = $1 AND owner_id = $2 AND policy_key = $3"
)

func selectInline(ownerID string) string {
	return "SELECT name, document FROM iam_inline_policies WHERE account_id = $1 AND owner_id = " + ownerID + " AND policy_key = $3"
}

func selectInlineNames(ownerID string) string {
	return "SELECT name FROM iam_inline_policies WHERE account_id = $1 AND owner_id = " + ownerID + " ORDER BY policy_key"
}

// iamInlinePolicies is the store of inline policies.
type iamInlinePolicies struct{ iamTables }

// PutInlinePolicy adds or replaces an inline policy.
func (st iamInlinePolicies) PutInlinePolicy(ctx context.Context, o iam.Owner, p iam.InlinePolicy) error {
	return st.changeOwned(ctx, o, func(tx locked, id string) error {
		key, size := iam.NameKey(p.Name), p.Size()
		others, err := tx.count(ctx, selectOtherSizes, st.account, id, key)
		if err != nil {
			return err
		}
		if err := o.CheckInlineSize(others + size); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, upsertInline, st.account, id, key, p.Name, p.Document, size)
		return err
	})
}

// InlinePolicy returns an inline policy.
func (st iamInlinePolicies) InlinePolicy(ctx context.Context, o iam.Owner, name string) (iam.InlinePolicy, error) {
	return retryRead(ctx, st.database, func(q querier) (p iam.InlinePolicy, err error) {
		err = q.QueryRowContext(ctx, selectInline(idOf(o)), st.account, iam.NameKey(o.Name), iam.NameKey(name)).Scan(&p.Name, &p.Document)
		if errors.Is(err, sql.ErrNoRows) {
			if _, err := st.ownerID(ctx, q, o); err != nil {
				return p, err
			}
			return p, iam.NoInlinePolicy(o, name)
		}
		return p, err
	})
}

// ListInlinePolicies returns the names of an owner's inline policies.
func (st iamInlinePolicies) ListInlinePolicies(ctx context.Context, o iam.Owner) ([]string, error) {
	return listOwned(ctx, st.iamTables, o, scanText, selectInlineNames(idOf(o)))
}

// DeleteInlinePolicy removes an inline policy.
func (st iamInlinePolicies) DeleteInlinePolicy(ctx context.Context, o iam.Owner, name string) error {
	return st.changeOwned(ctx, o, func(tx locked, id string) error {
		result, err := tx.ExecContext(ctx, deleteInline, st.account, id, iam.NameKey(name))
		return requireChange(result, err, iam.NoInlinePolicy(o, name))
	})
}
