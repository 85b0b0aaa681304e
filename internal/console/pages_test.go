package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/apicore"
	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// hostile are names that do harm if a page does not escape them.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'"); DROP TABLE users;--`, `</title><script>alert(1)</script>`,
	`javascript:alert(1)`, `{{.}}`, `=1+1`, "نادي الأعضاء", `🦊 & <b>Söhne</b>`, strings.Repeat("W", 128), "\u202egnp.exe", `--><!--`,
}

// TestHostileNames: names that are markup are shown as text on each page, as names of pools
// and as typed text.
func TestHostileNames(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	b.get("/console/pools")
	for i, name := range hostile {
		id := f.pool(name)
		client := &userpool.Client{PoolID: id, ID: fmt.Sprint("client", i), Name: name, Created: f.now, Modified: f.now}
		check(t, f.store.CreateClient(t.Context(), client, func(*userpool.UserPool, *userpool.Client) error { return nil }))
		at := "/console/pools/" + id
		job := at + "/import-jobs/" + f.job(id, name, func(j *importjob.Job) {
			j.Detail, j.Message, j.RoleARN, j.HashAlgorithm, j.State = name, name, name, name, importjob.Failed
		})
		active := at + "/import-jobs/" + f.job(id, name, running(9, importjob.Counts{}))
		pages := []string{
			job, job + "/log", withQuery(job+"/log", "q", name, "verdict", name, "line", name), active, active + "/stop", active + "/log",
			at + "/import-jobs", withQuery(at+"/import-jobs", "q", name, "status", name), withQuery(at+"/import-jobs", "skip", name), at + "/import-jobs/" + url.PathEscape(name),
			at, at + "/attributes", at + "/settings", at + "/delete", at + "/app-clients", at + "/app-clients/create", at + "/app-clients/" + client.ID, at + "/app-clients/" + client.ID + "/delete",
			"/console/pools", withQuery("/console/pools", "q", name), withQuery("/console/pools", "token", name), withQuery("/console/sign-in", "next", name, "why", name),
			pathTo("pools", name), pathTo("pools", name, "settings"), pathTo("pools", id, "app-clients", name), withQuery("/console/welcome", "token", name),
		}
		var shown []string
		for _, path := range pages {
			shown = append(shown, b.get(path).Body.String())
		}
		shown = append(shown, f.browser().get(withQuery("/console/welcome", "token", name)).Body.String())
		for _, form := range [][]string{
			{"/console/pools/create", "name", name, "signin", name, "verified", name, "mfa", name, "rows", "1", "attr-0-name", name, "attr-0-type", name, "attr-0-min", name},
			{at + "/attributes", "rows", "1", "attr-0-name", name, "attr-0-type", name, "attr-0-max", name}, {at + "/delete", "confirm", name},
			{at + "/app-clients/create", "name", name, "flow", name}, {at + "/settings", "verified", name}, {"/console/preferences", "region", name, "back", name, "zone", name, "theme", name},
		} {
			a := b.post(form[0], form[1:]...)
			shown = append(shown, a.Body.String())
			if a.Code == http.StatusSeeOther {
				shown = append(shown, b.follow(a).Body.String()) // with a flash
			}
		}
		shown = append(shown, f.browser().post("/console/sign-in", "id", name, "secret", name, "token", name, "next", name, "zone", name).Body.String())
		for _, text := range shown {
			if harm := harmIn(text); harm != "" {
				t.Errorf("%q becomes %s", name, harm)
			}
			if strings.ContainsAny(name, `<>`) && strings.Contains(text, name) {
				t.Errorf("%q is in a page as it is", name)
			}
		}
		if !strings.Contains(shown[0], "<bdi>") {
			t.Errorf("%q is not kept apart from the text around it", name)
		}
	}
}

// TestHostileFlash: a flash is shown as text, regardless of who set its cookie.
func TestHostileFlash(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	v := &visit{Console: f.console}
	v.r, _ = http.NewRequest(http.MethodGet, "/", nil)
	b.cookies[cookieFlash] = v.flashCookie(&flash{Kind: "ok", Text: "<script>alert(1)</script> {}", Name: `"><script>`})
	a := b.get("/console/pools")
	wants(t, a, 200, "&lt;script&gt;alert(1)&lt;/script&gt;", "&#34;&gt;&lt;script&gt;")
	lacks(t, b.get("/console/pools"), "alert(1)")                    // once
	for _, value := range []string{"x", "%zz", "kind=evil&text=x"} { // not set by the console
		b.cookies[cookieFlash] = &http.Cookie{Name: cookieFlash, Value: value}
		lacks(t, b.get("/console/pools"), `class="flash`)
	}
}

