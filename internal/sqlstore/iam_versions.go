package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"poolhouse/internal/iam"
)

const (
	// The columns of a policy that operations on its versions need; $1 is the account, $2 the key,
	// $3 the path.
	selectVersioned = `SELECT policy_id, document, default_version, newest_version, default_created_ms, attachments
	FROM iam_policies WHERE account_id = $1 AND policy_key = $2 AND path = $3`
	countOtherVersions = "SELECT count(*) FROM iam_policy_versions WHERE account_id = $1 AND policy_id = $2"
	insertVersion      = "INSERT INTO iam_policy_versions (account_id, policy_id, version, document, created_ms) VALUES ($1, $2, $3, $4, $5)"
	selectOtherVersion = "SELECT version, document, created_ms, 0 FROM iam_policy_versions WHERE account_id = $1 AND policy_id = $2 AND version = $3"
	deleteVersion      = "DELETE FROM iam_policy_versions WHERE account_id = $1 AND policy_id = $2 AND version = $3"
	setDefault         = "UPDATE iam_policies SET document = $1, default_version = $2, default_created_ms = $3 WHERE account_id = $4 AND policy_key = $5"
	setNewest          = "UPDATE iam_policies SET newest_version = $1, updated_ms = $2 WHERE account_id = $3 AND policy_key = $4"
)

// The versions of a policy, read in one query so that all are of the same moment. Only the query of
// a single version reads the document. CROSS JOIN fixes the order for SQLite.
const (
	selectVersions = `SELECT default_version, '' AS document, default_created_ms, 1 FROM iam_policies WHERE account_id = $1 AND policy_key = $2 AND path = $3
	UNION ALL SELECT v.version, '', v.created_ms, 0
	FROM iam_policies p CROSS JOIN iam_policy_versions v WHERE p.account_id = $1 AND p.policy_key = $2 AND p.path = $3 AND v.account_id = p.account_id AND v.policy_id = p.policy_id`
	selectVersion = `SELECT default_version, document, default_created_ms, 1
	FROM iam_policies WHERE account_id = $1 AND policy_key = $2 AND path = $3 AND default_version = $4
	UNION ALL SELECT v.version, v.document, v.created_ms, 0
	FROM iam_policies p CROSS JOIN iam_policy_versions v WHERE p.account_id = $1 AND p.policy_key = $2 AND p.path = $3 AND v.account_id = p.account_id AND v.policy_id = p.policy_id AND v.version = $4`
)

func scanVersion(row scanner) (*iam.PolicyVersion, error) {
	v := new(iam.PolicyVersion)
	var created int64
	var isDefault int
	err := row.Scan(&v.No, &v.Document, &created, &isDefault)
	v.Created, v.Default = instant(created), isDefault == 1
	return v, err
}

// versioned is a managed policy as operations on its versions need it. The default version is in
// the policy's own row; the others are rows of iam_policy_versions.
type versioned struct {
	id, key        string
	ref            iam.PolicyRef
	defaultVersion iam.PolicyVersion
	newestVersion  iam.VersionNo
	attachments    int
}

// iamPolicyVersions is the store of versions of managed policies.
type iamPolicyVersions struct{ iamTables }

// changeVersions runs a write transaction with a managed policy's row locked. So the number of its
// versions stays true until the end.
func (st iamTables) changeVersions(ctx context.Context, ref iam.PolicyRef, fn func(tx locked, p *versioned) error) error {
	return st.change(ctx, func(tx *transaction) error {
		p := &versioned{key: iam.NameKey(ref.Name), ref: ref, defaultVersion: iam.PolicyVersion{Default: true}}
		var created int64
		err := tx.QueryRowContext(ctx, selectVersioned+tx.forUpdate(), st.account, p.key, ref.Path).Scan(
			&p.id, &p.defaultVersion.Document, &p.defaultVersion.No, &p.newestVersion, &created, &p.attachments)
		if errors.Is(err, sql.ErrNoRows) {
			return iam.NoPolicy(ref.ARN)
		}
		if err != nil {
			return err
		}
		p.defaultVersion.Created = instant(created)
		return fn(locked{tx}, p)
	})
}

// countOthers counts the versions besides the default.
func (st iamTables) countOthers(ctx context.Context, tx locked, p *versioned) (int, error) {
	return tx.count(ctx, countOtherVersions, st.account, p.id)
}

