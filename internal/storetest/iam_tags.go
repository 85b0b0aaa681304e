package storetest

import (
	"errors"
	"fmt"
	"testing"

	"poolhouse/internal/iam"
)

// testIAMTags: other changes keep the tags of users, roles and policies.
func testIAMTags(t *testing.T, all Store) {
	s, ctx := all.IAM(), t.Context()
	tags := iam.Tags{{Key: `a "b"`, Value: ""}, {Key: "team", Value: "rot-grün ☼"}}
	u, r := newIAMUser(t, s, "Ada", "/x/"), newIAMRole(t, s, "Ada", "/x/")
	p, ref := newIAMPolicy(t, s, "Ada", "/x/")
	key, _ := newIAMKey(t, s, "ada")
	u.Tags, r.Tags, p.Tags = tags, tags, tags
	noError(t, s.UpdateUser(ctx, "ada", func(u *iam.User) error { return u.Tag(tags) }))
	_, err := s.UpdateRole(ctx, "ada", func(r *iam.Role) error { return r.Tag(tags) })
	noError(t, err)
	noError(t, s.UpdatePolicy(ctx, ref, func(p *iam.Policy) error { return p.Tag(tags) }))
	has := func() {
		t.Helper()
		user, err := s.User(ctx, u.Name)
		same(t, u, user, err)
		role, err := s.Role(ctx, "ada")
		same(t, r, role, err)
		policy, err := s.Policy(ctx, ref)
		same(t, p, policy, err)
		access, err := s.Access(ctx, key.ID)
		noError(t, err)
		same(t, u, &access.User, nil)
		roleAccess, err := s.RoleAccess(ctx, "ada")
		noError(t, err)
		same(t, r, &roleAccess.Role, nil)
	}
	has()
	noError(t, s.AttachPolicy(ctx, iam.UserOwner("ada"), ref))
	p.Attachments = 1
	noError(t, s.UpdateUser(ctx, "ada", func(u *iam.User) error { return u.Move("Eve", "/y/") }))
	noError(t, u.Move("Eve", "/y/"))
	_, err = s.UpdateRole(ctx, "ada", func(r *iam.Role) error { return r.SetDescription("new") })
	noError(t, err)
	r.Description = "new"
	no, err := s.CreatePolicyVersion(ctx, ref, &iam.PolicyVersion{Document: "two", Default: true, Created: now})
	noError(t, err)
	p.DefaultVersion, p.Document = no, "two"
	has()
	testIAMTagsInLists(t, s)
	again := &iam.User{ID: "AIDAAGAIN", Name: "again", Path: "/", Tags: tags, Created: now}
	noError(t, s.CreateUser(ctx, again))
	got, err := s.User(ctx, "again")
	same(t, again, got, err)
	u.Untag([]string{"TEAM", `a "b"`})
	noError(t, s.UpdateUser(ctx, "eve", func(u *iam.User) error { u.Untag([]string{"team", `A "B"`}); return nil }))
	has()
	refusal := errors.New("no")
	if err := s.UpdatePolicy(ctx, ref, func(p *iam.Policy) error { p.Tags = nil; return refusal }); !errors.Is(err, refusal) {
		t.Errorf("got %v, want the function's error", err)
	}
	has()
	wantRefusal(t, s.UpdatePolicy(ctx, iam.PolicyRef{ARN: "x", Path: "/", Name: "Ada"}, func(*iam.Policy) error { return nil }), iam.NoSuchEntity, "Policy x does not exist")
}

// testIAMTagsInLists checks that lists have no tags.
func testIAMTagsInLists(t *testing.T, s iam.Store) {
	t.Helper()
	users, err1 := s.ListUsers(t.Context(), iam.Page{Limit: 1})
	roles, err2 := s.ListRoles(t.Context(), iam.Page{Limit: 1})
	policies, err3 := s.ListPolicies(t.Context(), iam.Page{Limit: 1})
	attached, err4 := s.ListAttachedPolicies(t.Context(), iam.UserOwner("eve"))
	noError(t, errors.Join(err1, err2, err3, err4))
	if len(users[0].Tags)+len(roles[0].Tags)+len(policies[0].Tags)+len(attached[0].Tags) > 0 {
		t.Error("a list has tags")
	}
}

// testIAMTagsAreNotLost adds tags to an entity concurrently.
func testIAMTagsAreNotLost(t *testing.T, all Store) {
	s, ctx := all.IAM(), t.Context()
	newIAMUser(t, s, "ada", "")
	newIAMRole(t, s, "ada", "")
	_, ref := newIAMPolicy(t, s, "ada", "")
	n := crowd(t, func(i int) error {
		tag := []iam.Tag{{Key: fmt.Sprint("k", i), Value: "v"}}
		_, err := s.UpdateRole(ctx, "ada", func(r *iam.Role) error { return r.Tag(tag) })
		return errors.Join(err, s.UpdateUser(ctx, "ada", func(u *iam.User) error { return u.Tag(tag) }),
			s.UpdatePolicy(ctx, ref, func(p *iam.Policy) error { return p.Tag(tag) }))
	})
	u, err1 := s.User(ctx, "ada")
	r, err2 := s.Role(ctx, "ada")
	p, err3 := s.Policy(ctx, ref)
	noError(t, errors.Join(err1, err2, err3))
	if len(u.Tags) != n || len(r.Tags) != n || len(p.Tags) != n {
		t.Errorf("of %d tags, there are %d, %d and %d", n, len(u.Tags), len(r.Tags), len(p.Tags))
	}
}
