package storetest

import (
	"fmt"
	"sync"
	"testing"

	"poolhouse/internal/iam"
)

// crowd runs act concurrently for several i, and returns how many succeeded. The others must be
// refused with one of the kinds.
func crowd(t *testing.T, act func(i int) error, kinds ...iam.Kind) (done int) {
	t.Helper()
	const tries = 12
	errs := make(chan error, tries)
	var all sync.WaitGroup
	for i := range tries {
		all.Go(func() { errs <- act(i) })
	}
	all.Wait()
	close(errs)
	for err := range errs {
		known := err == nil
		if known {
			done++
		}
		for _, kind := range kinds {
			known = known || err != nil && iam.KindOf(err) == kind
		}
		if !known {
			t.Error(err)
		}
	}
	return done
}

func testIAMOneOfManyCreates(t *testing.T, all Store) {
	s := all.IAM()
	for what, create := range map[string]func(i int) error{
		"user": func(i int) error {
			return s.CreateUser(t.Context(), &iam.User{ID: fmt.Sprint("AIDA", i), Name: []string{"ada", "Ada", "ADA"}[i%3], Path: "/"})
		},
		"role": func(i int) error {
			return s.CreateRole(t.Context(), &iam.Role{ID: fmt.Sprint("AROA", i), Name: "ada", Path: "/"})
		},
		"policy": func(i int) error {
			return s.CreatePolicy(t.Context(), &iam.Policy{ID: fmt.Sprint("ANPA", i), Name: "ada", Path: "/"})
		},
	} {
		if n := crowd(t, create, iam.EntityAlreadyExists); n != 1 {
			t.Errorf("the same %s was created %d times", what, n)
		}
	}
}

// testIAMOneOfManyRenames renames many users concurrently to one name.
func testIAMOneOfManyRenames(t *testing.T, all Store) {
	s := all.IAM()
	n := crowd(t, func(i int) error {
		name := fmt.Sprint("u", i)
		if err := s.CreateUser(t.Context(), &iam.User{ID: fmt.Sprint("AIDA", i), Name: name, Path: "/"}); err != nil {
			return err
		}
		return s.UpdateUser(t.Context(), name, func(u *iam.User) error { return u.Move([]string{"ada", "ADA"}[i%2], "") })
	}, iam.EntityAlreadyExists)
	users, err := s.ListUsers(t.Context(), iam.Page{Limit: 100})
	if err != nil || n != 1 || len(users) != 12 {
		t.Errorf("%d users were given one name, %d users are there: %v", n, len(users), err)
	}
}

// testIAMVersionQuotaHolds adds versions to a policy concurrently.
func testIAMVersionQuotaHolds(t *testing.T, all Store) {
	s := all.IAM()
	_, ref := newIAMPolicy(t, s, "p", "/")
	n := crowd(t, func(i int) error {
		_, err := s.CreatePolicyVersion(t.Context(), ref, &iam.PolicyVersion{Document: iamDocument, Default: i%2 == 0, Created: now})
		return err
	}, iam.LimitExceeded)
	versions, err := s.ListPolicyVersions(t.Context(), ref)
	noError(t, err)
	defaults := 0
	for i, v := range versions {
		if v.Default {
			defaults++
		}
		if v.No != iam.VersionNo(iam.MaxVersions-i) {
			t.Errorf("version %d is at %d", v.No, i)
		}
	}
	if n != iam.MaxVersions-1 || len(versions) != iam.MaxVersions || defaults != 1 {
		t.Errorf("%d versions were created, %d are there, %d of them the default", n, len(versions), defaults)
	}
}