// insertVersion adds the row of a version that is not the default.
func (st iamPolicyVersions) insertVersion(ctx context.Context, tx locked, p *versioned, no iam.VersionNo, document string, created time.Time) error {
	_, err := tx.ExecContext(ctx, insertVersion, st.account, p.id, int64(no), document, millis(created))
	return err
}

// replaceDefault puts another version on the policy's row, and moves the previous default to the
// other versions.
func (st iamPolicyVersions) replaceDefault(ctx context.Context, tx locked, p *versioned, no iam.VersionNo, document string, created time.Time) error {
	old := p.defaultVersion
	if err := st.insertVersion(ctx, tx, p, old.No, old.Document, old.Created); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, setDefault, document, int64(no), millis(created), st.account, p.key)
	return err
}

// CreatePolicyVersion adds a version of a managed policy.
func (st iamPolicyVersions) CreatePolicyVersion(ctx context.Context, ref iam.PolicyRef, v *iam.PolicyVersion) (no iam.VersionNo, err error) {
	err = st.changeVersions(ctx, ref, func(tx locked, p *versioned) error {
		others, err := st.countOthers(ctx, tx, p)
		if err != nil {
			return err
		}
		if err := iam.CheckVersions(others + 1); err != nil {
			return err
		}
		no = p.newestVersion + 1
		if _, err := tx.ExecContext(ctx, setNewest, int64(no), millis(v.Created), st.account, p.key); err != nil {
			return err
		}
		if v.Default {
			return st.replaceDefault(ctx, tx, p, no, v.Document, v.Created)
		}
		return st.insertVersion(ctx, tx, p, no, v.Document, v.Created)
	})
	return no, err
}

// PolicyVersion returns a version of a managed policy.
func (st iamPolicyVersions) PolicyVersion(ctx context.Context, ref iam.PolicyRef, no iam.VersionNo) (*iam.PolicyVersion, error) {
	return retryRead(ctx, st.database, func(q querier) (*iam.PolicyVersion, error) {
		v, err := scanVersion(q.QueryRowContext(ctx, selectVersion, st.account, iam.NameKey(ref.Name), ref.Path, int64(no)))
		if !errors.Is(err, sql.ErrNoRows) {
			return v, err
		}
		if _, err := st.iamPolicy(ctx, q, ref); err != nil {
			return nil, err
		}
		return nil, iam.NoVersion(ref.ARN, no.ID())
	})
}

// ListPolicyVersions returns the versions of a managed policy without their
// documents.
func (st iamPolicyVersions) ListPolicyVersions(ctx context.Context, ref iam.PolicyRef) ([]*iam.PolicyVersion, error) {
	found, err := list(ctx, st.database, scanVersion, selectVersions, st.account, iam.NameKey(ref.Name), ref.Path)
	if err == nil && len(found) == 0 {
		err = iam.NoPolicy(ref.ARN)
	}
	slices.SortFunc(found, func(a, b *iam.PolicyVersion) int { return int(b.No - a.No) })
	return found, err
}

// SetDefaultPolicyVersion sets the default version of a managed policy.
func (st iamPolicyVersions) SetDefaultPolicyVersion(ctx context.Context, ref iam.PolicyRef, no iam.VersionNo) error {
	return st.changeVersions(ctx, ref, func(tx locked, p *versioned) error {
		if no == p.defaultVersion.No {
			return nil
		}
		v, err := scanVersion(tx.QueryRowContext(ctx, selectOtherVersion, st.account, p.id, int64(no)))
		if errors.Is(err, sql.ErrNoRows) {
			return iam.NoVersion(ref.ARN, no.ID())
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, deleteVersion, st.account, p.id, int64(no)); err != nil {
			return err
		}
		return st.replaceDefault(ctx, tx, p, v.No, v.Document, v.Created)
	})
}

// DeletePolicyVersion removes a version of a managed policy.
func (st iamPolicyVersions) DeletePolicyVersion(ctx context.Context, ref iam.PolicyRef, no iam.VersionNo) error {
	return st.changeVersions(ctx, ref, func(tx locked, p *versioned) error {
		if err := iam.CheckDeleteVersion(no == p.defaultVersion.No); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, deleteVersion, st.account, p.id, int64(no))
		return requireChange(result, err, iam.NoVersion(ref.ARN, no.ID()))
	})
}
