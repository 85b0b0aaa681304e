package storetest

import "testing"

// testUnused: user pools and roles are quickly created again; users, jobs and the keys of IAM users
// are not.
func testUnused(t *testing.T, s Store) {
	want := func(unused bool) {
		t.Helper()
		if got, err := s.IsUnused(t.Context()); got != unused || err != nil {
			t.Errorf("unused: %v, %v; want %v", got, err, unused)
		}
	}
	want(true)
	p := newPool(t, s)
	newIAMRole(t, s.IAM(), "r", "")
	want(true)
	newIAMUser(t, s.IAM(), "ada", "")
	want(false)
	noError(t, s.IAM().DeleteUser(t.Context(), "ada"))
	create(t, s, p, user(p, "ada"))
	want(false)
	noError(t, s.DeleteUser(t.Context(), p, "ada"))
	want(true)
	noError(t, s.CreateJob(t.Context(), newJob(p, "import-1"), 1))
	want(false)
}
