package console

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/audit"
	"poolhouse/internal/importjob"
)

// deed is how a test carries out an action, and what the audit then has.
type deed struct {
	ready func(w *world) // prepares the action; nil for nothing
	form  []string
	calls string // operations, in order; "" if only the browser stores something
	open  bool   // needs no permission
}

// world is the state before an action: a pool with a user, a client and a job.
type world struct {
	*fixture
	pool, client, job, key string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{fixture: newFixture(t)}
	w.console.Record = func(_ context.Context, e SignInEvent) {
		w.append(audit.Event{Region: e.From.Region, Service: "console", Operation: e.Operation, Principal: e.From.ARN, AccessKeyID: e.From.AccessKeyID, Address: e.From.Address, Resource: "*"})
	}
	w.pool = w.fixture.pool("people")
	made := w.root().post("/console/pools/"+w.pool+"/app-clients/create", "name", "web", "flow", "ALLOW_USER_SRP_AUTH")
	w.client = made.Header().Get("Location")[len("/console/pools/"+w.pool+"/app-clients/"):]
	check(t, w.person(w.pool, "ada.l", "email", "ada@example.com"))
	w.key, _ = w.user("operator", "")
	w.job = w.fixture.job(w.pool, "members", func(j *importjob.Job) { j.Upload = importjob.Upload{Name: "x", Size: 9} })
	return w
}

// path returns the address of an action in this world.
func (w *world) path(a action) string {
	return "/console" + strings.NewReplacer("{pool}", w.pool, "{client}", w.client, "{job}", w.job, "{username}", "ada.l", "{user}", "operator", "{key}", w.key).Replace(a.path)
}

// deeds are all acts of the console, by the paths of their actions.
var deeds = map[string]deed{
	"/sign-in":                         {form: []string{"id", rootKey, "secret", rootSecret}, calls: "SignIn", open: true},
	"/sign-out":                        {form: []string{"everywhere", "1"}, calls: "SignOutEverywhere", open: true},
	"/welcome":                         {calls: "SignIn", open: true},
	"/preferences":                     {form: []string{"theme", "dark"}, open: true},
	"/pools/create":                    {form: []string{"name", "more", "signin", "email", "verified", "email", "mfa", "OFF"}, calls: "CreateUserPool"},
	"/pools/{pool}/attributes":         {form: []string{"rows", "1", "attr-0-name", "level", "attr-0-type", "Number"}, calls: "AddCustomAttributes"},
	"/pools/{pool}/settings":           {form: []string{"verified", "email"}, calls: "UpdateUserPool"},
	"/pools/{pool}/delete":             {form: []string{"confirm", "people"}, calls: "DeleteUserPool"},
	"/pools/{pool}/app-clients/create": {form: []string{"name", "shop", "flow", "ALLOW_USER_SRP_AUTH"}, calls: "CreateUserPoolClient"},
	"/pools/{pool}/app-clients/{client}/delete":     {calls: "DeleteUserPoolClient"},
	"/pools/{pool}/users/create":                    {form: []string{"username", "bob", "password", "Temporary-1-password"}, calls: "AdminCreateUser"},
	"/pools/{pool}/users/{username}/edit":           {form: []string{"n-0", "name", "w-0", "", "v-0", "Ada"}, calls: "AdminUpdateUserAttributes"},
	"/pools/{pool}/users/{username}/disable":        {calls: "AdminDisableUser"},
	"/pools/{pool}/users/{username}/enable":         {calls: "AdminEnableUser"},
	"/pools/{pool}/users/{username}/delete":         {calls: "AdminDeleteUser"},
	"/pools/{pool}/users/{username}/reset-password": {ready: (*world).verified, calls: "AdminResetUserPassword"},
	"/pools/{pool}/users/{username}/set-password":   {form: []string{"password", "Another-1-password", "kind", "permanent"}, calls: "AdminSetUserPassword"},
	"/pools/{pool}/users/{username}/sign-out":       {calls: "AdminUserGlobalSignOut"},
	"/pools/{pool}/users/{username}/second-factor":  {ready: (*world).hasApp, form: []string{"app", "on"}, calls: "AdminSetUserMFAPreference"},
	"/pools/{pool}/users/{username}/remove-app":     {ready: (*world).hasApp, calls: "AdminDeleteSoftwareToken"},
	"/pools/{pool}/import-jobs/create":              {form: []string{"do", "begin"}, calls: "CreateUserImportUpload"},
	"/pools/{pool}/import-jobs/upload":              {calls: "CreateUserImportUpload"},
	"/pools/{pool}/import-jobs/{job}/start":         {calls: "StartUserImportJob"},
	"/pools/{pool}/import-jobs/{job}/stop":          {ready: func(w *world) { w.change(w.pool, w.job, running(9, importjob.Counts{})) }, calls: "StopUserImportJob"},
	"/pools/{pool}/import-jobs/{job}/correct":       {ready: (*world).hasRows, form: []string{"c3-3", "true", "w3", "as shown", "do", "import"}, calls: "CorrectUserImportJobRows RetryUserImportJob StartUserImportJob"},
	"/pools/{pool}/import-jobs/{job}/budget":        {form: []string{"budget-rows", "5"}, calls: "UpdateUserImportJob"},
	"/pools/{pool}/import-jobs/{job}/resume":        {ready: func(w *world) { w.job = w.stopped(w.pool) }, calls: "ResumeUserImportJob StartUserImportJob"},
	"/roles/create-import-role":                     {form: []string{"name", "mine"}, calls: "CreateRole PutRolePolicy"},
	"/keys/{user}/create":                           {calls: "CreateAccessKey"},
	"/keys/{user}/{key}/enable":                     {calls: "UpdateAccessKey"},
	"/keys/{user}/{key}/disable":                    {calls: "UpdateAccessKey"},
	"/keys/{user}/{key}/delete":                     {calls: "DeleteAccessKey"},
}

