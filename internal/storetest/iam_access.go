package storetest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/iam"
)

// iamPolicies gives an owner two inline and two attached policies, and returns
// their documents in order.
func iamPolicies(t *testing.T, s iam.Store, o iam.Owner) []string {
	t.Helper()
	documents := []string{iamDocument, iamDocument} // each policy counts, also when others say the same
	for _, name := range []string{"a", "b"} {
		_, ref := newIAMPolicy(t, s, string(o.Kind)+o.Name+name, "/x/")
		noError(t, s.Attach(t.Context(), o, ref))
		p := iam.InlinePolicy{Name: name, Document: "inline " + name + " of " + o.Name}
		noError(t, s.PutInline(t.Context(), o, p))
		documents = append(documents, p.Document)
	}
	slices.Sort(documents)
	return documents
}

func testIAMAccess(t *testing.T, all Store) {
	s := all.IAM()
	ada, bob := newIAMUser(t, s, "Ada", "/team/"), newIAMUser(t, s, "bob", "")
	documents := iamPolicies(t, s, iam.UserOwner("ada"))
	iamPolicies(t, s, iam.UserOwner("bob"))
	key, secret := newIAMKey(t, s, "ada")
	newIAMKey(t, s, "ada")
	want := func(k *iam.AccessKey, u *iam.User, policies []string) *iam.Access {
		t.Helper()
		got, err := s.Access(t.Context(), k.ID)
		noError(t, err)
		slices.Sort(got.Policies)
		k.UserName = u.Name // as it is kept
		same(t, &iam.Access{Key: *k, User: *u, Policies: policies}, got, nil)
		return got
	}
	got := want(key, ada, documents)
	if opened, err := iamSealer(t).Open(got.Key.ID, got.Key.Sealed); err != nil || opened != secret {
		t.Errorf("the secret as it is kept is another: %v", err)
	}
	noError(t, s.SetAccessKeyStatus(t.Context(), "ada", key.ID, iam.Inactive))
	key.Status = iam.Inactive
	want(key, ada, documents)

	for _, name := range []string{"a", "b"} {
		noError(t, s.DeleteInline(t.Context(), iam.UserOwner("bob"), name))
		ref := iam.PolicyRef{Path: "/x/", Name: "userbob" + name}
		noError(t, s.Detach(t.Context(), iam.UserOwner("bob"), ref))
	}
	key, _ = newIAMKey(t, s, "bob")
	want(key, bob, nil)
	noError(t, s.DeleteAccessKey(t.Context(), "bob", key.ID))
	for _, id := range []string{key.ID, "", "AKIA", "AKIA\x00AAAAAAAAAAAAAAAA", "akia\xffAAAAAAAAAAAAAAAA"} {
		_, err := s.Access(t.Context(), id)
		wantRefusal(t, err, iam.NoSuchEntity, "The Access Key with id "+id+" cannot be found.")
	}
}

func testIAMRoleAccess(t *testing.T, all Store) {
	s := all.IAM()
	ada, bob := newIAMRole(t, s, "Ada", "/team/"), newIAMRole(t, s, "bob", "")
	documents := iamPolicies(t, s, iam.RoleOwner("ada"))
	got, err := s.RoleAccess(t.Context(), "aDa")
	noError(t, err)
	slices.Sort(got.Policies)
	if diff := cmp.Diff(&iam.RoleAccess{Role: *ada, Policies: documents}, got); diff != "" {
		t.Error(diff)
	}
	got, err = s.RoleAccess(t.Context(), "bob")
	same(t, &iam.RoleAccess{Role: *bob}, got, err)
	_, err = s.RoleAccess(t.Context(), "eve")
	wantRefusal(t, err, iam.NoSuchEntity, "The role with name eve cannot be found.")
}

// testIAMStrangeNames asks for what nothing can be called, part of which a
// database would not take.
func testIAMStrangeNames(t *testing.T, all Store) {
	s := all.IAM()
	newIAMUser(t, s, "ada", "")
	for _, name := range []string{"", " ", "a\x00", "\xff", "a/b", "ı", "a'--"} {
		_, err := s.User(t.Context(), name)
		_, role := s.RoleAccess(t.Context(), name)
		_, inline := s.Inline(t.Context(), iam.UserOwner("ada"), name)
		for _, err := range []error{err, role, inline, s.DeleteUser(t.Context(), name)} {
			wantRefusal(t, err, iam.NoSuchEntity, "cannot be found.")
		}
	}
}
