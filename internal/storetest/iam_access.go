package storetest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/iam"
)

// iamPolicies gives an owner two inline and two attached policies, and returns their documents in
// order.
func iamPolicies(t *testing.T, s iam.Store, o iam.Owner) []string {
	t.Helper()
	documents := []string{iamDocument, iamDocument} // each policy counts, even if others are equal
	for _, name := range []string{"a", "b"} {
		_, ref := newIAMPolicy(t, s, string(o.Kind)+o.Name+name, "/x/")
		noError(t, s.AttachPolicy(t.Context(), o, ref))
		p := iam.InlinePolicy{Name: name, Document: "inline " + name + " of " + o.Name}
		noError(t, s.PutInlinePolicy(t.Context(), o, p))
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
		slices.Sort(got.Documents)
		k.UserName = u.Name // as it is stored
		same(t, &iam.Access{Key: *k, User: *u, Documents: policies}, got, nil)
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
		noError(t, s.DeleteInlinePolicy(t.Context(), iam.UserOwner("bob"), name))
		ref := iam.PolicyRef{Path: "/x/", Name: "userbob" + name}
		noError(t, s.DetachPolicy(t.Context(), iam.UserOwner("bob"), ref))
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
	slices.Sort(got.Documents)
	if diff := cmp.Diff(&iam.RoleAccess{Role: *ada, Documents: documents}, got); diff != "" {
		t.Error(diff)
	}
	got, err = s.RoleAccess(t.Context(), "bob")
	same(t, &iam.RoleAccess{Role: *bob}, got, err)
	_, err = s.RoleAccess(t.Context(), "eve")
	wantRefusal(t, err, iam.NoSuchEntity, "The role with name eve cannot be found.")
}

// testIAMStrangeNames uses impossible names. A database would reject some of them.
func testIAMStrangeNames(t *testing.T, all Store) {
	s := all.IAM()
	newIAMUser(t, s, "ada", "")
	for _, name := range []string{"", " ", "a\x00", "\xff", "a/b", "ı", "a'--"} {
		_, err := s.User(t.Context(), name)
		_, role := s.RoleAccess(t.Context(), name)
		_, inline := s.InlinePolicy(t.Context(), iam.UserOwner("ada"), name)
		for _, err := range []error{err, role, inline, s.DeleteUser(t.Context(), name)} {
			wantRefusal(t, err, iam.NoSuchEntity, "cannot be found.")
		}
	}
}

// testIAMVersion: each change sets a new version, and nothing else does.
func testIAMVersion(t *testing.T, all Store) {
	s, ctx := all.IAM(), t.Context()
	seen := map[string]bool{}
	version := func() string {
		t.Helper()
		v, err := s.Version(ctx)
		noError(t, err)
		return v
	}
	seen[version()] = true
	changes := func(name string, err error) {
		t.Helper()
		noError(t, err)
		if v := version(); seen[v] {
			t.Errorf("after %s the version is one that was there before", name)
		} else {
			seen[v] = true
		}
	}
	newIAMUser(t, s, "ada", "")
	changes("CreateUser", nil)
	key, _ := newIAMKey(t, s, "ada")
	changes("CreateAccessKey", nil)
	role := newIAMRole(t, s, "r", "")
	changes("CreateRole", nil)
	_, ref := newIAMPolicy(t, s, "p", "/")
	changes("CreatePolicy", nil)
	ada, r := iam.UserOwner("ada"), iam.RoleOwner("r")
	changes("PutInlinePolicy", s.PutInlinePolicy(ctx, ada, iam.InlinePolicy{Name: "i", Document: iamDocument}))
	changes("PutInlinePolicy again", s.PutInlinePolicy(ctx, ada, iam.InlinePolicy{Name: "i", Document: iamDocument}))
	changes("AttachPolicy", s.AttachPolicy(ctx, r, ref))
	changes("SetAccessKeyStatus", s.SetAccessKeyStatus(ctx, "ada", key.ID, iam.Inactive))
	_, err := s.UpdateRole(ctx, "r", func(r *iam.Role) error { return r.SetTrust(role.Trust) })
	changes("UpdateRole", err)
	changes("UpdateUser", s.UpdateUser(ctx, "ada", func(u *iam.User) error { return u.Move("", "/x/") }))
	_, err = s.CreatePolicyVersion(ctx, ref, &iam.PolicyVersion{Document: iamDocument, Created: now})
	changes("CreatePolicyVersion", err)
	changes("UpdatePolicy", s.UpdatePolicy(ctx, ref, func(p *iam.Policy) error { return p.Tag([]iam.Tag{{Key: "k", Value: "v"}}) }))
	changes("SetDefaultPolicyVersion", s.SetDefaultPolicyVersion(ctx, ref, 2))

	before := version()
	_, err = s.Access(ctx, key.ID)
	noError(t, err)
	_, err = s.ListUsers(ctx, iam.Page{Limit: 10})
	noError(t, err)
	wantRefusal(t, s.DeleteUser(ctx, "ada"), iam.DeleteConflict, "")
	wantRefusal(t, s.DeleteRole(ctx, "unknown"), iam.NoSuchEntity, "")
	wantRefusal(t, s.DeletePolicyVersion(ctx, ref, 2), iam.DeleteConflict, "")
	if version() != before {
		t.Error("reading, or a refusal, has made another version")
	}

	changes("DetachPolicy", s.DetachPolicy(ctx, r, ref))
	changes("DeletePolicyVersion", s.DeletePolicyVersion(ctx, ref, 1))
	changes("DeletePolicy", s.DeletePolicy(ctx, ref))
	changes("DeleteInlinePolicy", s.DeleteInlinePolicy(ctx, ada, "i"))
	changes("DeleteAccessKey", s.DeleteAccessKey(ctx, "ada", key.ID))
	changes("DeleteUser", s.DeleteUser(ctx, "ada"))
	changes("DeleteRole", s.DeleteRole(ctx, "r"))
}

// testSealingMark: a mark cannot be replaced after a secret was sealed.
func testSealingMark(t *testing.T, s Store) {
	if mark, err := s.SealingMark(t.Context()); mark != nil || err != nil {
		t.Errorf("before one is set: %q, %v", mark, err)
	}
	set := func(mark, want string, wantSealed bool) {
		t.Helper()
		if got, err := s.SetSealingMark(t.Context(), []byte(mark)); string(got) != want || err != nil {
			t.Errorf("%s is set: %q, %v; want %s", mark, got, err, want)
		}
		if got, err := s.SealingMark(t.Context()); string(got) != want || err != nil {
			t.Errorf("it is %q, %v; want %s", got, err, want)
		}
		if sealed, err := s.HasSealed(t.Context()); sealed != wantSealed || err != nil {
			t.Errorf("something is sealed: %v, %v; want %v", sealed, err, wantSealed)
		}
	}
	set("first", "first", false)
	set("second", "second", false)
	newIAMUser(t, s.IAM(), "ada", "")
	key, _ := newIAMKey(t, s.IAM(), "ada")
	set("third", "second", true)
	noError(t, s.IAM().DeleteAccessKey(t.Context(), "ada", key.ID))
	set("fourth", "fourth", false)
}
