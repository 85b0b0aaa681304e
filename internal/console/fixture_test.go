package console

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"poolhouse/internal/access"
	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/audit"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/awsquery"
	"poolhouse/internal/console/session"
	"poolhouse/internal/console/session/memstore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logrole"
	"poolhouse/internal/password"
	"poolhouse/internal/regions"
	"poolhouse/internal/service"
	cognitoservice "poolhouse/internal/service/cognito"
	iamservice "poolhouse/internal/service/iam"
	poolhouseservice "poolhouse/internal/service/poolhouse"
	"poolhouse/internal/service/servicetest"
	"poolhouse/internal/signin"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/token"
	"poolhouse/internal/upload"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

const (
	account    = "000000000000"
	region     = "us-east-1"
	rootKey    = "PHIAROOTROOTROOT"
	rootSecret = "the-root-secret-of-the-tests"
)

// maxFile bounds an uploaded file in tests, in bytes.
const maxFile = 1 << 20

// fixture is a console on a real store, behind the gate that the server has.
type fixture struct {
	t       testing.TB
	console *Console
	store   *sqlstore.Store
	sealer  *iam.Sealer
	key     *iam.DataKey
	disk    *upload.Disk
	putter  Putter
	reader  *importfile.Reader
	engine  *importjob.Engine // works on jobs only when a test runs it
	now     time.Time         // tests advance it by passes, because live pages read it concurrently
	jobs    int               // number of jobs created
	stored  *servicetest.Changes

	mu    sync.Mutex
	calls []string // calls that changed something or tried to: principal, operation and error
}

func newFixture(t testing.TB, change ...func(*Options)) *fixture {
	t.Helper()
	f := &fixture{t: t, stored: servicetest.NewChanges(), now: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)}
	var err error
	if f.store, err = sqlstore.OpenSQLite(t.Context(), sqlstore.SQLite{Path: filepath.Join(t.TempDir(), "test.db")}); err != nil {
		t.Fatal(err)
	}
	key, err := iam.NewDataKey(make([]byte, iam.DataKeySize))
	if err != nil {
		t.Fatal(err)
	}
	f.store.SealWith(key)
	f.key = key
	t.Cleanup(func() { f.store.Close() })
	if f.sealer, err = iam.NewSealer(make([]byte, iam.SealerKeySize)); err != nil {
		t.Fatal(err)
	}
	list := regions.List(region + ",eu-west-1")
	keys := access.New(list, account, access.Credentials{AccessKeyID: rootKey, Secret: rootSecret}, f.store.IAM(), f.sealer)
	o := Options{
		Calls: f.dispatcher(keys), Keys: keys, Regions: list, Account: account, PublicURL: "http://127.0.0.1:9229",
		Sessions: &session.Keeper{Store: memstore.New(), Idle: time.Hour, MaxAge: 12 * time.Hour, Now: f.clock},
		Record: func(_ context.Context, e SignInEvent) {
			f.note(e.From.ARN, e.Operation, "")
		},
		Seals: servicetest.PageKey(t), Log: slog.New(slog.DiscardHandler), Now: f.clock,
	}
	o.UploadsAt, o.Files, o.MaxFile = "http://127.0.0.1:9229", f.putter, maxFile
	for _, c := range change {
		c(&o)
	}
	if f.console, err = New(o); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) dispatcher(keys *access.Authenticator) *dispatch.Dispatcher {
	json := dispatch.Service{Protocol: awsjson.New(slices.Concat(cognitoapi.Operations(), poolhouseapi.Operations())...), ErrorOf: service.ErrorOf}
	query := dispatch.Service{Protocol: awsquery.New(slices.Concat(iamapi.Operations(), stsapi.Operations())...), ErrorOf: iamservice.ErrorOf}
	d := dispatch.New(dispatch.Options{
		Authenticate: keys.Authenticate, Authorize: (&access.Authorizer{Entities: f.store.IAM()}).Authorize, CheckRegion: service.CheckRegion,
		Ended: func(_ context.Context, c *dispatch.Call, e dispatch.End) {
			if audit.IsChange(c.Operation.Name) {
				f.note(c.From.ARN, c.Operation.Name, e.Error)
				f.record(c, e)
			}
		},
		Unmodelled: func(operation, name string) { f.t.Errorf("%s answers %s", operation, name) },
		Log:        slog.New(slog.DiscardHandler),
	}, json, query)
	disk, err := upload.OpenDisk(filepath.Join(f.t.TempDir(), "uploads"), maxFile)
	check(f.t, err)
	f.t.Cleanup(func() { disk.Close() })
	f.disk = disk
	f.engine = importjob.NewEngine(f.stored.Jobs(f.store), disk, importjob.Config{Node: "test", Log: slog.New(slog.DiscardHandler), Limits: usercsv.Limits{Rows: 100_000}})
	issuer, err := upload.NewIssuer("http://127.0.0.1:9229", account, "secret")
	check(f.t, err)
	files := struct {
		*upload.Issuer
		*upload.Disk
	}{issuer, disk}
	f.reader = importfile.NewReader(f.stored.Uploads(f.store), disk, importfile.Config{Node: "test", Checker: f.store, Log: slog.New(slog.DiscardHandler), Limits: usercsv.Limits{Rows: 100_000}})
	f.putter = &upload.Handler{Issuer: issuer, Disk: disk, Jobs: f.store, Uploads: importfile.Arrivals{Store: f.store, Reader: f.reader}, Log: slog.New(slog.DiscardHandler)}
	cognitoservice.New(cognitoservice.Config{
		Store: f.store, Invitations: f.store, Jobs: f.store, Pages: servicetest.PageKey(f.t), Log: slog.New(slog.DiscardHandler), Uploads: files, Engine: f.engine, SignIn: f.signIn(),
	}).Register(d)
	iamservice.New(iamservice.Config{Store: f.store.IAM(), Sealer: f.sealer, Pages: servicetest.PageKey(f.t)}).Register(d)
	poolhouseservice.New(poolhouseservice.Config{LogRoles: &logrole.Checker{Account: account, Roles: f.store.IAM(), Data: f.store}, Pools: f.store, Users: f.store, Jobs: f.store, Rows: f.store, KeepRows: importjob.DefaultKeepRows, Limits: usercsv.Limits{Rows: 100_000}, Version: "test", Groups: f.store, Uploads: f.store, Maps: f.store, Files: files, Reader: f.reader, Log: slog.New(slog.DiscardHandler), Audit: f.store.Audit(), Outbox: f.store, Pages: servicetest.PageKey(f.t)}).Register(d)
	return d
}

