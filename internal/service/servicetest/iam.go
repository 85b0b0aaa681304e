package servicetest

import (
	"encoding/xml"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/access"
	iamapi "poolhouse/internal/api/iam"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/awsquery"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	iamservice "poolhouse/internal/service/iam"
	stsservice "poolhouse/internal/service/sts"
	"poolhouse/internal/sqlstore"
)

// The account of the tests, and a policy that lets a user list users.
const (
	Account  = "123456789012"
	Document = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cognito-idp:ListUsers","Resource":"*"}}`
	Trust    = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}`
)

// IAM has the operations of IAM and STS on a real store. Calls go through a dispatcher.
type IAM struct {
	T       *testing.T
	Calls   *dispatch.Dispatcher
	Handler http.Handler
	Logged  *strings.Builder
	Now     time.Time
	Caller  string // the user that signs requests; "" for root
	Sealer  *iam.Sealer
	// Assumable is the id of the role that requests may assume.
	Assumable string
	Role      bool   // whether a role signs instead
	Version   string // of the API; "" for the one with the operation
}

// NewIAM returns the operations on an empty store.
func NewIAM(t *testing.T) *IAM {
	t.Helper()
	store, err := sqlstore.OpenSQLite(t.Context(), sqlstore.SQLite{Path: filepath.Join(t.TempDir(), "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	seal(t, store)
	sealer, err := iam.NewSealer(make([]byte, iam.SealerKeySize))
	if err != nil {
		t.Fatal(err)
	}
	f := &IAM{T: t, Logged: new(strings.Builder), Now: time.Date(2026, 8, 1, 12, 0, 0, 999e6, time.UTC)}
	in := dispatch.Service{
		Protocol: awsquery.New(slices.Concat(iamapi.Operations(), iamapi.Others(), stsapi.Operations(), stsapi.Others())...),
		ErrorOf:  iamservice.ErrorOf,
	}
	f.Calls = dispatch.New(Allowing(t, f.who, slog.New(slog.NewTextHandler(f.Logged, nil))), in)
	f.Handler = f.Calls.Handler(in)
	now := func() time.Time { return f.Now }
	iamservice.New(iamservice.Config{Store: store.IAM(), Sealer: sealer, Pages: PageKey(t), Now: now}).Register(f.Calls)
	stsservice.New(stsservice.Config{Roles: store.IAM(), Sealer: sealer, Now: now}).Register(f.Calls)
	f.Sealer = sealer
	return f
}

// who returns the caller, and the role that it may assume.
func (f *IAM) who() (access.Request, access.About) {
	id := access.Root(Account)
	switch {
	case f.Role:
		id = access.SessionOf(Account, new(iam.Session), new(iam.RoleAccess))
	case f.Caller != "":
		id = access.Identity{Account: Account, UserName: f.Caller}
	}
	id.ARN, id.UserID = "arn:aws:iam::"+Account+":user/ada", "AIDAEXAMPLEEXAMPLE"
	return access.Request{Identity: id, Region: "us-east-1"}, access.About{RoleID: f.Assumable}
}

// Element is an element of XML.
type Element struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Elements []Element `xml:",any"`
}

// At returns the first element at a path, an empty one if there is none.
func (e Element) At(path ...string) Element {
	for _, name := range path {
		i := slices.IndexFunc(e.Elements, func(e Element) bool { return e.XMLName.Local == name })
		if i < 0 {
			return Element{}
		}
		e = e.Elements[i]
	}
	return e
}

// String writes the element as Name=text or Name(elements).
func (e Element) String() string {
	if len(e.Elements) == 0 {
		return e.XMLName.Local + "=" + e.Text
	}
	var parts []string
	for _, inner := range e.Elements {
		parts = append(parts, inner.String())
	}
	return e.XMLName.Local + "(" + strings.Join(parts, " ") + ")"
}

// shorthand is the tests' abbreviations of long values.
var shorthand = strings.NewReplacer("$doc", Document, "$trust", Trust, "$account", Account,
	"$policy", "arn:aws:iam::"+Account+":policy")

// Call calls an operation, written as its name and parameters, separated by spaces.
func (f *IAM) Call(text string) (status int, answer Element, body string) {
	f.T.Helper()
	action, rest, _ := strings.Cut(text, " ")
	form := url.Values{"Action": {action}, "Version": {iamapi.API.Version}}
	if action == "GetCallerIdentity" || action == "AssumeRole" {
		form.Set("Version", stsapi.API.Version)
	}
	if f.Version != "" {
		form.Set("Version", f.Version)
	}
	for _, field := range strings.Fields(rest) {
		name, value, _ := strings.Cut(field, "=")
		form.Set(name, shorthand.Replace(value))
	}
	r := httptest.NewRequestWithContext(f.T.Context(), http.MethodPost, "/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	f.Handler.ServeHTTP(w, r)
	if err := xml.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		f.T.Fatalf("%s: %v: %s", text, err, w.Body)
	}
	return w.Code, answer, w.Body.String()
}

// Do returns the result of an operation that must succeed.
func (f *IAM) Do(text string) Element {
	f.T.Helper()
	status, answer, body := f.Call(text)
	if status != http.StatusOK {
		f.T.Fatalf("%s: %d %s", text, status, body)
	}
	action, _, _ := strings.Cut(text, " ")
	return answer.At(action + "Result")
}

// The ids and secrets of answers that differ in each run.
var (
	RandomID     = regexp.MustCompile(`\b(AIDA|AROA|ANPA|AKIA)[A-Z2-7]{16,17}\b`)
	randomSecret = regexp.MustCompile(`SecretAccessKey=[A-Za-z0-9+/]{40}`)
)

// Steps calls operation after operation. It compares the members of their results, as String
// writes them, without random parts.
func (f *IAM) Steps(steps [][2]string) {
	f.T.Helper()
	for _, step := range steps {
		var members []string
		for _, member := range f.Do(step[0]).Elements {
			members = append(members, member.String())
		}
		got := strings.Join(members, " ")
		got = randomSecret.ReplaceAllString(RandomID.ReplaceAllString(got, "$1"), "SecretAccessKey=…")
		if want := strings.ReplaceAll(step[1], "$now", "2026-08-01T12:00:00Z"); got != want {
			f.T.Errorf("%s\n got %s\nwant %s", step[0], got, want)
		}
	}
}

// Refused demands an error whose message contains a text.
func (f *IAM) Refused(text string, status int, code, message string) {
	f.T.Helper()
	got, answer, body := f.Call(text)
	if e := answer.At("Error"); got != status || e.At("Code").Text != code || !strings.Contains(e.At("Message").Text, message) {
		f.T.Errorf("%s: %d %s\nwant %d %s: …%s…", text, got, body, status, code, message)
	}
}
