package access

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/apicore"
	"poolhouse/internal/apineeds"
	"poolhouse/internal/iam"
	"poolhouse/internal/proxies"
	"poolhouse/internal/sigv4"
	"poolhouse/internal/sqlstore"
)

const (
	account  = "123456789012"
	region   = "eu-west-1"
	pool     = "eu-west-1_AbCdEf123"
	poolARN  = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/" + pool
	adaARN   = "arn:aws:iam::123456789012:user/team/Ada"
	testBody = `{"UserPoolId":"` + pool + `"}`
)

var (
	testNow  = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	testRoot = Credentials{AccessKeyID: "PHIAROOTROOTROOT", Secret: "the-root-secret"}
)

// fixture is a store with the user Ada, who has an access key.
type fixture struct {
	store         iam.Store
	sealer        *iam.Sealer
	authenticator *Authenticator
	key           *iam.AccessKey
	secret        string
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	s, err := sqlstore.OpenSQLite(t.Context(), sqlstore.SQLite{Path: filepath.Join(t.TempDir(), "test.db")})
	noError(t, err)
	t.Cleanup(func() { s.Close() })
	sealer, err := iam.NewSealer(bytes.Repeat([]byte{1}, iam.SealerKeySize))
	noError(t, err)
	f := &fixture{store: s.IAM(), sealer: sealer}
	ada, err := iam.NewUser("Ada", "/team/", testNow)
	noError(t, err)
	noError(t, f.store.CreateUser(t.Context(), ada))
	key, secret := iam.NewAccessKey("Ada", sealer, testNow)
	noError(t, f.store.CreateAccessKey(t.Context(), key))
	f.key, f.secret = key, string(secret)
	f.authenticator = New(sigv4.OneRegion(region), account, testRoot, f.store, sealer)
	f.authenticator.now = func() time.Time { return testNow }
	return f
}

// put sets an inline policy of Ada.
func (f *fixture) put(t testing.TB, document string) {
	t.Helper()
	p, err := iam.NewInlinePolicy("p", document)
	noError(t, err)
	noError(t, f.store.PutInlinePolicy(t.Context(), iam.UserOwner("ada"), p))
}

// signed returns a request signed with a key, in the form in which a server receives it.
func signed(t *testing.T, key, secret, region, service string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "POST", "http://pool.example.com/", strings.NewReader(testBody))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("User-Agent", "test/1")
	s := &sigv4.Signer{AccessKey: key, Secret: secret, Region: region, Service: service}
	s.Sign(r, []byte(testBody), testNow)
	return r
}

// verified returns the authenticated caller of a request that Ada signs for a service.
func (f *fixture) verified(t *testing.T, service string) Request {
	t.Helper()
	return f.verifiedOf(t, signed(t, f.key.ID, f.secret, region, service), service)
}

// verifiedOf authenticates a signed request.
func (f *fixture) verifiedOf(t *testing.T, r *http.Request, service string) Request {
	t.Helper()
	who, err := f.authenticator.verify(r, []byte(testBody), service)
	noError(t, err)
	from := From(r, proxies.Trusted{})
	from.Identity, from.Region = who.Identity, who.Region
	return from
}

func (f *fixture) authorizer() *Authorizer {
	return &Authorizer{Entities: f.store, Now: func() time.Time { return testNow }}
}

// inputOf returns an input of an operation. Every text in it is "x", except those in values.
func inputOf(needs *apineeds.Operation, values map[string]string) any {
	if needs == nil || needs.Input == nil {
		return nil
	}
	in := needs.Input()
	for _, field := range reflect.VisibleFields(reflect.TypeOf(in).Elem()) {
		if field.Type.Kind() != reflect.String {
			continue
		}
		value, ok := values[field.Name]
		if !ok {
			value = "x"
		}
		reflect.ValueOf(in).Elem().FieldByIndex(field.Index).SetString(value)
	}
	return in
}

// may authorizes a signed call as the dispatcher does.
func (a *Authorizer) may(who Request, op apicore.OperationInfo, input any) error {
	if !op.Signed {
		return nil
	}
	_, err := a.Authorize(context.Background(), who, op, input)
	return err
}
