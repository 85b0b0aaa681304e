package console

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	iamapi "poolhouse/internal/api/iam"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/iam"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logrole"
	"poolhouse/internal/userpool"
)

// begin begins an upload as the page's script does, and uploads a file.
func (b *browser) begin(pool, csv string) (id string) {
	b.f.t.Helper()
	b.headers["Accept"] = "text/plain"
	a := b.post("/console/pools/"+pool+"/import-jobs/create", "do", "begin")
	delete(b.headers, "Accept")
	id, signed, ok := strings.Cut(a.Body.String(), "\n")
	if a.Code != http.StatusOK || !ok || !strings.Contains(signed, "/"+id+"?X-Amz-") {
		b.f.t.Fatalf("%d %s", a.Code, a.Body)
	}
	key := importjob.Key{PoolID: pool, JobID: id}
	file, err := b.f.disk.Receive(key, strings.NewReader(csv))
	check(b.f.t, err)
	_, err = b.f.store.UpdateUpload(b.f.t.Context(), key, func(u *importfile.Upload) error { return u.Attach(file) })
	check(b.f.t, err)
	return id
}

// reads surveys uploaded files until the test ends.
func (f *fixture) reads() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); f.reader.Run(ctx) }()
	f.t.Cleanup(func() { stop(); <-done })
}

// seen returns the page of an upload once its file was read.
func (b *browser) seen(at string) (a *httptest.ResponseRecorder) {
	b.f.t.Helper()
	b.f.reader.Wake()
	b.f.stored.Await(b.f.t, "the reading of the file", func() bool {
		a = b.get(at)
		return !strings.Contains(a.Body.String(), "Reading the file…")
	})
	return a
}

const twoRows = "cognito:username,email,email_verified\nada,ada@example.com,true\nbob,bob,true\n"

// TestJobCreate: a file is uploaded, read, and imported by a job with a new role. Pressing
// a button twice has one effect.
func TestJobCreate(t *testing.T) {
	f := newFixture(t)
	f.reads()
	pool := f.pool("people & friends")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	wants(t, b.get(at), 200, `value="people - friends-2026-11-29"`, `value="new" checked`, "Cognito-UserImport-Role, with the one policy", "template.csv", "Create and start job", "BCRYPT")
	empty := b.post(at, "do", "create", "name", "a/b", "role", "old")
	wants(t, empty, 422, "Choose a CSV file.", "The name may have", "Choose a role", `value="a/b"`, "Error: Create import job")
	goesTo(t, b.post(at, "do", "save", "name", "members", "role", "old", "alg", "BCRYPT", "upload", "import-x"), at+"?alg=BCRYPT&name=members&role=old&upload=import-x")

	id := b.begin(pool, twoRows)
	typed := url.Values{"name": {"members"}, "role": {"new"}, "upload": {id}, "file": {"<b>.csv"}}
	page := b.seen(at + "?" + typed.Encode())
	wants(t, page, 200, "Create job and import 2 rows", "&lt;b&gt;.csv", "Invalid email address format.", "1 row would fail and is listed afterwards.", "<bdi>ada@example.com</bdi>", `class="bad"`, `value="members"`)
	f.changes()
	form := []string{"do", "start", "name", "members", "role", "new", "upload", id}
	job := "/console/pools/" + pool + "/import-jobs/" + id
	a := b.post(at, form...)
	goesTo(t, a, job)
	wants(t, b.follow(a), 200, "<b><bdi>members</bdi></b> was created and started.", "role/service-role/Cognito-UserImport-Role")
	goesTo(t, b.post(at, form...), job)
	want := []string{"CreateRole", "PutRolePolicy", "CreateUserImportJob", "StartUserImportJob"}
	got := f.changes()
	for i, call := range got {
		if i >= len(want) || !strings.HasSuffix(call, " "+want[i]) {
			t.Errorf("on record: %q, want %q", got, want)
			break
		}
	}
	list := b.get(at)
	wants(t, list, 200, `value="old" checked`, "Cognito-UserImport-Role-2, with the one policy")
}

// TestRolesAreJudged: each existing role is shown as sufficient or with its reason, one of
// three. A sufficient one is preselected.
func TestRolesAreJudged(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	make := func(name, trust, policy string) {
		t.Helper()
		r, err := iam.NewRole(iam.RoleSpec{Name: name, Path: "/", Trust: trust}, f.now)
		check(t, err)
		check(t, f.store.IAM().CreateRole(t.Context(), r))
		p, err := iam.NewInlinePolicy("p", policy)
		check(t, err)
		check(t, f.store.IAM().PutInlinePolicy(t.Context(), iam.RoleOwner(name), p))
	}
	policy := logrole.Policy("*", account)
	make("untrusted", strings.ReplaceAll(logrole.TrustPolicy, "cognito-idp.", "lambda."), policy)
	make("poor", logrole.TrustPolicy, strings.ReplaceAll(policy, "logs:PutLogEvents", "logs:GetLogEvents"))
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	wants(t, b.get(at), 200, `value="new" checked`, "Suitable: 0 of 2 roles.", "disabled>poor – too few permissions<", "disabled>untrusted – cannot be assumed<",
		"its trust policy does not allow it to cognito-idp.amazonaws.com", "lacks logs:PutLogEvents.")
	make("right", logrole.TrustPolicy, policy)
	wants(t, b.get(at), 200, `value="old" checked`, "Suitable: 1 of 3 roles.", " selected>right – suitable<", "Why the others are not")

	key, secret := f.user("ada", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["cognito-idp:CreateUserImportJob","iam:ListRoles"],"Resource":"*"}}`)
	wants(t, f.signed(key, secret).get(at), 200, "Suitable: 0 of 3 roles.", "disabled>right – your key may not pass it<")
	lister, secret := f.user("bob", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["cognito-idp:CreateUserImportJob"],"Resource":"*"}}`)
	wants(t, f.signed(lister, secret).get(at), 200, "Your key may not list roles.")
	b.headers["HX-Request"] = "true"
	lacks(t, b.get(at), "suitable", "Suitable") // a fragment of the page, which is requested repeatedly
}

