package sqlstore

import (
	"io/fs"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"poolhouse/internal/iam"
)

// TestPolicyVersionsMigration brings managed policies of the schema before
// policies had versions to this one: each has its document as version 1, and can
// have more.
func TestPolicyVersionsMigration(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		migratePolicies(t, open(t), 12)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		migratePolicies(t, openPostgres(t, emptySchema(t)), 11)
	})
}

// migratePolicies goes back to a version of the schema, makes a policy as
// programs of that time did, and comes again.
func migratePolicies(t *testing.T, s *Store, before int64) {
	t.Helper()
	ctx := t.Context()
	files, err := fs.Sub(migrations, schemaOf(s).dir)
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(schemaOf(s).dialect, s.write, files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.DownTo(ctx, before); err != nil {
		t.Fatal(err)
	}
	created := time.UnixMilli(1_700_000_000_000).UTC()
	const old = `INSERT INTO iam_policies (policy_key, policy_id, name, path, description, attachments, created_ms, document)
		VALUES ('p', 'ANPAOLD', 'P', '/', 'd', 0, 1700000000000, 'old')`
	if _, err := s.write.ExecContext(ctx, old); err != nil {
		t.Fatal(err)
	}
	if err := schemaOf(s).migrate(ctx, s.write); err != nil {
		t.Fatal(err)
	}
	want := &iam.Policy{ID: "ANPAOLD", Name: "P", Path: "/", Description: "d", Document: "old", DefaultVersion: 1, Created: created, Updated: created}
	got, err := s.IAM().Policy(ctx, want.Ref("1"))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
	if no, err := s.IAM().CreatePolicyVersion(ctx, want.Ref("1"), &iam.PolicyVersion{Document: "new", Default: true, Created: created.Add(time.Hour)}); no != 2 || err != nil {
		t.Errorf("the next version is %d: %v", no, err)
	}
	v, err := s.IAM().PolicyVersion(ctx, want.Ref("1"), 1)
	if diff := cmp.Diff(&iam.PolicyVersion{No: 1, Document: "old", Created: created}, v); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
}

func schemaOf(s *Store) schema {
	if _, ok := s.backend.(*sqliteBackend); ok {
		return sqliteSchema
	}
	return postgresSchema
}
