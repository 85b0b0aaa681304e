package access

import (
	"testing"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/iam"
)

// TestUpdateUserNeedsBoth: UpdateUser needs permission for the old and the new ARN. Otherwise a
// user could gain a policy for all users of a path by moving there.
func TestUpdateUserNeedsBoth(t *testing.T) {
	f := newFixture(t)
	bob, err := iam.NewUser("Bob", "/crew/", testNow)
	noError(t, err)
	noError(t, f.store.CreateUser(t.Context(), bob))
	const users = "arn:aws:iam::123456789012:user"
	may := func(resources string) string {
		return `{"Effect":"Allow","Action":"iam:UpdateUser","Resource":[` + resources + `]}`
	}
	for _, c := range []struct {
		policy, name, path string
		refused            string // the refused resource, "" if the call is allowed
	}{
		{may(`"` + users + `/crew/*"`), "", "", ""},
		{may(`"` + users + `/crew/*"`), "rob", "", ""},
		{may(`"` + users + `/crew/*"`), "", "/admin/", users + "/admin/bob"},
		{may(`"` + users + `/crew/*"`), "rob", "/admin/", users + "/admin/rob"},
		{may(`"` + users + `/crew/Bob"`), "rob", "", users + "/rob"},
		{may(`"` + users + `/admin/*"`), "", "/admin/", users + "/bob"},
		{may(`"` + users + `/admin/*","` + users + `/crew/Bob"`), "", "/admin/", ""},
		{may(`"*"`), "rob", "/admin/", ""},
	} {
		f.put(t, statements(c.policy))
		in := &iamapi.UpdateUserRequest{UserName: "bob", NewUserName: c.name, NewPath: c.path}
		said := message(t, f.authorizer().may(f.verified(t, "iam"), iamapi.UpdateUser.OperationInfo, in))
		want := ""
		if c.refused != "" {
			want = implicit("iam:UpdateUser", c.refused)
		}
		if said != want {
			t.Errorf("%s: %q %q\n got %s\nwant %s", c.policy, c.name, c.path, said, want)
		}
	}
	f.put(t, statements(allowAll+`,{"Effect":"Deny","Action":"iam:*","Resource":"`+users+`/admin/*"}`))
	in := &iamapi.UpdateUserRequest{UserName: "bob", NewPath: "/admin/"}
	if f.authorizer().may(f.verified(t, "iam"), iamapi.UpdateUser.OperationInfo, in) == nil {
		t.Error("a user is moved to where everything is denied")
	}
	nobody := &iamapi.UpdateUserRequest{UserName: "eve", NewUserName: "mallory"}
	f.put(t, statements(may(`"`+users+`/eve"`)))
	said := message(t, f.authorizer().may(f.verified(t, "iam"), iamapi.UpdateUser.OperationInfo, nobody))
	if said != implicit("iam:UpdateUser", users+"/mallory") {
		t.Error(said)
	}
}