// hasRows replaces the job by one whose rows failed.
func (w *world) hasRows() {
	w.logRole("import")
	w.job = w.imported(w.pool, "with mistakes", mistakes)
}

// carryOut sends the form of an action.
func (w *world) carryOut(b *browser, a action, d deed) *httptest.ResponseRecorder {
	w.t.Helper()
	form := d.form
	switch a.path {
	case "/welcome":
		link := w.console.Link()
		form = []string{"token", link[strings.Index(link, "=")+1:]}
	case "/pools/{pool}/import-jobs/upload":
		return b.sends(w.path(a), twoRows)
	case "/keys/{user}/create":
		form = []string{"had", w.key}
	}
	return b.post(w.path(a), form...)
}

// onRecord returns a principal's events in the audit, in order.
func (f *fixture) onRecord(principal string) (calls []string) {
	f.t.Helper()
	events, err := f.store.Audit().Events(f.t.Context(), audit.Query{Principal: principal, Limit: 100})
	check(f.t, err)
	for _, e := range slices.Backward(events) {
		calls = append(calls, strings.TrimSpace(e.Operation+" "+e.Result))
	}
	return calls
}

// TestEveryActIsOnRecord walks all routes: each act of the console is in the audit under
// its principal.
func TestEveryActIsOnRecord(t *testing.T) {
	for _, a := range actions() {
		d, known := deeds[a.path]
		if known != (a.act != nil) {
			t.Errorf("%s: it acts: %v; the test knows what it does: %v", a.path, a.act != nil, known)
		}
		if !known {
			continue
		}
		w := newWorld(t)
		key, secret := w.user("ada", everything)
		b := w.signed(key, secret)
		principal := "arn:aws:iam::" + account + ":user/ada"
		if a.open { // for strangers, who become root
			b, principal = w.browser(), rootARN
		}
		if d.ready != nil {
			d.ready(w)
		}
		before := len(w.onRecord(principal))
		got := w.carryOut(b, a, d)
		if got.Code >= 400 {
			t.Errorf("%s: %d %s", a.path, got.Code, got.Body)
		}
		if calls := strings.Join(w.onRecord(principal)[before:], " "); calls != d.calls {
			t.Errorf("%s: on record is %q, want %q", a.path, calls, d.calls)
		}
	}
}

// TestEveryRefusalIsOnRecord walks all routes as a user without permissions: each act is
// refused, changes nothing, and is in the audit as an attempt.
func TestEveryRefusalIsOnRecord(t *testing.T) {
	w := newWorld(t)
	key, secret := w.user("nobody", "")
	b := w.signed(key, secret)
	const principal = "arn:aws:iam::" + account + ":user/nobody"
	for _, a := range actions() {
		d := deeds[a.path]
		if a.act == nil || d.open {
			continue
		}
		before := len(w.onRecord(principal))
		wants(t, w.carryOut(b, a, d), http.StatusForbidden, "is not authorized to perform: ")
		first, _, _ := strings.Cut(d.calls, " ")
		if got := w.onRecord(principal)[before:]; len(got) != 1 || !slices.Contains([]string{first + " AccessDeniedException", first + " AccessDenied"}, got[0]) {
			t.Errorf("%s: on record is %q, want that %s was denied", a.path, got, first)
		}
	}
}
