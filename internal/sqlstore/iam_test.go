package sqlstore

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/iam"
)

// selectOrphans counts rows without an owner, and policies with a wrong number of attachments.
const selectOrphans = `SELECT
	(SELECT count(*) FROM iam_access_keys WHERE user_id NOT IN (SELECT user_id FROM iam_users)) +
	(SELECT count(*) FROM iam_inline_policies WHERE owner_id NOT IN (SELECT user_id FROM iam_users UNION SELECT role_id FROM iam_roles)) +
	(SELECT count(*) FROM iam_attachments WHERE owner_id NOT IN (SELECT user_id FROM iam_users UNION SELECT role_id FROM iam_roles)) +
	(SELECT count(*) FROM iam_attachments WHERE policy_key NOT IN (SELECT policy_key FROM iam_policies)) +
	(SELECT count(*) FROM iam_policy_versions WHERE policy_id NOT IN (SELECT policy_id FROM iam_policies)) +
	(SELECT count(*) FROM iam_policies p WHERE default_version > newest_version OR 5 <= (SELECT count(*) FROM iam_policy_versions v WHERE v.policy_id = p.policy_id)
		OR EXISTS (SELECT 1 FROM iam_policy_versions v WHERE v.policy_id = p.policy_id AND (v.version = p.default_version OR v.version > p.newest_version))) +
	(SELECT count(*) FROM iam_policies p WHERE attachments <> (SELECT count(*) FROM iam_attachments a WHERE a.policy_key = p.policy_key))`

// TestIAMLeavesNothing checks the tables after concurrent acts have added to owners and policies
// and deleted them, all under the same few names.
func TestIAMLeavesNothing(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		leavesNothing(t, open(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		leavesNothing(t, openPostgres(t, emptySchema(t)))
	})
}

func leavesNothing(t *testing.T, s *Store) {
	t.Helper()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for round := range 40 {
				if err := actOnIAM(t, s.IAM(), i+round, fmt.Sprint("x", round%3)); iam.KindOf(err) == iam.Internal && err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for i := range 40 {
		attachDeleted(t, s.IAM(), fmt.Sprint("y", i))
	}
	var orphans int
	if err := s.read.QueryRowContext(t.Context(), selectOrphans).Scan(&orphans); err != nil || orphans != 0 {
		t.Errorf("%d rows dangle or are not counted: %v", orphans, err)
	}
}

// attachDeleted attaches a policy to two owners while the policy is deleted.
func attachDeleted(t *testing.T, s iam.Store, name string) {
	t.Helper()
	ctx := t.Context()
	p := &iam.Policy{ID: "ANPA", Name: name, Path: "/"}
	err := errors.Join(s.CreatePolicy(ctx, p), s.CreateUser(ctx, &iam.User{ID: "AIDA" + name, Name: name, Path: "/"}), s.CreateRole(ctx, &iam.Role{ID: "AROA" + name, Name: name, Path: "/"}))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for _, act := range []func() error{
		func() error { return s.AttachPolicy(ctx, iam.UserOwner(name), p.Ref("1")) },
		func() error { return s.DeletePolicy(ctx, p.Ref("1")) },
		func() error { return s.AttachPolicy(ctx, iam.RoleOwner(name), p.Ref("1")) },
	} {
		all.Go(func() {
			if err := act(); iam.KindOf(err) == iam.Internal && err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// actOnIAM does one of the conflicting acts.
func actOnIAM(t *testing.T, s iam.Store, no int, name string) error {
	ctx, at := t.Context(), time.UnixMilli(1)
	user, role := iam.UserOwner(name), iam.RoleOwner(name)
	p := &iam.Policy{ID: fmt.Sprint("ANPA", no, name, time.Now().UnixNano()), Name: name, Path: "/"}
	acts := []func() error{
		func() error {
			return s.CreateUser(ctx, &iam.User{ID: fmt.Sprint("AIDA", no, name, time.Now().UnixNano()), Name: name, Path: "/"})
		},
		func() error {
			return s.CreateRole(ctx, &iam.Role{ID: fmt.Sprint("AROA", no, name, time.Now().UnixNano()), Name: name, Path: "/"})
		},
		func() error { return s.CreatePolicy(ctx, p) },
		func() error { return s.AttachPolicy(ctx, user, p.Ref("1")) },
		func() error { return s.DeleteUser(ctx, name) },
		func() error { return s.AttachPolicy(ctx, role, p.Ref("1")) },
		func() error { return s.DeletePolicy(ctx, p.Ref("1")) },
		func() error { return s.DetachPolicy(ctx, user, p.Ref("1")) },
		func() error { return s.PutInlinePolicy(ctx, role, iam.InlinePolicy{Name: "i"}) },
		func() error { return s.DeleteRole(ctx, name) },
		func() error { return s.DetachPolicy(ctx, role, p.Ref("1")) },
		func() error { return s.DeleteInlinePolicy(ctx, role, "i") },
		func() error {
			_, err := s.CreatePolicyVersion(ctx, p.Ref("1"), &iam.PolicyVersion{Default: no%2 == 0, Created: at})
			return err
		},
		func() error { return s.SetDefaultPolicyVersion(ctx, p.Ref("1"), iam.VersionNo(no%3+1)) },
		func() error { return s.DeletePolicyVersion(ctx, p.Ref("1"), iam.VersionNo(no%3+1)) },
		func() error {
			return s.UpdateUser(ctx, name, func(u *iam.User) error { return u.Move(fmt.Sprint("x", no%3), "") })
		},
		func() error {
			k := &iam.AccessKey{ID: fmt.Sprint("AKIA", time.Now().UnixNano(), no), UserName: name, Sealed: []byte{1}, Created: at}
			err := s.CreateAccessKey(ctx, k)
			if no%2 == 0 && err == nil {
				err = s.DeleteAccessKey(ctx, name, k.ID)
			}
			return err
		},
	}
	return acts[no%len(acts)]()
}

// TestIAMSecretsAreSealed searches the files of the database for a secret.
func TestIAMSecretsAreSealed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	s, err := OpenSQLite(t.Context(), SQLite{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sealer, err := iam.NewSealer(make([]byte, iam.SealerKeySize))
	if err != nil {
		t.Fatal(err)
	}
	k, secret := iam.NewAccessKey("ada", sealer, time.UnixMilli(1))
	if err := errors.Join(s.IAM().CreateUser(t.Context(), &iam.User{ID: "AIDA", Name: "ada", Path: "/"}), s.IAM().CreateAccessKey(t.Context(), k)); err != nil {
		t.Fatal(err)
	}
	var files []byte
	for _, name := range []string{path, path + "-wal"} {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file...)
	}
	if !bytes.Contains(files, k.Sealed) || bytes.Contains(files, []byte(secret)) {
		t.Error("the files hold the secret, or not what was sealed")
	}
}