// TestCreateJobAlone: a caller who may create import jobs of one pool, and pass the role,
// can do everything on the page.
func TestCreateJobAlone(t *testing.T) {
	f := newFixture(t)
	f.reads()
	pool := f.pool("people")
	root := f.root()
	root.post("/console/roles/create-import-role", "name", logrole.DefaultName)
	arn := "arn:aws:iam::" + account + ":role/service-role/" + logrole.DefaultName
	key, secret := f.user("ada", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cognito-idp:CreateUserImportJob","Resource":"arn:aws:cognito-idp:*:*:userpool/`+pool+`"},
		{"Effect":"Allow","Action":"iam:PassRole","Resource":"`+arn+`"}]}`)
	b := f.signed(key, secret)
	at := "/console/pools/" + pool + "/import-jobs/"
	wants(t, b.get(at+"create"), 200, "Drop a CSV file here", "The ARN of the role. Your key may not list roles.", "Create job")
	id := b.begin(pool, twoRows)
	wants(t, b.seen(at+"create?upload="+id), 200, "<bdi>ada@example.com</bdi>", "What would be imported")
	wants(t, b.sends(at+"upload", twoRows), http.StatusSeeOther)
	f.changes()
	made := b.post(at+"create", "do", "create", "name", "members", "role", "old", "arn", arn, "upload", id)
	goesTo(t, made, at+id)
	if got := f.changes(); len(got) != 1 || got[0] != "arn:aws:iam::"+account+":user/ada CreateUserImportJob" {
		t.Errorf("on record: %q", got)
	}
	other := f.pool("others")
	wants(t, b.get("/console/pools/"+other+"/import-jobs/create"), http.StatusForbidden, "cognito-idp:CreateUserImportJob on resource")
}

// TestJobCreateProblem: for a file that does not fit, the page names each column and offers
// no job. A failed creation leaves no second role.
func TestJobCreateProblem(t *testing.T) {
	f := newFixture(t)
	f.reads()
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	id := b.begin(pool, "cognito:username,Email Confirmed,department\nada,true,x\n")
	page := b.seen(at + "?upload=" + id)
	wants(t, page, 200, "The file cannot be imported as it is", "write email_verified", "<bdi>department</bdi>", "so it is not offered")
	lacks(t, page, `value="start"`, `value="create"`)
	f.changes()
	wants(t, b.post(at, "do", "start", "name", "members", "role", "new", "upload", id), 422, "Unexpected headers")
	if got := f.changes(); len(got) > 0 {
		t.Errorf("a file that does not fit changed something: %q", got)
	}
	good := b.begin(pool, twoRows)
	b.seen(at + "?upload=" + good)
	_, err := f.store.UpdatePool(t.Context(), pool, func(p *userpool.UserPool, _ bool) error { p.AutoVerified = nil; return nil })
	check(t, err)
	b.seen(at + "?upload=" + good)
	a := b.post(at, "do", "start", "name", "members", "role", "new", "upload", good)
	wants(t, b.follow(a), 200, "no auto-verified attributes") // the job exists and is not started
	roles, err := do(t.Context(), f.visit(b), iamapi.ListRoles, &iamapi.ListRolesRequest{})
	check(t, err)
	if len(roles.Roles) != 1 {
		t.Errorf("%d roles were made", len(roles.Roles))
	}
	wants(t, b.get(at+"?upload=import-none&alg=nonsense"), 200, "Create and start job")
	wants(t, b.get("/console/pools/"+pool+"/import-jobs"), 200, "Create import job")
}

// visit returns the visit of a signed-in browser.
func (f *fixture) visit(b *browser) *visit {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodGet, "/", nil)
	r.AddCookie(b.cookies[cookieSession])
	v, _, err := f.console.visitOf(f.t.Context(), r, f.console.Sessions.Resume)
	check(f.t, err)
	return v
}

// TestFirstRowsLineUp: rows with too few or too many values have as many table cells as the
// head.
func TestFirstRowsLineUp(t *testing.T) {
	seen := &uploadSeen{UserImportUploadType: &poolhouseapi.UserImportUploadType{
		Columns:   []poolhouseapi.ImportColumnType{{Name: "cognito:username"}, {Name: "email"}},
		FirstRows: []poolhouseapi.ImportRowType{{Values: []string{"a", "b"}}, {Values: []string{"a"}}, {Values: []string{"a", "b", "c", "d"}}},
	}}
	if got := len(seen.Columns) + len(seen.Over()); got != 4 {
		t.Errorf("the head has %d cells, want 4", got)
	}
	for i, row := range seen.First() {
		if len(row.Cells) != 4 {
			t.Errorf("row %d has %d cells, want 4", i, len(row.Cells))
		}
	}
}
