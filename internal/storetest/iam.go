package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/iam"
)

const (
	iamAccount  = "123456789012"
	iamDocument = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`
	iamTrust    = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Action":"sts:AssumeRole"}}`
)

// wantRefusal checks for an error of a kind that contains a text.
func wantRefusal(t *testing.T, err error, kind iam.Kind, text string) {
	t.Helper()
	if iam.KindOf(err) != kind || !strings.Contains(fmt.Sprint(err), text) {
		t.Errorf("got error %v, want one of kind %d with %q", err, kind, text)
	}
}

// same checks that the stored value equals the given one.
func same[T any](t *testing.T, want, got T, err error) {
	t.Helper()
	noError(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is kept, first what should be:\n%s", diff)
	}
}

func newIAMUser(t *testing.T, s iam.Store, name, path string) *iam.User {
	t.Helper()
	u, err := iam.NewUser(name, path, now)
	noError(t, err)
	noError(t, s.CreateUser(t.Context(), u))
	return u
}

func newIAMRole(t *testing.T, s iam.Store, name, path string) *iam.Role {
	t.Helper()
	r, err := iam.NewRole(iam.RoleSpec{Name: name, Path: path, Description: "what for", Trust: iamTrust}, now)
	noError(t, err)
	noError(t, s.CreateRole(t.Context(), r))
	return r
}

func newIAMPolicy(t *testing.T, s iam.Store, name, path string) (*iam.Policy, iam.PolicyRef) {
	t.Helper()
	p, err := iam.NewPolicy(iam.PolicySpec{Name: name, Path: path, Description: "für was", Document: iamDocument}, now)
	noError(t, err)
	noError(t, s.CreatePolicy(t.Context(), p))
	return p, p.Ref(iamAccount)
}

// iamSealer is a sealer with a key of zeros.
func iamSealer(t *testing.T) *iam.Sealer {
	t.Helper()
	s, err := iam.NewSealer(bytes.Repeat([]byte{0}, iam.SealerKeySize))
	noError(t, err)
	return s
}

func newIAMKey(t *testing.T, s iam.Store, userName string) (*iam.AccessKey, iam.Secret) {
	t.Helper()
	k, secret := iam.NewAccessKey(userName, iamSealer(t), now)
	noError(t, s.CreateAccessKey(t.Context(), k))
	return k, secret
}

func testIAMUsers(t *testing.T, all Store) {
	s := all.IAM()
	u := newIAMUser(t, s, "Ada", "/team/")
	got, err := s.User(t.Context(), "aDA")
	same(t, u, got, err)
	_, err = s.User(t.Context(), "bob")
	wantRefusal(t, err, iam.NoSuchEntity, "The user with name bob cannot be found.")
	again, err := iam.NewUser("ada", "", now)
	noError(t, err)
	wantRefusal(t, s.CreateUser(t.Context(), again), iam.EntityAlreadyExists, "User with name ada already exists.")
	newIAMRole(t, s, "ada", "") // names are unique among users, among roles, among policies
	noError(t, s.DeleteUser(t.Context(), "ADA"))
	wantRefusal(t, s.DeleteUser(t.Context(), "ada"), iam.NoSuchEntity, "The user with name ada")
	noError(t, s.CreateUser(t.Context(), again))
}

// testIAMUserUpdates moves a user, with everything that belongs to it, to another name and path.
func testIAMUserUpdates(t *testing.T, all Store) {
	s := all.IAM()
	u := newIAMUser(t, s, "Ada", "/team/")
	newIAMUser(t, s, "bob", "")
	key, _ := newIAMKey(t, s, "ada")
	documents := iamPolicies(t, s, iam.UserOwner("ada"))
	move := func(from, name, path string) error {
		return s.UpdateUser(t.Context(), from, func(u *iam.User) error { return u.Move(name, path) })
	}
	is := func() {
		t.Helper()
		got, err := s.Access(t.Context(), key.ID)
		noError(t, err)
		slices.Sort(got.Documents)
		same(t, u, &got.User, nil)
		same(t, documents, got.Documents, nil)
		got2, err := s.User(t.Context(), u.Name)
		same(t, u, got2, err)
	}
	for _, c := range [][3]string{{"ADA", "", "/x/"}, {"ada", "ADA", ""}, {"ada", "Eve", "/y/"}, {"eve", "eve", ""}, {"eve", "", ""}} {
		noError(t, move(c[0], c[1], c[2]))
		noError(t, u.Move(c[1], c[2]))
		is()
	}
	wantRefusal(t, move("eve", "BOB", "/z/"), iam.EntityAlreadyExists, "User with name BOB already exists.")
	wantRefusal(t, move("eve", "", "z"), iam.ValidationError, "path")
	wantRefusal(t, move("ada", "carl", ""), iam.NoSuchEntity, "The user with name ada cannot be found.")
	is()
	newIAMUser(t, s, "ada", "") // the name is free
	wantRefusal(t, s.DeleteUser(t.Context(), "eve"), iam.DeleteConflict, "")
}

// testIAMUserPages lists by name, in any case, and by path.
func testIAMUserPages(t *testing.T, all Store) {
	s := all.IAM()
	for i, name := range []string{"b", "A", "c_1", "C-1", "d"} {
		newIAMUser(t, s, name, []string{"/", "/x/", "/x/y/"}[i%3])
	}
	for _, c := range []struct {
		page iam.Page
		want string
	}{
		{iam.Page{Limit: 10}, "A b C-1 c_1 d"},
		{iam.Page{Limit: 2}, "A b"},
		{iam.Page{After: "B", Limit: 2}, "C-1 c_1"},
		{iam.Page{After: "d", Limit: 2}, ""},
		{iam.Page{PathPrefix: "/", Limit: 10}, "A b C-1 c_1 d"},
		{iam.Page{PathPrefix: "/x", Limit: 10}, "A c_1 d"},
		{iam.Page{PathPrefix: "/x/", After: "a", Limit: 1}, "c_1"},
		{iam.Page{PathPrefix: "/x/y/", Limit: 10}, "c_1"},
		{iam.Page{PathPrefix: "/X/", Limit: 10}, ""},
	} {
		users, err := s.ListUsers(t.Context(), c.page)
		noError(t, err)
		var names []string
		for _, u := range users {
			names = append(names, u.Name)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%+v: %s, want %s", c.page, got, c.want)
		}
	}
}
