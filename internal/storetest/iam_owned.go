package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/iam"
)

func testIAMAccessKeys(t *testing.T, all Store) {
	s := all.IAM()
	newIAMUser(t, s, "ada", "")
	newIAMUser(t, s, "bob", "")
	list := func(want ...*iam.AccessKey) {
		t.Helper()
		got, err := s.ListAccessKeys(t.Context(), "ada")
		same(t, want, got, err)
	}
	list()
	newer, _ := iam.NewAccessKey("ada", iamSealer(t), now.Add(time.Second))
	noError(t, s.CreateAccessKey(t.Context(), newer))
	older, _ := newIAMKey(t, s, "ADA")
	third, _ := iam.NewAccessKey("ada", iamSealer(t), now)
	wantRefusal(t, s.CreateAccessKey(t.Context(), third), iam.LimitExceeded, "Cannot exceed quota for AccessKeysPerUser: 2")
	older.UserName, older.Sealed, newer.Sealed = "ada", nil, nil
	list(older, newer)

	noError(t, s.SetAccessKeyStatus(t.Context(), "Ada", older.ID, iam.Inactive))
	older.Status = iam.Inactive
	list(older, newer)
	wantRefusal(t, s.CreateAccessKey(t.Context(), third), iam.LimitExceeded, "") // inactive ones count
	for _, act := range map[string]func(user, id string) error{
		"status": func(user, id string) error {
			return s.SetAccessKeyStatus(t.Context(), user, id, iam.Inactive)
		},
		"delete": func(user, id string) error { return s.DeleteAccessKey(t.Context(), user, id) },
	} {
		wantRefusal(t, act("bob", newer.ID), iam.NoSuchEntity, "The Access Key with id "+newer.ID+" cannot be found.")
		wantRefusal(t, act("ada", "AKIAOFNOBODYATALL234"), iam.NoSuchEntity, "The Access Key with id AKIAOFNOBODYATALL234")
		wantRefusal(t, act("ada", "\x00"), iam.NoSuchEntity, "The Access Key")
		wantRefusal(t, act("eve", newer.ID), iam.NoSuchEntity, "The user with name eve")
	}
	noError(t, s.DeleteAccessKey(t.Context(), "ada", older.ID))
	list(newer)
	noError(t, s.CreateAccessKey(t.Context(), third))
	_, err := s.ListAccessKeys(t.Context(), "eve")
	wantRefusal(t, err, iam.NoSuchEntity, "The user with name eve")
	third.UserName = "eve"
	wantRefusal(t, s.CreateAccessKey(t.Context(), third), iam.NoSuchEntity, "The user with name eve")
}

// iamOwners creates a user and a role, both with policies.
func iamOwners(t *testing.T, s iam.Store) []iam.Owner {
	t.Helper()
	newIAMUser(t, s, "Ada", "")
	newIAMRole(t, s, "Ada", "")
	return []iam.Owner{iam.UserOwner("ada"), iam.RoleOwner("ada")}
}

func testIAMInline(t *testing.T, all Store) {
	s := all.IAM()
	for _, o := range iamOwners(t, s) {
		noError(t, s.PutInlinePolicy(t.Context(), o, iam.InlinePolicy{Name: "Read", Document: "one"}))
		noError(t, s.PutInlinePolicy(t.Context(), o, iam.InlinePolicy{Name: "all", Document: "of the " + string(o.Kind)}))
		noError(t, s.PutInlinePolicy(t.Context(), o, iam.InlinePolicy{Name: "READ", Document: "another"}))
		got, err := s.InlinePolicy(t.Context(), o, "read")
		same(t, iam.InlinePolicy{Name: "READ", Document: "another"}, got, err)
		got, err = s.InlinePolicy(t.Context(), o, "all")
		same(t, iam.InlinePolicy{Name: "all", Document: "of the " + string(o.Kind)}, got, err)
		names, err := s.ListInlinePolicies(t.Context(), o)
		same(t, []string{"all", "READ"}, names, err)

		noError(t, s.DeleteInlinePolicy(t.Context(), o, "Read"))
		missing := fmt.Sprintf("The %s policy with name Read cannot be found.", o.Kind)
		wantRefusal(t, s.DeleteInlinePolicy(t.Context(), o, "Read"), iam.NoSuchEntity, missing)
		_, err = s.InlinePolicy(t.Context(), o, "Read")
		wantRefusal(t, err, iam.NoSuchEntity, missing)

		unknown := iam.Owner{Kind: o.Kind, Name: "eve"}
		_, err = s.InlinePolicy(t.Context(), unknown, "x")
		_, listed := s.ListInlinePolicies(t.Context(), unknown)
		for _, err := range []error{err, listed, s.PutInlinePolicy(t.Context(), unknown, iam.InlinePolicy{Name: "x"}), s.DeleteInlinePolicy(t.Context(), unknown, "x")} {
			wantRefusal(t, err, iam.NoSuchEntity, fmt.Sprintf("The %s with name eve cannot be found.", o.Kind))
		}
	}
}

// testIAMInlineQuota uses up the total size of an owner's inline policies.
func testIAMInlineQuota(t *testing.T, all Store) {
	s := all.IAM()
	for i, o := range iamOwners(t, s) {
		most := []int{iam.MaxUserInlineSize, iam.MaxRoleInlineSize}[i]
		put := func(name string, size int) error {
			return s.PutInlinePolicy(t.Context(), o, iam.InlinePolicy{Name: name, Document: strings.Repeat(" x\n", size)})
		}
		message := fmt.Sprintf("Maximum policy size of %d bytes exceeded for %s ada", most, o.Kind)
		wantRefusal(t, put("a", most+1), iam.LimitExceeded, message)
		noError(t, put("a", most))
		noError(t, put("a", most-10)) // replaces itself
		wantRefusal(t, put("b", 11), iam.LimitExceeded, message)
		noError(t, put("b", 10))
		wantRefusal(t, put("B", 11), iam.LimitExceeded, message)
		noError(t, s.DeleteInlinePolicy(t.Context(), o, "a"))
		noError(t, put("c", most-10))
		names, err := s.ListInlinePolicies(t.Context(), o)
		noError(t, err)
		if diff := cmp.Diff([]string{"b", "c"}, names); diff != "" {
			t.Error(diff)
		}
	}
}
