package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/iam"
)

// versionsOf returns a policy's versions as numbers, the default with a star.
func versionsOf(t *testing.T, s iam.Store, ref iam.PolicyRef) string {
	t.Helper()
	versions, err := s.ListPolicyVersions(t.Context(), ref)
	noError(t, err)
	var ids []string
	for _, v := range versions {
		id := v.No.ID()
		if v.Default {
			id += "*"
		}
		if v.Document != "" {
			t.Errorf("the list has the document of %s", id)
		}
		ids = append(ids, id)
	}
	return strings.Join(ids, " ")
}

func testIAMPolicyVersions(t *testing.T, all Store) {
	s, ctx := all.IAM(), t.Context()
	p, ref := newIAMPolicy(t, s, "Read", "/team/")
	_, other := newIAMPolicy(t, s, "other", "/")
	created := map[iam.VersionNo]*iam.PolicyVersion{1: {No: 1, Document: p.Document, Created: now}}
	create := func(isDefault bool) {
		t.Helper()
		v := &iam.PolicyVersion{Document: fmt.Sprint("document ", len(created)+1), Default: isDefault, Created: now.Add(time.Duration(len(created)) * time.Hour)}
		no, err := s.CreatePolicyVersion(ctx, ref, v)
		noError(t, err)
		if no != iam.VersionNo(len(created)+1) {
			t.Errorf("the version got the number %d, want %d", no, len(created)+1)
		}
		created[no] = &iam.PolicyVersion{No: no, Document: v.Document, Created: v.Created}
	}
	has := func(want string) {
		t.Helper()
		if got := versionsOf(t, s, ref); got != want {
			t.Fatalf("the versions are %s, want %s", got, want)
		}
		for _, id := range strings.Fields(want) {
			no := iam.ParseVersionID(strings.TrimSuffix(id, "*"))
			v := *created[no]
			v.Default = strings.HasSuffix(id, "*")
			got, err := s.PolicyVersion(ctx, ref, no)
			same(t, &v, got, err)
			if v.Default {
				p.DefaultVersion, p.Document, p.Updated = no, v.Document, created[iam.VersionNo(len(created))].Created
				policy, err := s.Policy(ctx, ref)
				same(t, p, policy, err)
			}
		}
	}
	gone := func(no iam.VersionNo, id string) {
		t.Helper()
		_, err := s.PolicyVersion(ctx, ref, no)
		for _, err := range []error{err, s.SetDefaultPolicyVersion(ctx, ref, no), s.DeletePolicyVersion(ctx, ref, no)} {
			wantRefusal(t, err, iam.NoSuchEntity, "Policy "+ref.ARN+" version "+id+" does not exist or is not attachable.")
		}
	}
	has("v1*")
	gone(2, "v2")
	create(true)
	create(false)
	has("v3 v2* v1")
	noError(t, s.SetDefaultPolicyVersion(ctx, ref, 1))
	noError(t, s.SetDefaultPolicyVersion(ctx, ref, 1))
	has("v3 v2 v1*")
	wantRefusal(t, s.DeletePolicyVersion(ctx, ref, 1), iam.DeleteConflict, "Cannot delete the default version of a policy.")
	noError(t, s.DeletePolicyVersion(ctx, ref, 3))
	gone(3, "v3")
	create(true) // v4: v3 is not used again
	has("v4* v2 v1")
	create(false)
	create(false)
	_, err := s.CreatePolicyVersion(ctx, ref, &iam.PolicyVersion{Document: iamDocument, Created: now})
	wantRefusal(t, err, iam.LimitExceeded, "A managed policy can have up to 5 versions.")
	has("v6 v5 v4* v2 v1")
	gone(7, "v7")
	if got := versionsOf(t, s, other); got != "v1*" {
		t.Errorf("the versions of another policy are %s", got)
	}
	testDeleteVersions(t, s, ref)
}

// testDeleteVersions deletes the policy after its other versions.
func testDeleteVersions(t *testing.T, s iam.Store, ref iam.PolicyRef) {
	t.Helper()
	ctx := t.Context()
	for _, no := range []iam.VersionNo{1, 2, 5, 6} {
		wantRefusal(t, s.DeletePolicy(ctx, ref), iam.DeleteConflict, "This policy has more than one version.")
		noError(t, s.DeletePolicyVersion(ctx, ref, no))
	}
	noError(t, s.DeletePolicy(ctx, ref))
	elsewhere := ref
	elsewhere.Path, elsewhere.ARN = "/", "arn:aws:iam::123456789012:policy/Read"
	_, again := newIAMPolicy(t, s, "Read", "/team/")
	if got := versionsOf(t, s, again); got != "v1*" {
		t.Errorf("the versions of a later policy of the same name are %s", got)
	}
	_, listed := s.ListPolicyVersions(ctx, elsewhere)
	_, read := s.PolicyVersion(ctx, elsewhere, 1)
	_, created := s.CreatePolicyVersion(ctx, elsewhere, &iam.PolicyVersion{Created: now})
	for _, err := range []error{listed, read, created, s.SetDefaultPolicyVersion(ctx, elsewhere, 1), s.DeletePolicyVersion(ctx, elsewhere, 1)} {
		wantRefusal(t, err, iam.NoSuchEntity, "Policy arn:aws:iam::123456789012:policy/Read does not exist or is not attachable.")
	}
}

// testIAMDefaultCounts: a policy allows at once what its new default version says, and nothing
// else.
func testIAMDefaultCounts(t *testing.T, all Store) {
	s, ctx := all.IAM(), t.Context()
	iamOwners(t, s)
	_, ref := newIAMPolicy(t, s, "p", "/x/")
	key, _ := newIAMKey(t, s, "ada")
	noError(t, s.AttachPolicy(ctx, iam.UserOwner("ada"), ref))
	noError(t, s.AttachPolicy(ctx, iam.RoleOwner("ada"), ref))
	counts := func(document string) {
		t.Helper()
		user, err := s.Access(ctx, key.ID)
		noError(t, err)
		same(t, []string{document}, user.Documents, nil)
		role, err := s.RoleAccess(ctx, "ada")
		noError(t, err)
		same(t, []string{document}, role.Documents, nil)
	}
	counts(iamDocument)
	create := func(document string, isDefault bool) {
		t.Helper()
		_, err := s.CreatePolicyVersion(ctx, ref, &iam.PolicyVersion{Document: document, Default: isDefault, Created: now})
		noError(t, err)
	}
	create("two", true)
	counts("two")
	create("three", false)
	counts("two")
	noError(t, s.SetDefaultPolicyVersion(ctx, ref, 3))
	counts("three")
	noError(t, s.DeletePolicyVersion(ctx, ref, 1))
	counts("three")
	attached, err := s.ListAttachedPolicies(ctx, iam.UserOwner("ada"))
	noError(t, err)
	if len(attached) != 1 || attached[0].DefaultVersion != 3 || attached[0].Attachments != 2 {
		t.Errorf("attached are %+v", attached)
	}
	wantRefusal(t, s.DeletePolicy(ctx, ref), iam.DeleteConflict, "Cannot delete a policy attached to entities.")
}
