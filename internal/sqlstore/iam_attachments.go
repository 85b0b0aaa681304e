package sqlstore

import (
	"context"
	"slices"

	"poolhouse/internal/iam"
)

const (
	selectAttachedKeys = "SELECT policy_key FROM iam_attachments WHERE account_id = $1 AND owner_id = $2"
	insertAttachment   = "INSERT INTO iam_attachments (account_id, owner_id, policy_key) VALUES ($1, $2, $3)"
	deleteAttachment   = "DELETE FROM iam_attachments WHERE account_id = $1 AND owner_id = $2 AND policy_key = $3"
	countAttachment    = "UPDATE iam_policies SET attachments = attachments + $1 WHERE account_id = $2 AND policy_key = $3"
)

// selectAttached begins with the owner's attachments; CROSS JOIN fixes the order for SQLite.
func selectAttached(ownerID string) string {
	return `SELECT p.policy_id, p.name, p.path, p.description, p.attachments, p.created_ms, p.default_version, p.updated_ms, '', ''
	FROM iam_attachments a CROSS JOIN iam_policies p WHERE a.account_id = $1 AND a.owner_id = ` + ownerID + ` AND p.account_id = a.account_id AND p.policy_key = a.policy_key ORDER BY a.policy_key`
}

// iamAttachments is the store of attachments of managed policies to owners.
type iamAttachments struct{ iamTables }

// AttachPolicy attaches a managed policy to an owner.
func (st iamAttachments) AttachPolicy(ctx context.Context, o iam.Owner, ref iam.PolicyRef) error {
	return st.changeOwned(ctx, o, func(tx locked, id string) error {
		if _, err := st.iamPolicy(ctx, tx, ref); err != nil {
			return err
		}
		has, err := collect(ctx, tx, scanText, selectAttachedKeys, st.account, id)
		if err != nil {
			return err
		}
		key := iam.NameKey(ref.Name)
		if slices.Contains(has, key) {
			return nil
		}
		if err := o.CheckAttachedPolicies(len(has)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insertAttachment, st.account, id, key); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, countAttachment, 1, st.account, key)
		return err
	})
}

// DetachPolicy takes a managed policy from an owner.
func (st iamAttachments) DetachPolicy(ctx context.Context, o iam.Owner, ref iam.PolicyRef) error {
	return st.changeOwned(ctx, o, func(tx locked, id string) error {
		if _, err := st.iamPolicy(ctx, tx, ref); iam.KindOf(err) == iam.NoSuchEntity {
			return iam.NotAttached(ref.ARN)
		} else if err != nil {
			return err
		}
		key := iam.NameKey(ref.Name)
		result, err := tx.ExecContext(ctx, deleteAttachment, st.account, id, key)
		if err := requireChange(result, err, iam.NotAttached(ref.ARN)); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, countAttachment, -1, st.account, key)
		return err
	})
}

// ListAttachedPolicies returns the managed policies of an owner without their
// documents.
func (st iamAttachments) ListAttachedPolicies(ctx context.Context, o iam.Owner) ([]*iam.Policy, error) {
	return listOwned(ctx, st.iamTables, o, scanPolicy, selectAttached(idOf(o)))
}

func scanText(row scanner) (text string, err error) {
	err = row.Scan(&text)
	return text, err
}
