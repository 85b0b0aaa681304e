package sqlstore

import (
	"errors"
	"testing"
	"time"

	"poolhouse/internal/iam"
)

// TestIAMPostgresRaces makes one act wait for another one's commit, in both orders: it must see the
// result of the other.
func TestIAMPostgresRaces(t *testing.T) {
	t.Parallel()
	const name = "ada"
	var st iamStore
	var (
		owner  = iam.UserOwner(name)
		policy = &iam.Policy{ID: "ANPA", Name: name, Path: "/"}
		ref    = policy.Ref("1")
		at     = time.UnixMilli(1)
		key    = func(id string) *iam.AccessKey {
			return &iam.AccessKey{ID: "AKIA" + id, UserName: name, Status: iam.Active, Sealed: []byte{1}, Created: at}
		}
	)
	// Each is a part of an act: what it writes before its commit.
	exec := func(query string, args ...any) func(tx *transaction) error {
		return func(tx *transaction) error {
			if _, err := st.ownerID(t.Context(), tx, owner); err != nil {
				return err
			}
			_, err := tx.ExecContext(t.Context(), query, args...)
			return err
		}
	}
	attach := func(tx *transaction) error {
		return errors.Join(exec(insertAttachment, "", "AIDA", name)(tx), exec(countAttachment, 1, "", name)(tx))
	}
	deletePolicy := func(tx *transaction) error {
		_, err := tx.ExecContext(t.Context(), deletePolicy, "", name)
		return err
	}
	// onPolicy locks the policy's row, as acts on versions do, and raises its newest version above
	// those of the acts.
	onPolicy := func(query string, args ...any) func(tx *transaction) error {
		return func(tx *transaction) error {
			if _, err := st.iamPolicy(t.Context(), tx, ref); err != nil {
				return err
			}
			_, newest := tx.ExecContext(t.Context(), setNewest, 9, 1, "", name)
			_, err := tx.ExecContext(t.Context(), query, args...)
			return errors.Join(newest, err)
		}
	}
	newVersion := func(s iam.Store, isDefault bool) error {
		_, err := s.CreatePolicyVersion(t.Context(), ref, &iam.PolicyVersion{Default: isDefault, Created: at})
		return err
	}
	rename := func(s iam.Store, from, to string) error {
		return s.UpdateUser(t.Context(), from, func(u *iam.User) error { return u.Move(to, "") })
	}
	for what, c := range map[string]struct {
		first  func(tx *transaction) error
		second func(s iam.Store) error
		want   iam.Kind
	}{
		"attach a policy that goes": {deletePolicy, func(s iam.Store) error { return s.AttachPolicy(t.Context(), owner, ref) }, iam.NoSuchEntity},
		"delete a policy in use":    {attach, func(s iam.Store) error { return s.DeletePolicy(t.Context(), ref) }, iam.DeleteConflict},
		"a key of a user who goes": {exec(deleteIAMUser, "", name), func(s iam.Store) error { return s.CreateAccessKey(t.Context(), key("SECONDSECONDSECO")) },
			iam.NoSuchEntity},
		"a policy of a user who goes": {exec(deleteIAMUser, "", name), func(s iam.Store) error { return s.PutInlinePolicy(t.Context(), owner, iam.InlinePolicy{Name: "p"}) },
			iam.NoSuchEntity},
		"delete a user with a key": {exec(insertAccessKey, "AKIAFIRST", "", "AIDA", "Active", []byte{1}, 1), func(s iam.Store) error { return s.DeleteUser(t.Context(), name) },
			iam.DeleteConflict},
		"a third key": {exec(insertAccessKey, "AKIAFIRST", "", "AIDA", "Active", []byte{1}, 1), func(s iam.Store) error {
			return errors.Join(s.CreateAccessKey(t.Context(), key("SECONDSECONDSECO")), s.CreateAccessKey(t.Context(), key("THIRDTHIRDTHIRDT")))
		}, iam.LimitExceeded},
		"a version of a policy that goes": {deletePolicy, func(s iam.Store) error { return newVersion(s, true) }, iam.NoSuchEntity},
		"delete a policy that gets a version": {onPolicy(insertVersion, "", "ANPA", 2, "", 1), func(s iam.Store) error { return s.DeletePolicy(t.Context(), ref) },
			iam.DeleteConflict},
		"delete a version that becomes the default": {onPolicy(setDefault, "", 2, 1, "", name), func(s iam.Store) error { return s.DeletePolicyVersion(t.Context(), ref, 2) },
			iam.DeleteConflict},
		"a default that goes": {onPolicy(setDefault, "", 2, 1, "", name), func(s iam.Store) error { return s.SetDefaultPolicyVersion(t.Context(), ref, 1) },
			iam.NoSuchEntity},
		"a sixth version": {onPolicy("INSERT INTO iam_policy_versions SELECT '', 'ANPA', n, '', 1 FROM generate_series(-4, -1) n"), func(s iam.Store) error { return newVersion(s, false) },
			iam.LimitExceeded},
		"a key of a user who is renamed": {
			func(tx *transaction) error {
				return st.renameUser(t.Context(), tx, name, &iam.User{ID: "AIDA", Name: "eve", Path: "/"})
			},
			func(s iam.Store) error { return s.CreateAccessKey(t.Context(), key("SECONDSECONDSECO")) }, iam.NoSuchEntity,
		},
		"a name that another takes": {
			func(tx *transaction) error {
				return st.addIAMUser(t.Context(), tx, &iam.User{ID: "AIDAEVE", Name: "Eve", Path: "/"})
			},
			func(s iam.Store) error { return rename(s, name, "eve") }, iam.EntityAlreadyExists,
		},
		"rename a user who goes": {exec(deleteIAMUser, "", name), func(s iam.Store) error { return rename(s, name, "eve") }, iam.NoSuchEntity},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			url := emptySchema(t)
			s := openPostgres(t, url)
			user := &iam.User{ID: "AIDA", Name: name, Path: "/"}
			if err := errors.Join(s.IAM().CreateUser(t.Context(), user), s.IAM().CreatePolicy(t.Context(), policy)); err != nil {
				t.Fatal(err)
			}
			begun, err := s.write.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer begun.Rollback() // no effect after a commit
			var pid int
			if err := errors.Join(c.first(&transaction{Tx: begun, lock: s.rowLock}), begun.QueryRow("SELECT pg_backend_pid()").Scan(&pid)); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- c.second(s.IAM()) }()
			awaitBlocked(t, watch(t, url), pid)
			if err := begun.Commit(); err != nil {
				t.Fatal(err)
			}
			if err := <-ended; iam.KindOf(err) != c.want {
				t.Errorf("%v", err)
			}
			var orphans int
			if err := s.read.QueryRowContext(t.Context(), selectOrphans).Scan(&orphans); err != nil || orphans != 0 {
				t.Errorf("%d rows dangle or are not counted: %v", orphans, err)
			}
		})
	}
}