// signIn returns the sign-in service.
func (f *fixture) signIn() *signin.Service {
	tokens := token.New(token.Config{
		Store: f.store, Issuer: func(id string) string { return "http://127.0.0.1:9229/" + id }, URL: "http://127.0.0.1:9229", Rotate: 365 * 24 * time.Hour, Log: slog.New(slog.DiscardHandler),
	})
	return signin.New(signin.Config{Store: f.store, Tokens: tokens, Hashes: password.NewHashes(2, 64), HashTime: 10 * time.Second, Key: f.key})
}

// record records a call in the audit at once, unlike the server.
func (f *fixture) record(c *dispatch.Call, e dispatch.End) {
	f.append(audit.Event{RequestID: c.ID, Region: c.From.Region, Service: c.Service(), Operation: c.Operation.Name, Principal: c.From.ARN,
		AccessKeyID: c.From.AccessKeyID, Address: c.From.Address, UserAgent: c.From.Agent, Resource: c.About.Resource, Result: e.Error})
}

// append adds an event to the audit.
func (f *fixture) append(e audit.Event) {
	e.ID, e.At = uuid.Must(uuid.NewV7()).String(), time.Now().UTC().Truncate(time.Millisecond)
	check(f.t, f.store.Audit().Append(f.t.Context(), []audit.Event{e}))
}

func (f *fixture) note(who, operation, failed string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, strings.TrimSpace(who+" "+operation+" "+failed))
}

// changes returns the calls since the previous call of changes that changed something.
func (f *fixture) changes() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	was := f.calls
	f.calls = nil
	return was
}

// user creates an IAM user with a policy and a key.
func (f *fixture) user(name, policy string) (key, secret string) {
	f.t.Helper()
	u, err := iam.NewUser(name, "", f.now)
	check(f.t, err)
	check(f.t, f.store.IAM().CreateUser(f.t.Context(), u))
	if policy != "" {
		p, err := iam.NewInlinePolicy("p", policy)
		check(f.t, err)
		check(f.t, f.store.IAM().PutInlinePolicy(f.t.Context(), iam.UserOwner(name), p))
	}
	k, s := iam.NewAccessKey(name, f.sealer, f.now)
	check(f.t, f.store.IAM().CreateAccessKey(f.t.Context(), k))
	return k.ID, string(s)
}