// testIAMQuotasHold uses up a quota concurrently.
func testIAMQuotasHold(t *testing.T, all Store) {
	s := all.IAM()
	o := iamOwners(t, s)[0]
	sealer := iamSealer(t)
	n := crowd(t, func(int) error {
		k, _ := iam.NewAccessKey("ada", sealer, now)
		return s.CreateAccessKey(t.Context(), k)
	}, iam.LimitExceeded)
	keys, err := s.ListAccessKeys(t.Context(), "ada")
	if err != nil || n != iam.MaxAccessKeys || len(keys) != n {
		t.Errorf("%d access keys were created, %d are there: %v", n, len(keys), err)
	}

	n = crowd(t, func(i int) error {
		p := &iam.Policy{ID: fmt.Sprint("ANPA", i), Name: fmt.Sprint("p", i), Path: "/"}
		if err := s.CreatePolicy(t.Context(), p); err != nil {
			return err
		}
		return s.AttachPolicy(t.Context(), o, p.Ref(iamAccount))
	}, iam.LimitExceeded)
	attached, err := s.ListAttachedPolicies(t.Context(), o)
	if err != nil || n != iam.MaxAttachedPolicies || len(attached) != n {
		t.Errorf("%d policies were attached, %d are: %v", n, len(attached), err)
	}

	document := fmt.Sprintf("%0*d", iam.MaxUserInlineSize/4, 0)
	n = crowd(t, func(i int) error {
		return s.PutInlinePolicy(t.Context(), o, iam.InlinePolicy{Name: fmt.Sprint(i), Document: document})
	}, iam.LimitExceeded)
	names, err := s.ListInlinePolicies(t.Context(), o)
	if err != nil || n != 4 || len(names) != n {
		t.Errorf("%d inline policies were put, %d are there: %v", n, len(names), err)
	}
}

// testIAMNothingDangles deletes an owner and a policy while other clients add to them. Each act is
// all or nothing, and counts stay true.
func testIAMNothingDangles(t *testing.T, all Store) {
	s := all.IAM()
	sealer := iamSealer(t)
	for round := range 8 {
		name := fmt.Sprint("ada", round)
		o := iam.UserOwner(name)
		old := newIAMUser(t, s, name, "")
		_, ref := newIAMPolicy(t, s, name, "")
		acts := []func() error{
			func() error { return s.DeleteUser(t.Context(), name) },
			func() error { return s.DeletePolicy(t.Context(), ref) },
			func() error { return s.AttachPolicy(t.Context(), o, ref) },
			func() error { return s.DetachPolicy(t.Context(), o, ref) },
			func() error {
				return s.PutInlinePolicy(t.Context(), o, iam.InlinePolicy{Name: "x", Document: iamDocument})
			},
			func() error {
				k, _ := iam.NewAccessKey(name, sealer, now)
				return s.CreateAccessKey(t.Context(), k)
			},
		}
		crowd(t, func(i int) error { return acts[(i+round)%len(acts)]() }, iam.NoSuchEntity, iam.DeleteConflict, iam.LimitExceeded)
		tidyIAM(t, s, o, ref)
		// The next user with the name has nothing of the previous one.
		if u := newIAMUser(t, s, name, ""); u.ID == old.ID {
			t.Error("a later user has the id of one before")
		}
		noError(t, s.DeleteUser(t.Context(), name))
		_, _ = newIAMPolicy(t, s, name, "")
		noError(t, s.DeletePolicy(t.Context(), ref))
	}
}

// tidyIAM removes everything that lists show of an owner and a policy.
func tidyIAM(t *testing.T, s iam.Store, o iam.Owner, ref iam.PolicyRef) {
	t.Helper()
	attached, err := s.ListAttachedPolicies(t.Context(), o)
	if there := iam.KindOf(err) != iam.NoSuchEntity; there {
		noError(t, err)
		for range attached {
			wantAttachments(t, s, ref, 1)
			noError(t, s.DetachPolicy(t.Context(), o, ref))
		}
		names, err := s.ListInlinePolicies(t.Context(), o)
		noError(t, err)
		for _, name := range names {
			noError(t, s.DeleteInlinePolicy(t.Context(), o, name))
		}
		keys, err := s.ListAccessKeys(t.Context(), o.Name)
		noError(t, err)
		for _, k := range keys {
			noError(t, s.DeleteAccessKey(t.Context(), o.Name, k.ID))
		}
		noError(t, s.DeleteUser(t.Context(), o.Name))
	}
	if err := s.DeletePolicy(t.Context(), ref); iam.KindOf(err) != iam.NoSuchEntity {
		noError(t, err)
	}
}
