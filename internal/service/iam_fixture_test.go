package service_test

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
	"poolhouse/internal/service"
	"poolhouse/internal/sqlstore"
)

const (
	iamAccount = "123456789012"
	iamDoc     = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cognito-idp:ListUsers","Resource":"*"}}`
	iamTrust   = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}`
)

// iamFixture is the operations of IAM and STS on a real store, called as the
// router calls them.
type iamFixture struct {
	t       *testing.T
	calls   *dispatch.Dispatcher
	handler http.Handler
	logged  *strings.Builder
	now     time.Time
	caller  string // the user who signs the requests; "" for root
	sealer  *iam.Sealer
	// assumable is the id of the role that a request may assume.
	assumable string
	role      bool   // whether a role signs them instead
	version   string // of the API, "" for that which has the operation
}

func newIAMFixture(t *testing.T) *iamFixture {
	t.Helper()
	store, err := sqlstore.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	sealer, err := iam.NewSealer(make([]byte, iam.SealerKeySize))
	if err != nil {
		t.Fatal(err)
	}
	f := &iamFixture{t: t, logged: new(strings.Builder), now: time.Date(2026, 8, 1, 12, 0, 0, 999e6, time.UTC)}
	in := dispatch.Service{
		Protocol: awsquery.New(slices.Concat(iamapi.Operations(), iamapi.Others(), stsapi.Operations(), stsapi.Others())...),
		ErrorOf:  service.IAMErrorOf,
	}
	f.calls = dispatch.New(allowing(t, f.who, slog.New(slog.NewTextHandler(f.logged, nil))), in)
	f.handler = f.calls.Over(in)
	now := func() time.Time { return f.now }
	service.NewIAM(service.IAMConfig{AccountID: iamAccount, Store: store.IAM(), Sealer: sealer, Pages: pageKey(t), Now: now}).Register(f.calls)
	service.NewSTS(service.STSConfig{AccountID: iamAccount, Roles: store.IAM(), Sealer: sealer, Now: now}).RegisterSTS(f.calls)
	f.sealer = sealer
	return f
}

// who returns who signs the requests, and what they may assume.
func (f *iamFixture) who() (access.Request, access.About) {
	id := access.Root(iamAccount)
	switch {
	case f.role:
		id = access.SessionOf(iamAccount, new(iam.Session), new(iam.RoleAccess))
	case f.caller != "":
		id = access.Identity{UserName: f.caller}
	}
	id.ARN, id.UserID = "arn:aws:iam::"+iamAccount+":user/ada", "AIDAEXAMPLEEXAMPLE"
	return access.Request{Identity: id}, access.About{RoleID: f.assumable}
}

// element is an element of XML.
type element struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Elements []element `xml:",any"`
}

// at returns the first element at a path; an empty one if there is none.
func (e element) at(path ...string) element {
	for _, name := range path {
		i := slices.IndexFunc(e.Elements, func(e element) bool { return e.XMLName.Local == name })
		if i < 0 {
			return element{}
		}
		e = e.Elements[i]
	}
	return e
}

// String writes the element as Name=text or Name(elements).
func (e element) String() string {
	if len(e.Elements) == 0 {
		return e.XMLName.Local + "=" + e.Text
	}
	var parts []string
	for _, inner := range e.Elements {
		parts = append(parts, inner.String())
	}
	return e.XMLName.Local + "(" + strings.Join(parts, " ") + ")"
}

// iamShorthand is what the calls of tests write for long values.
var iamShorthand = strings.NewReplacer("$doc", iamDoc, "$trust", iamTrust, "$account", iamAccount,
	"$policy", "arn:aws:iam::"+iamAccount+":policy")

// call calls an operation that is written as its name and parameters, with
// spaces between them.
func (f *iamFixture) call(text string) (status int, answer element, body string) {
	f.t.Helper()
	action, rest, _ := strings.Cut(text, " ")
	form := url.Values{"Action": {action}, "Version": {iamapi.API.Version}}
	if action == "GetCallerIdentity" || action == "AssumeRole" {
		form.Set("Version", stsapi.API.Version)
	}
	if f.version != "" {
		form.Set("Version", f.version)
	}
	for _, field := range strings.Fields(rest) {
		name, value, _ := strings.Cut(field, "=")
		form.Set(name, iamShorthand.Replace(value))
	}
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodPost, "/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	if err := xml.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		f.t.Fatalf("%s: %v: %s", text, err, w.Body)
	}
	return w.Code, answer, w.Body.String()
}

// do returns the result of an operation that must succeed.
func (f *iamFixture) do(text string) element {
	f.t.Helper()
	status, answer, body := f.call(text)
	if status != http.StatusOK {
		f.t.Fatalf("%s: %d %s", text, status, body)
	}
	action, _, _ := strings.Cut(text, " ")
	return answer.at(action + "Result")
}

var (
	randomID     = regexp.MustCompile(`\b(AIDA|AROA|ANPA|AKIA)[A-Z2-7]{16,17}\b`)
	randomSecret = regexp.MustCompile(`SecretAccessKey=[A-Za-z0-9+/]{40}`)
)

// steps calls operation after operation, and compares the members of their
// results, as String writes them; what is random in them is left out.
func (f *iamFixture) steps(steps [][2]string) {
	f.t.Helper()
	for _, step := range steps {
		var members []string
		for _, member := range f.do(step[0]).Elements {
			members = append(members, member.String())
		}
		got := strings.Join(members, " ")
		got = randomSecret.ReplaceAllString(randomID.ReplaceAllString(got, "$1"), "SecretAccessKey=…")
		if want := strings.ReplaceAll(step[1], "$now", "2026-08-01T12:00:00Z"); got != want {
			f.t.Errorf("%s\n got %s\nwant %s", step[0], got, want)
		}
	}
}

// refused demands an error with a message that contains a text.
func (f *iamFixture) refused(text string, status int, code, message string) {
	f.t.Helper()
	got, answer, body := f.call(text)
	if e := answer.at("Error"); got != status || e.at("Code").Text != code || !strings.Contains(e.at("Message").Text, message) {
		f.t.Errorf("%s: %d %s\nwant %d %s: …%s…", text, got, body, status, code, message)
	}
}