// pool creates a user pool, even with a name that the API refuses.
func (f *fixture) pool(name string) string {
	f.t.Helper()
	p := &userpool.UserPool{
		ID: fmt.Sprintf("%s_pool%05d", region, f.poolCount()), Name: name, Created: f.now, Modified: f.now, ARN: "arn:aws:cognito-idp:x",
		Schema: userpool.StandardSchema(), AutoVerified: []string{"email"}, FirstFactors: []string{userpool.FactorPassword},
		MFA: userpool.MFAOff, PasswordPolicy: userpool.DefaultPasswordPolicy(), Tier: "ESSENTIALS",
	}
	check(f.t, f.store.CreatePool(f.t.Context(), p, 1000))
	return p.ID
}

func (f *fixture) poolCount() int {
	pools, err := f.store.ListPools(f.t.Context(), region, "", 1000)
	check(f.t, err)
	return len(pools)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// browser stands for a browser: its cookies and its address.
type browser struct {
	f       *fixture
	address string
	tls     bool // whether the connection is encrypted
	cookies map[string]*http.Cookie
	headers map[string]string
}

func (f *fixture) browser() *browser {
	return &browser{f: f, address: "127.0.0.1:50000", cookies: map[string]*http.Cookie{}, headers: map[string]string{}}
}

// signed returns a signed-in browser.
func (f *fixture) signed(key, secret string) *browser {
	f.t.Helper()
	b := f.browser()
	if a := b.signIn(key, secret); a.Code != http.StatusSeeOther {
		f.t.Fatalf("signing in as %s: %d %s", key, a.Code, a.Body)
	}
	f.changes()
	return b
}

func (f *fixture) root() *browser { f.t.Helper(); return f.signed(rootKey, rootSecret) }

func (b *browser) signIn(key, secret string) *httptest.ResponseRecorder {
	b.f.t.Helper()
	return b.post("/console/sign-in", "id", key, "secret", secret)
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	b.f.t.Helper()
	return b.send(http.MethodGet, path, nil)
}

// post sends a form, given as name, value, name, value.
func (b *browser) post(path string, pairs ...string) *httptest.ResponseRecorder {
	b.f.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.send(http.MethodPost, path, strings.NewReader(form.Encode()))
}

func (b *browser) send(method, path string, body io.Reader) *httptest.ResponseRecorder {
	b.f.t.Helper()
	r := httptest.NewRequestWithContext(b.f.t.Context(), method, "http://127.0.0.1:9229"+path, body)
	r.RemoteAddr = b.address
	if b.tls {
		r.TLS = &tls.ConnectionState{}
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://127.0.0.1:9229")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for name, value := range b.headers {
		r.Header.Set(name, value)
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.f.console.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c
		}
	}
	return w
}

// follow follows the redirect of an answer.
func (b *browser) follow(a *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	b.f.t.Helper()
	if a.Code != http.StatusSeeOther {
		b.f.t.Fatalf("%d %s", a.Code, a.Body)
	}
	return b.get(a.Header().Get("Location"))
}

// wants fails the test unless an answer has the status and the texts.
func wants(t *testing.T, a *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if a.Code != status {
		t.Errorf("status %d, want %d: %s %v", a.Code, status, a.Body, a.Header())
	}
	for _, text := range texts {
		if !strings.Contains(a.Body.String(), text) {
			t.Errorf("the page has no %q: %s", text, a.Body)
		}
	}
}

// lacks fails the test if an answer has one of the texts.
func lacks(t *testing.T, a *httptest.ResponseRecorder, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.Body.String(), text) {
			t.Errorf("the page has %q: %s", text, a.Body)
		}
	}
}

// goesTo fails the test unless an answer redirects to the address.
func goesTo(t *testing.T, a *httptest.ResponseRecorder, want string) {
	t.Helper()
	if got := a.Header().Get("Location"); a.Code != http.StatusSeeOther || got != want {
		t.Errorf("%d %q, want 303 %q: %s", a.Code, got, want, a.Body)
	}
}

// person creates a user of a pool, even with a name that the API refuses. Attributes are
// given as name, value.
func (f *fixture) person(pool, name string, attributes ...string) error {
	p, err := f.store.Pool(f.t.Context(), pool)
	if err != nil {
		return err
	}
	u := &userpool.User{PoolID: pool, Username: name, Sub: userpool.NewSub(), Enabled: true, Created: f.now, Modified: f.now, Status: userpool.Confirmed}
	for i := 0; i+1 < len(attributes); i += 2 {
		u.Attributes.Set(attributes[i], attributes[i+1])
	}
	return f.store.CreateUser(f.t.Context(), p, u, false)
}

// clock returns the console's time.
func (f *fixture) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// passes advances the console's time.
func (f *fixture) passes(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}
