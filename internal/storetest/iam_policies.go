package storetest

import (
	"fmt"
	"testing"

	"poolhouse/internal/iam"
)

func testIAMRoles(t *testing.T, all Store) {
	s := all.IAM()
	r := newIAMRole(t, s, "Reader", "/service/")
	got, err := s.Role(t.Context(), "reader")
	same(t, r, got, err)
	wantRefusal(t, s.CreateRole(t.Context(), r), iam.EntityAlreadyExists, "Role with name Reader already exists.")
	other := newIAMRole(t, s, "another", "")
	page, err := s.ListRoles(t.Context(), iam.Page{Limit: 5})
	same(t, []*iam.Role{other, r}, page, err)
	page, err = s.ListRoles(t.Context(), iam.Page{PathPrefix: "/serv", Limit: 5})
	same(t, []*iam.Role{r}, page, err)

	change := func(r *iam.Role) error {
		r.Trust, r.Description, r.MaxSessionSeconds = "{}", "", 7200
		return nil
	}
	noError(t, change(r))
	got, err = s.UpdateRole(t.Context(), "READER", change)
	same(t, r, got, err)
	got, err = s.Role(t.Context(), "Reader")
	same(t, r, got, err)
	refusal := iam.NotAttached("")
	if _, err = s.UpdateRole(t.Context(), "Reader", func(r *iam.Role) error { r.Trust = "x"; return refusal }); err != refusal {
		t.Errorf("got %v, want the function's error", err)
	}
	got, err = s.Role(t.Context(), "Reader")
	same(t, r, got, err)
	noError(t, s.DeleteRole(t.Context(), "reader"))
	_, err = s.Role(t.Context(), "Reader")
	_, updated := s.UpdateRole(t.Context(), "Reader", change)
	for _, err := range []error{err, updated, s.DeleteRole(t.Context(), "Reader")} {
		wantRefusal(t, err, iam.NoSuchEntity, "The role with name Reader cannot be found.")
	}
}

func testIAMPolicies(t *testing.T, all Store) {
	s := all.IAM()
	p, ref := newIAMPolicy(t, s, "Read", "/team/")
	got, err := s.Policy(t.Context(), ref)
	same(t, p, got, err)
	twin, err := iam.NewPolicy(iam.PolicySpec{Name: "READ", Document: iamDocument}, now)
	noError(t, err)
	wantRefusal(t, s.CreatePolicy(t.Context(), twin), iam.EntityAlreadyExists, "A policy called READ already exists. Duplicate names are not allowed.")
	other, _ := newIAMPolicy(t, s, "all", "")
	p.Document, other.Document = "", ""
	page, err := s.ListPolicies(t.Context(), iam.Page{Limit: 5})
	same(t, []*iam.Policy{other, p}, page, err)
	page, err = s.ListPolicies(t.Context(), iam.Page{PathPrefix: "/team/", Limit: 5})
	same(t, []*iam.Policy{p}, page, err)

	elsewhere := iam.PolicyRef{ARN: "arn:aws:iam::123456789012:policy/Read", Path: "/", Name: "Read"}
	_, err = s.Policy(t.Context(), elsewhere)
	for _, err := range []error{err, s.DeletePolicy(t.Context(), elsewhere)} {
		wantRefusal(t, err, iam.NoSuchEntity, "Policy arn:aws:iam::123456789012:policy/Read does not exist or is not attachable.")
	}
	noError(t, s.DeletePolicy(t.Context(), ref))
	wantRefusal(t, s.DeletePolicy(t.Context(), ref), iam.NoSuchEntity, ref.ARN)
	noError(t, s.CreatePolicy(t.Context(), twin))
}

// wantAttachments checks the number of a policy's attachments.
func wantAttachments(t *testing.T, s iam.Store, ref iam.PolicyRef, n int) {
	t.Helper()
	p, err := s.Policy(t.Context(), ref)
	noError(t, err)
	if p.Attachments != n {
		t.Errorf("%s has %d attachments, want %d", ref.Name, p.Attachments, n)
	}
}

