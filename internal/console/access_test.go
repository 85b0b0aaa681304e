package console

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/audit"

	"poolhouse/internal/iam"
	"poolhouse/internal/logrole"
)

// TestAccessWork does everything that the pages of roles and keys can do, as one IAM user,
// and finds each act in the audit under that principal.
func TestAccessWork(t *testing.T) {
	f := newFixture(t)
	f.user("bob", "")
	b := f.signed(f.user("ada", everything))
	wants(t, b.get("/console/roles"), 200, "No roles yet", "Create import role", "(0)")
	wants(t, b.get("/console/roles/create-import-role"), 200, `value="Cognito-UserImport-Role"`, "cognito-idp.amazonaws.com", "put-role-policy")
	wants(t, b.post("/console/roles/create-import-role", "name", "a b"), 422, "The name may have", `value="a b"`)
	wants(t, b.follow(b.post("/console/roles/create-import-role", "name", logrole.DefaultName)), 200, "was created. Import jobs of every pool can use it.", "role/service-role/Cognito-UserImport-Role", "(1)")
	wants(t, b.get("/console/roles/create-import-role"), 200, `value="Cognito-UserImport-Role-2"`)
	wants(t, b.post("/console/roles/create-import-role", "name", logrole.DefaultName), 422, "already exists")

	wants(t, b.get("/console/keys"), 200, "ada", "bob", "(2)", "list-users")
	keys := b.get("/console/keys/bob")
	wants(t, keys, 200, "Create access key", "Enabled", "list-access-keys")
	hadIn := regexp.MustCompile(`name="had" value="([^"]+)"`)
	had := hadIn.FindStringSubmatch(keys.Body.String())[1]
	made := b.post("/console/keys/bob/create", "had", had)
	wants(t, made, 200, "The secret is shown this once", "AWS_SECRET_ACCESS_KEY=")
	found := regexp.MustCompile(`AWS_ACCESS_KEY_ID=(\w+)\nexport AWS_SECRET_ACCESS_KEY=([\w/+&#;]+)`).FindStringSubmatch(made.Body.String())
	id, secret := found[1], strings.NewReplacer("&#43;", "+").Replace(found[2])
	if made.Header().Get("Cache-Control") != "no-store" {
		t.Error("the page with the secret may be kept")
	}
	again := b.post("/console/keys/bob/create", "had", had)
	wants(t, again, http.StatusConflict, "The keys of this user changed since the page was shown.", id)
	lacks(t, again, found[2])
	lacks(t, b.get("/console/keys/bob"), found[2])
	wants(t, b.post("/console/keys/bob/create", "had", hadIn.FindStringSubmatch(again.Body.String())[1]), 422, "Cannot exceed")
	bob := f.browser()
	goesTo(t, bob.signIn(id, secret), "/console/pools")
	f.changes()

	wants(t, b.get("/console/keys/bob/"+id+"/disable"), 200, "Disable access key?", "Keep the key", "--status Inactive")
	wants(t, b.follow(b.post("/console/keys/bob/"+id+"/disable")), 200, "was disabled", "Disabled", ">Enable<")
	goesTo(t, bob.get("/console/pools"), "/console/sign-in?why=key")
	wants(t, b.follow(b.post("/console/keys/bob/"+id+"/enable")), 200, "was enabled")
	wants(t, b.get("/console/keys/bob/"+id+"/delete"), 200, "Delete access key?", "This cannot be undone.")
	wants(t, b.follow(b.post("/console/keys/bob/"+id+"/delete")), 200, "was deleted.")
	lacks(t, b.get("/console/keys/bob"), id)
	wants(t, b.post("/console/keys/bob/"+id+"/delete"), http.StatusNotFound)
	wants(t, b.get("/console/keys/missing"), http.StatusNotFound)

	var want []string
	for _, call := range []string{"UpdateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "DeleteAccessKey NoSuchEntity"} {
		want = append(want, "arn:aws:iam::"+account+":user/ada "+call)
	}
	if got := f.changes(); !slices.Equal(got, want) {
		t.Errorf("on record:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	audit := b.get("/console/audit")
	wants(t, audit, 200, "CreateRole", "PutRolePolicy", "EntityAlreadyExists", "CreateAccessKey", "LimitExceeded", "user/ada", "poolhouse audit")
	lacks(t, audit, found[2])
}

// TestOwnKey: the page warns a user who disables the key of the present session, and the
// session ends.
func TestOwnKey(t *testing.T) {
	f := newFixture(t)
	key, secret := f.user("ada", everything)
	b := f.signed(key, secret)
	wants(t, b.get("/console/keys/ada"), 200, "You are signed in with it")
	wants(t, b.get("/console/keys/ada/"+key+"/disable"), 200, "your session ends, too")
	wants(t, b.follow(b.follow(b.post("/console/keys/ada/"+key+"/disable"))), 200, "The key you signed in with was disabled or deleted")
}

// TestHalfMadeRole: a second try completes a role that the first try created without its
// policy. It changes no other role.
func TestHalfMadeRole(t *testing.T) {
	f := newFixture(t)
	half := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"},{"Effect":"Deny","Action":"iam:PutRolePolicy","Resource":"*"}]}`
	b := f.signed(f.user("half", half))
	wants(t, b.get("/console/roles/create-import-role"), http.StatusForbidden, "iam:PutRolePolicy")
	wants(t, b.post("/console/roles/create-import-role", "name", "mine"), http.StatusForbidden, "iam:PutRolePolicy")
	root := f.root()
	wants(t, root.follow(root.post("/console/roles/create-import-role", "name", "mine")), 200, "was created", "(1)")
	policies, err := f.store.IAM().ListInlinePolicies(t.Context(), iam.RoleOwner("mine"))
	check(t, err)
	if len(policies) != 1 {
		t.Errorf("the role has %d policies", len(policies))
	}
	other, err := iam.NewRole(iam.RoleSpec{Name: "other", Path: "/", Trust: logrole.TrustPolicy}, f.now)
	check(t, err)
	check(t, f.store.IAM().CreateRole(t.Context(), other))
	wants(t, root.post("/console/roles/create-import-role", "name", "other"), 422, "already exists")
}

// TestAccessViewer: a caller without permissions in IAM sees none of its pages. A caller
// who may list own keys sees those.
func TestAccessViewer(t *testing.T) {
	f := newFixture(t)
	f.user("bob", "")
	b := f.signed(f.user("viewer", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cognito-idp:ListUserPools","Resource":"*"}}`))
	lacks(t, b.get("/console/pools"), ">Access<", "Roles", "Audit")
	for _, path := range []string{"/roles", "/roles/create-import-role", "/keys", "/keys/bob", "/keys/bob/AKIAABCDEFGHIJKLMNOP/disable", "/keys/bob/AKIAABCDEFGHIJKLMNOP/delete", "/audit"} {
		wants(t, b.get("/console"+path), http.StatusForbidden, "Your key may not do this", "is not authorized to perform: ")
	}
	for _, path := range []string{"/roles/create-import-role", "/keys/bob/create", "/keys/bob/AKIAABCDEFGHIJKLMNOP/disable", "/keys/bob/AKIAABCDEFGHIJKLMNOP/enable", "/keys/bob/AKIAABCDEFGHIJKLMNOP/delete"} {
		wants(t, b.post("/console"+path, "name", "x"), http.StatusForbidden, "is not authorized to perform: iam:")
	}
	b = f.signed(f.user("own", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:ListAccessKeys","cognito-idp:ListUserPools"],"Resource":"arn:aws:iam::`+account+`:user/own"}}`))
	goesTo(t, b.get("/console/keys"), "/console/keys/own")
	own := b.get("/console/keys/own")
	wants(t, own, 200, "Your key may look at these keys, not create one.", "Users and keys")
	lacks(t, own, "Create access key<", ">Disable", ">Delete", ">Actions<")
	wants(t, b.get("/console/keys/bob"), http.StatusForbidden)
}

// TestAccessPages: long lists of roles and IAM users have several pages.
func TestAccessPages(t *testing.T) {
	f := newFixture(t)
	for i := range entitiesOfPage + 1 {
		name := "n" + strings.Repeat("0", 3-len(number(i))) + number(i)
		u, err := iam.NewUser(name, "", f.now)
		check(t, err)
		check(t, f.store.IAM().CreateUser(t.Context(), u))
		r, err := iam.NewRole(iam.RoleSpec{Name: name, Path: "/", Trust: logrole.TrustPolicy, Description: hostile[i%2]}, f.now)
		check(t, err)
		check(t, f.store.IAM().CreateRole(t.Context(), r))
	}
	b := f.root()
	for _, path := range []string{"/console/roles", "/console/keys"} {
		first := b.get(path)
		wants(t, first, 200, "n000", "Next 50")
		lacks(t, first, "n050", "(51)", "<script>alert", "<img src=x")
		next := regexp.MustCompile(`href="(` + path + `\?token=[^"]+)"`).FindStringSubmatch(first.Body.String())
		wants(t, b.get(next[1]), 200, "n050", "First page")
		wants(t, b.get(path+"?token=x"), http.StatusBadRequest)
	}
}

// TestAudit: events can be searched by principal, operation, pool and day, page by page.
func TestAudit(t *testing.T) {
	f := newFixture(t)
	wants(t, f.root().get("/console/audit"), 200, "Nothing was changed yet.")
	ada, bob := f.signed(f.user("ada", everything)), f.signed(f.user("bob", everything))
	one, two := f.pool("one"), f.pool("two")
	for range eventsOfPage {
		ada.post("/console/pools/"+one+"/settings", "verified", "email")
	}
	bob.post("/console/pools/"+two+"/app-clients/create", "name", "web")
	first := ada.get("/console/audit")
	wants(t, first, 200, "user/bob", "user/ada", "Earlier events", "CreateUserPoolClient", "UpdateUserPool", ">Done<")
	lacks(t, first, "First page")
	next := regexp.MustCompile(`href="(/console/audit\?token=[^"]+)"`).FindStringSubmatch(first.Body.String())
	second := ada.get(next[1])
	wants(t, second, 200, "user/ada", "First page")
	lacks(t, second, "user/bob", "Earlier events")
	check(t, f.store.Audit().Append(t.Context(), []audit.Event{{ID: "folded", At: f.now, Service: "iam", Operation: "DeleteRole", Principal: "arn:aws:iam::" + account + ":user/eve", Details: "job=import-1 calls=128", Result: "AccessDenied"}}))
	wants(t, ada.get("/console/audit?who=eve"), 200, "<bdi>128</bdi> calls", "<bdi>job</bdi> <bdi class=\"mono\">import-1</bdi>", "AccessDenied")
	for query, want := range map[string][2]string{
		"who=bob": {"CreateUserPoolClient", "UpdateUserPool<"},
		"who=arn:aws:iam::" + account + ":user/ada": {"UpdateUserPool</a>", "user/bob"},
		"what=CreateUserPoolClient":                 {"user/bob", "user/ada"},
		"pool=" + two:                               {"user/bob", "user/ada"},
		"pool=nothing":                              {"No event matches.", "user/ada"},
		"who=root":                                  {"Clear search", "user/ada"},
		"from=2020-01-01&to=2020-01-02":             {"No event matches.", "user/ada"},
		"from=2020-01-01":                           {"user/ada", "No event"},
	} {
		a := ada.get("/console/audit?" + query)
		wants(t, a, 200, want[0])
		lacks(t, a, "<bdi>"+want[1], ">"+want[1])
	}
	wants(t, ada.get("/console/audit?from=2026-11-28&what=CreateRole"), 200, "poolhouse audit --since 36h --limit 50 --operation CreateRole")
	wants(t, ada.get("/console/audit?from=yesterday"), http.StatusBadRequest, "Write the day in the form 2026-11-28.", `value="yesterday"`)
	wants(t, ada.get("/console/audit?from=2026-01-02&to=2025-01-02"), http.StatusBadRequest, "The EndTime is before the StartTime.")
	wants(t, ada.get("/console/audit?token=x"), http.StatusBadRequest)
}