// TestWork does everything that the pages can do, as one user, and finds each act in the
// audit under that principal.
func TestWork(t *testing.T) {
	f := newFixture(t)
	key, secret := f.user("ada", everything)
	b := f.signed(key, secret)
	wants(t, b.get("/console/pools"), 200, "No user pools yet", "Create user pool")

	create := []string{"name", "members", "signin", "username", "signin", "email", "verified", "email", "mfa", "OFF"}
	wants(t, b.post("/console/pools/create", append(create, "do", "add", "rows", "0")...), 200, `value="members"`, "attr-0-name", "Remove")
	attribute := []string{"rows", "1", "attr-0-name", "level", "attr-0-type", "Number", "attr-0-min", "1", "attr-0-max", "10"}
	wants(t, b.post("/console/pools/create", append(slices.Concat(create, attribute), "do", "remove-0")...), 200, "None.")
	a := b.post("/console/pools/create", append(slices.Concat(create, attribute), "do", "create")...)
	page := b.follow(a)
	pool := a.Header().Get("Location")
	wants(t, page, 200, "<b><bdi>members</bdi></b> was created. It has no users yet.", "Username and email", "1 of 50", "describe-user-pool")
	lacks(t, b.get(pool), "was created") // once
	wants(t, b.get("/console/pools"), 200, "members", "No jobs yet", "(1)")

	wants(t, b.get(pool+"/attributes"), 200, "custom:level", "1 to 10", "Add a custom attribute")
	wants(t, b.post(pool+"/attributes", "rows", "1", "attr-0-name", "two words", "attr-0-type", "String"), 422, "has no spaces", `value="two words"`, "Error: Attributes")
	wants(t, b.post(pool+"/attributes", "rows", "1", "attr-0-name", "level", "attr-0-type", "String"), 422, "level")
	a = b.post(pool+"/attributes", "rows", "1", "attr-0-name", "department", "attr-0-type", "String", "attr-0-max", "20", "attr-0-fixed", "1")
	wants(t, b.follow(a), 200, "custom:department</bdi></b> was added", "at most 20 characters", "Stays as it is")

	a = b.post(pool+"/settings", "verified", "email", "verified", "phone_number", "protected", "1")
	wants(t, b.follow(a), 200, "were saved", `value="phone_number" checked`, `value="1" checked`)
	wants(t, b.get(pool), 200, "Email and phone number")
	wants(t, b.get(pool+"/delete"), 200, "This pool is protected")
	wants(t, b.post(pool+"/delete", "confirm", "members"), 422, "cannot be deleted")
	b.post(pool+"/settings", "verified", "email")

	wants(t, b.get(pool+"/app-clients"), 200, "No app clients yet")
	wants(t, b.post(pool+"/app-clients/create", "name", "a/b", "secret", "1"), 422, "The name may have letters", `value="a/b"`)
	a = b.post(pool+"/app-clients/create", "name", "web shop", "secret", "1", "flow", "ALLOW_USER_SRP_AUTH")
	wants(t, b.follow(a), 200, "web shop</bdi></b> was created.", "Show the secret", "ALLOW_USER_SRP_AUTH")
	client := a.Header().Get("Location")
	wants(t, b.get(pool+"/app-clients"), 200, "web shop", "(1)")
	wants(t, b.get(client+"/delete"), 200, "Delete app client?", "Keep the app client")
	wants(t, b.follow(b.post(client+"/delete")), 200, "web shop</bdi></b> was deleted.")

	wants(t, b.get(pool+"/delete"), 200, "0 users, their passwords", "0 import jobs with their logs", "0 app clients")
	wants(t, b.post(pool+"/delete", "confirm", "member"), 422, "This is not the name of the pool. Nothing was deleted.", `value="member"`)
	wants(t, b.follow(b.post(pool+"/delete", "confirm", "members")), 200, "members</bdi></b> was deleted")
	wants(t, b.get(pool), http.StatusNotFound, "There is no such page, or you may not see it.")
	b.post("/console/sign-out")

	ada := "arn:aws:iam::" + account + ":user/ada "
	want := []string{ada + "CreateUserPool", ada + "AddCustomAttributes InvalidParameterException", ada + "AddCustomAttributes", ada + "UpdateUserPool",
		ada + "DeleteUserPool InvalidParameterException", ada + "UpdateUserPool", ada + "CreateUserPoolClient", ada + "DeleteUserPoolClient", ada + "DeleteUserPool", ada + "SignOut"}
	if got := f.changes(); !slices.Equal(got, want) {
		t.Errorf("on record:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// manySettings are settings of a pool that the console does not show.
const manySettings = `{"PoolName": "people",
	"Policies": {"PasswordPolicy": {"MinimumLength": 23, "RequireSymbols": true, "TemporaryPasswordValidityDays": 5}},
	"LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:000000000000:function:f"},
	"VerificationMessageTemplate": {"EmailMessage": "Your code is {####}.", "EmailSubject": "A code", "DefaultEmailOption": "CONFIRM_WITH_CODE"},
	"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}, "AutoVerifiedAttributes": ["email"],
	"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true}, "MfaConfiguration": "OPTIONAL",
	"EmailConfiguration": {"ReplyToEmailAddress": "a@example.com", "EmailSendingAccount": "COGNITO_DEFAULT"},
	"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms", "ExternalId": "x", "SnsRegion": "us-east-1"},
	"UserPoolTags": {"team": "blue"}, "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true, "UnusedAccountValidityDays": 5},
	"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}, "UserPoolTier": "PLUS",
	"AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]}}`

// TestSettingsStay: saving a page keeps the settings of a pool that the page does not show.
func TestSettingsStay(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.AddCookie(b.cookies[cookieSession])
	v, _, err := f.console.visitOf(t.Context(), r, f.console.Sessions.Resume)
	check(t, err)
	in := &cognitoapi.CreateUserPoolRequest{}
	check(t, json.Unmarshal([]byte(manySettings), in))
	made, err := do(t.Context(), v, cognitoapi.CreateUserPool, in)
	check(t, err)
	id := made.UserPool.Id
	describe := func() *cognitoapi.UserPoolType {
		out, err := do(t.Context(), v, cognitoapi.DescribeUserPool, &cognitoapi.DescribeUserPoolRequest{UserPoolId: id})
		check(t, err)
		out.UserPool.LastModifiedDate = apicore.Time{}
		return out.UserPool
	}
	want := describe()
	want.AutoVerifiedAttributes = append(want.AutoVerifiedAttributes, cognitoapi.VerifiedAttributeTypePhoneNumber)
	want.DeletionProtection = cognitoapi.DeletionProtectionTypeActive
	saved := b.post("/console/pools/"+id+"/settings", "verified", "email", "verified", "phone_number", "protected", "1")
	wants(t, b.follow(saved), 200, "At least 23 characters", "were saved")
	if diff := cmp.Diff(want, describe()); diff != "" {
		t.Errorf("saving changes more than what is shown:\n%s", diff)
	}
}

// TestViewer: a user who may read one pool and its jobs sees exactly that, is offered
// nothing else, and is refused in IAM's words.
func TestViewer(t *testing.T) {
	f := newFixture(t)
	mine, other := f.pool("mine"), f.pool("other")
	arn := "arn:aws:cognito-idp:" + region + ":" + account + ":userpool/" + mine
	key, secret := f.user("viewer", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["cognito-idp:DescribeUserPool","cognito-idp:ListUserImportJobs"],"Resource":"`+arn+`"}}`)
	b := f.signed(key, secret)
	list := b.get("/console/pools")
	wants(t, list, 200, "Your key may not list the user pools", "ID of the user pool")
	lacks(t, list, "other", "Create user pool")
	goesTo(t, b.get("/console/pools?q="+mine), "/console/pools/"+mine)
	wants(t, b.get("/console/pools?q=mine"), 200, "An ID looks like")
	for _, path := range []string{"", "/attributes", "/settings"} {
		a := b.get("/console/pools/" + mine + path)
		wants(t, a, 200, "mine", "Overview", "Settings")
		if path != "" && !strings.Contains(a.Body.String(), "Your key may look at the") {
			t.Errorf("%s does not say what may not be done", path)
		}
		lacks(t, a, "App clients", "View users", "Create user", "Import users", "Create a job like this", "Add attribute", "Save settings", "Delete user pool", `class="btn primary"`)
	}
	for _, path := range []string{"/pools/create", "/pools/" + other, "/pools/" + mine + "/delete", "/pools/" + mine + "/app-clients", "/pools/" + mine + "/app-clients/create"} {
		a := b.get("/console" + path)
		wants(t, a, http.StatusForbidden, "Your key may not do this", "Nothing was changed", "User: arn:aws:iam::"+account+":user/viewer is not authorized to perform: cognito-idp:", "&#34;Effect&#34;: &#34;Allow&#34;")
		lacks(t, a, "<bdi>other</bdi>")
	}
	f.changes()
	for path, form := range map[string][]string{
		"/pools/create": {"name", "x", "signin", "email", "mfa", "OFF"}, "/pools/" + mine + "/delete": {"confirm", "mine"}, "/pools/" + mine + "/settings": {"verified", "email"},
		"/pools/" + mine + "/attributes": {"rows", "1", "attr-0-name", "x", "attr-0-type", "String"}, "/pools/" + mine + "/app-clients/create": {"name", "x"},
	} {
		wants(t, b.post("/console"+path, form...), http.StatusForbidden, "because no identity-based policy allows the cognito-idp:")
	}
	got := f.changes()
	for _, call := range got {
		if !strings.HasSuffix(call, "AccessDeniedException") {
			t.Errorf("on record: %s", call)
		}
	}
	if len(got) != 5 {
		t.Errorf("on record: %q", got)
	}
}

// TestPoolsList: search by name and ID, pages, and a text for a search without result.
func TestPoolsList(t *testing.T) {
	f := newFixture(t)
	for i := range poolsOfPage + 1 {
		p := &userpool.UserPool{ID: fmt.Sprintf("%s_pool%02d", region, i), Name: fmt.Sprintf("Club %02d", i), Created: f.now, Schema: userpool.StandardSchema()}
		check(t, f.store.CreatePool(t.Context(), p, 1000))
	}
	b := f.root()
	first := b.get("/console/pools")
	wants(t, first, 200, "Club 00", "Next 30")
	lacks(t, first, "Club 30", "(31)", "First page")
	next := regexp.MustCompile(`href="(/console/pools\?token=[^"]+)"`).FindStringSubmatch(first.Body.String())
	if next == nil {
		t.Fatal("there is no next page")
	}
	wants(t, b.get(next[1]), 200, "Club 30", "First page")
	found := b.get("/console/pools?q=CLUB+1")
	wants(t, found, 200, "Club 10", "Club 19", "10 matches")
	lacks(t, found, "Club 20")
	wants(t, b.get("/console/pools?q=pool07"), 200, "Club 07", "1 match")
	none := b.get("/console/pools?q=abc")
	wants(t, none, 200, "No user pool matches “<bdi>abc</bdi>”.", "Clear search")
	lacks(t, none, "No user pools yet")
	wants(t, b.get("/console/pools?token=x"), http.StatusBadRequest)
}