func testIAMAttached(t *testing.T, all Store) {
	s := all.IAM()
	var refs []iam.PolicyRef
	for i := range iam.MaxAttachedPolicies + 1 {
		_, ref := newIAMPolicy(t, s, fmt.Sprintf("p%02d", i), "")
		refs = append(refs, ref)
	}
	for i, o := range iamOwners(t, s) {
		for range 2 { // the second time, nothing happens
			noError(t, s.AttachPolicy(t.Context(), o, refs[1]))
			noError(t, s.AttachPolicy(t.Context(), o, refs[0]))
		}
		wantAttachments(t, s, refs[0], i+1)
		attached, err := s.ListAttachedPolicies(t.Context(), o)
		noError(t, err)
		if len(attached) != 2 || attached[0].Name != "p00" || attached[1].Name != "p01" || attached[0].Attachments != i+1 {
			t.Errorf("attached to %v are %v", o, attached)
		}
		for _, ref := range refs[:iam.MaxAttachedPolicies] {
			noError(t, s.AttachPolicy(t.Context(), o, ref))
		}
		quota := []string{"PoliciesPerUser", "PoliciesPerRole"}[i]
		wantRefusal(t, s.AttachPolicy(t.Context(), o, refs[iam.MaxAttachedPolicies]), iam.LimitExceeded, "Cannot exceed quota for "+quota+": 10")
		noError(t, s.AttachPolicy(t.Context(), o, refs[0])) // it is attached already
		noError(t, s.DetachPolicy(t.Context(), o, refs[1]))
		wantRefusal(t, s.DetachPolicy(t.Context(), o, refs[1]), iam.NoSuchEntity, "Policy "+refs[1].ARN+" was not found.")
		wantAttachments(t, s, refs[1], 0)
		noError(t, s.AttachPolicy(t.Context(), o, refs[iam.MaxAttachedPolicies]))
		noError(t, s.DetachPolicy(t.Context(), o, refs[iam.MaxAttachedPolicies]))

		none := iam.PolicyRef{ARN: "arn:aws:iam::123456789012:policy/none", Path: "/", Name: "none"}
		wantRefusal(t, s.AttachPolicy(t.Context(), o, none), iam.NoSuchEntity, "does not exist or is not attachable.")
		wantRefusal(t, s.DetachPolicy(t.Context(), o, none), iam.NoSuchEntity, "was not found.")
		unknown := iam.Owner{Kind: o.Kind, Name: "eve"}
		_, err = s.ListAttachedPolicies(t.Context(), unknown)
		for _, err := range []error{err, s.AttachPolicy(t.Context(), unknown, refs[0]), s.DetachPolicy(t.Context(), unknown, refs[0])} {
			wantRefusal(t, err, iam.NoSuchEntity, fmt.Sprintf("The %s with name eve cannot be found.", o.Kind))
		}
	}
}

// testIAMDeletes deletes things that others depend on.
func testIAMDeletes(t *testing.T, all Store) {
	s := all.IAM()
	owners := iamOwners(t, s)
	_, ref := newIAMPolicy(t, s, "p", "")
	key, _ := newIAMKey(t, s, "ada")
	for i, o := range owners {
		remove := []func() error{
			func() error { return s.DeleteUser(t.Context(), "ada") },
			func() error { return s.DeleteRole(t.Context(), "ada") },
		}[i]
		noError(t, s.AttachPolicy(t.Context(), o, ref))
		noError(t, s.PutInlinePolicy(t.Context(), o, iam.InlinePolicy{Name: "x", Document: iamDocument}))
		wantRefusal(t, remove(), iam.DeleteConflict, "Cannot delete entity, must detach all policies first.")
		wantRefusal(t, s.DeletePolicy(t.Context(), ref), iam.DeleteConflict, "Cannot delete a policy attached to entities.")
		noError(t, s.DetachPolicy(t.Context(), o, ref))
		wantRefusal(t, remove(), iam.DeleteConflict, "Cannot delete entity, must delete policies first.")
		noError(t, s.DeleteInlinePolicy(t.Context(), o, "x"))
		if o.Kind == iam.OfUser {
			wantRefusal(t, remove(), iam.DeleteConflict, "Cannot delete entity, must delete access keys first.")
			noError(t, s.DeleteAccessKey(t.Context(), "ada", key.ID))
		}
		noError(t, remove())
	}
	noError(t, s.DeletePolicy(t.Context(), ref))
}