// TestRegions: a pool's pages belong to its region, and lists to the chosen one.
func TestRegions(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	far := &userpool.UserPool{ID: "eu-west-1_abc", Name: "far away", Created: f.now, Schema: userpool.StandardSchema()}
	check(t, f.store.CreatePool(t.Context(), far, 10))
	f.pool("near by")
	lacks(t, b.get("/console/pools"), "far away")
	wants(t, b.get("/console/pools/eu-west-1_abc"), 200, "far away", "eu-west-1 · "+account)
	wants(t, b.follow(b.post("/console/preferences", "region", "eu-west-1")), 200, "far away", "eu-west-1 · "+account)
	lacks(t, b.get("/console/pools"), "near by")
	wants(t, b.follow(b.post("/console/preferences", "region", "mars-north-1")), 200, "does not serve the region")
	wants(t, b.get("/console/pools/mars-north-1_abc"), http.StatusNotFound)
}

// TestPreferences: theme and zone are stored, and times are shown in the zone.
func TestPreferences(t *testing.T) {
	f := newFixture(t)
	f.pool("people")
	b := f.root()
	wants(t, b.get("/console/pools"), 200, `data-theme="system"`, "29 Nov 2026 UTC</time>")
	goesTo(t, b.post("/console/preferences", "theme", "dark", "zone", "Pacific/Auckland", "back", "/console/pools?q=p"), "/console/pools?q=p")
	wants(t, b.get("/console/pools"), 200, `data-theme="dark"`, `aria-pressed="true">Dark`, "30 Nov 2026</time>", `title="2026-11-29 12:00:00 UTC"`)
	for _, bad := range []string{"../../etc/passwd", "/etc/localtime", "Local", "Mars/Olympus"} {
		b.post("/console/preferences", "theme", "blue", "zone", bad)
		wants(t, b.get("/console/pools"), 200, `data-theme="dark"`, `data-zone="Pacific/Auckland"`)
		b.cookies[cookieZone].Value = bad
		wants(t, b.get("/console/pools"), 200, `data-zone=""`)
		b.cookies[cookieZone].Value = "Pacific%2FAuckland"
	}
	goesTo(t, b.post("/console/preferences", "theme", "dark", "back", "https://evil.example/"), "/console/pools")
}
