package e2e

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/jackc/pgx/v5"
	"golang.org/x/crypto/bcrypt"

	"poolhouse/internal/signin"
)

// listener is the transport of the tests' clients. It keeps the refusals, and can be asked
// for everything that was answered.
type listener struct {
	mu       sync.Mutex
	refusals bytes.Buffer
}

func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || response.StatusCode < 400 {
		return response, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(&l.refusals, "%v %s\n", response.Header, body)
	return response, nil
}

// secrets are texts that sign-ins must leave nowhere, by their kind.
type secrets map[string]string

func (s secrets) tokens(of string, r *types.AuthenticationResultType) {
	s["access token of "+of], s["ID token of "+of] = *r.AccessToken, *r.IdToken
	if r.RefreshToken != nil {
		s["refresh token of "+of] = *r.RefreshToken
	}
}

// TestSecretsOfSignIns signs users in in every way. Then it searches for passwords, codes,
// hashes, secrets, challenges and tokens where a thief or an operator could read them: in
// the server's log, the audit, the refusals, the data directory and the database.
func TestSecretsOfSignIns(t *testing.T) {
	together(t)
	searchEachStore(t, "ada@example.com", signInsWithSecrets)
}

// searchEachStore runs act on a server of each store. None of the secrets that it used may
// be readable in the data directory, the database, the server's log, or its answers. mark
// is a text that is stored in the clear: the search must find it.
func searchEachStore(t *testing.T, mark string, act func(*testing.T, *node) (s secrets, said map[string][]byte)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		n := startNode(t, t.TempDir())
		s, said := act(t, n)
		n.terminate()
		kept := everyFile(t, n.data)
		if !bytes.Contains(kept, []byte(mark)) {
			t.Fatal("the test does not see what is in the data directory")
		}
		s.mustNotBe(t, said, map[string][]byte{"the data directory": kept, "the log": []byte(n.logged())})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		c := newCluster(t)
		n := c.add(c.setup())
		s, said := act(t, n)
		kept := c.dump()
		if !bytes.Contains(kept, []byte(mark)) {
			t.Fatal("the test does not see what is in the database")
		}
		s.mustNotBe(t, said, map[string][]byte{"the database": kept, "the data directory": everyFile(t, n.data), "the log": []byte(n.logged())})
	})
}

// signInsWithSecrets signs users in. It returns the secrets, and what the server told other
// callers: its audit and its refusals.
func signInsWithSecrets(t *testing.T, n *node) (s secrets, said map[string][]byte) {
	t.Helper()
	ctx, ears := t.Context(), &listener{}
	n.sdkURL, n.sdk = n.url, cognito.NewFromConfig(aws.Config{Region: n.getenv("AWS_REGION"), BaseEndpoint: aws.String(n.url),
		HTTPClient:  &http.Client{Transport: ears},
		Credentials: credentials.NewStaticCredentialsProvider(n.getenv("AWS_ACCESS_KEY_ID"), n.getenv("AWS_SECRET_ACCESS_KEY"), "")})
	c, ada := n.sdk, "ada"
	a := n.newApp(&cognito.CreateUserPoolInput{}, &cognito.CreateUserPoolClientInput{GenerateSecret: true, PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled})
	a.withMFA(types.UserPoolMfaTypeOptional)
	described, err := c.DescribeUserPoolClient(ctx, &cognito.DescribeUserPoolClientInput{UserPoolId: &a.pool, ClientId: &a.client})
	if err != nil {
		t.Fatal(err)
	}
	secret := *described.UserPoolClient.ClientSecret
	proof := signin.SecretHash(secret, ada, a.client)
	hash, err1 := bcrypt.GenerateFromPassword([]byte(firstPassword), bcrypt.MinCost)
	kept, err2 := bcrypt.GenerateFromPassword([]byte(firstPassword), bcrypt.MinCost) // of a user who never signs in
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	s = secrets{"first password": firstPassword, "second password": secondPassword, "wrong password": wrongPassword, "temporary password": "Tempor-horse-4",
		"imported hash": string(hash), "imported hash that stays": string(kept), "client's secret": secret, "secret hash": proof}
	a.mustImport(a.pool, "BCRYPT", "cognito:username,email,email_verified,password_hash\nada,ada@example.com,true,"+string(hash)+"\nbob,bob@example.com,true,"+string(kept)+"\n", 2)
	begin := func(flow types.AuthFlowType, parameters ...string) (*cognito.InitiateAuthOutput, error) {
		all := map[string]string{"SECRET_HASH": proof}
		for i := 0; i < len(parameters); i += 2 {
			all[parameters[i]] = parameters[i+1]
		}
		return a.begin(flow, all)
	}
	byPassword := func(text string) (*cognito.InitiateAuthOutput, error) {
		return begin(types.AuthFlowTypeUserPasswordAuth, "USERNAME", ada, "PASSWORD", text)
	}
	answer := func(to *cognito.InitiateAuthOutput, name, text string) *types.AuthenticationResultType {
		t.Helper()
		out, err := a.answer(to.ChallengeName, to.Session, map[string]string{"USERNAME": ada, "SECRET_HASH": proof, name: text})
		if err != nil {
			t.Fatal(err)
		}
		return tokens(t, out.AuthenticationResult, nil)
	}
	_, err = byPassword(wrongPassword)
	refused(t, err, "NotAuthorizedException", "Incorrect username or password.")
	if _, err := a.byPassword(ada, firstPassword); err == nil {
		t.Error("a client without its secret signs in")
	}
	out, err := byPassword(firstPassword)
	if err != nil {
		t.Fatal(err)
	}
	first := tokens(t, out.AuthenticationResult, nil)
	s.tokens("the first sign-in", first)
	refreshed, err := begin(types.AuthFlowTypeRefreshTokenAuth, "REFRESH_TOKEN", *first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	s.tokens("the refresh", refreshed.AuthenticationResult)
	_, err = begin(types.AuthFlowTypeRefreshTokenAuth, "REFRESH_TOKEN", (*first.RefreshToken)[1:])
	refused(t, err, "NotAuthorizedException", "Invalid Refresh Token")

	associated, err := c.AssociateSoftwareToken(ctx, &cognito.AssociateSoftwareTokenInput{AccessToken: first.AccessToken})
	if err != nil {
		t.Fatal(err)
	}
	s["secret of the authenticator app"] = *associated.SecretCode
	phone := &authenticator{secret: *associated.SecretCode}
	code := func(what string) string {
		s["code of the app "+what] = phone.next(t)
		return s["code of the app "+what]
	}
	verify := &cognito.VerifySoftwareTokenInput{AccessToken: first.AccessToken, UserCode: aws.String(code("to verify"))}
	if _, err := c.VerifySoftwareToken(ctx, verify); err != nil {
		t.Fatal(err)
	}
	if _, err := c.SetUserMFAPreference(ctx, &cognito.SetUserMFAPreferenceInput{AccessToken: first.AccessToken, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true}}); err != nil {
		t.Fatal(err)
	}
	if out, err = byPassword(firstPassword); err != nil {
		t.Fatal(err)
	}
	s["challenge for the app's code"] = *out.Session
	_, err = a.answer(out.ChallengeName, out.Session, map[string]string{"USERNAME": ada, "SECRET_HASH": proof, "SOFTWARE_TOKEN_MFA_CODE": s["code of the app to verify"]})
	refused(t, err, "ExpiredCodeException", "")
	second := answer(out, "SOFTWARE_TOKEN_MFA_CODE", code("to sign in"))
	s.tokens("the second sign-in", second)
	if _, err := c.AdminSetUserMFAPreference(ctx, &cognito.AdminSetUserMFAPreferenceInput{UserPoolId: &a.pool, Username: &ada, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{}}); err != nil {
		t.Fatal(err)
	}

	if _, err := c.ForgotPassword(ctx, &cognito.ForgotPasswordInput{ClientId: &a.client, Username: &ada, SecretHash: &proof}); err != nil {
		t.Fatal(err)
	}
	s["code to reset the password"] = n.code(a.pool)
	confirm := func(code string) error {
		_, err := c.ConfirmForgotPassword(ctx, &cognito.ConfirmForgotPasswordInput{ClientId: &a.client, Username: &ada, SecretHash: &proof, ConfirmationCode: &code, Password: aws.String(secondPassword)})
		return err
	}
	refused(t, confirm("x"+s["code to reset the password"]), "CodeMismatchException", "")
	if err := confirm(s["code to reset the password"]); err != nil {
		t.Fatal(err)
	}
	n.temporary(a.pool, ada, s["temporary password"])
	if out, err = byPassword(s["temporary password"]); err != nil {
		t.Fatal(err)
	}
	s["challenge for a new password"] = *out.Session
	s.tokens("the third sign-in", answer(out, "NEW_PASSWORD", firstPassword))
	if _, err := c.RevokeToken(ctx, &cognito.RevokeTokenInput{ClientId: &a.client, Token: first.RefreshToken}); err == nil {
		t.Error("a token is revoked without the client's secret")
	}
	_, err = c.GetUser(ctx, &cognito.GetUserInput{AccessToken: aws.String(*second.AccessToken + "x")})
	refused(t, err, "NotAuthorizedException", "Invalid Access Token")
	audit := auditOf(t, n, "ConfirmForgotPassword")
	return s, map[string][]byte{"the audit": []byte(audit), "the answers that refuse": ears.refusals.Bytes()}
}

// auditOf returns the audit once it has an operation: events are stored a little later.
func auditOf(t *testing.T, n *node, operation string) (out string) {
	t.Helper()
	await(t, "the event of "+operation, 20*time.Second, func() bool {
		var err error
		if out, err = n.run(binary, "audit", "--json", "--limit", "1000"); err != nil {
			t.Fatal(err)
		}
		return strings.Contains(out, operation)
	})
	return out
}

// everyFile returns the contents of a directory's files.
func everyFile(t *testing.T, dir string) (all []byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		all = append(all, data...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// dump returns every row of the database as text, with binary values in hexadecimal.
func (c *cluster) dump() []byte {
	c.t.Helper()
	ctx := c.t.Context()
	conn, err := pgx.Connect(ctx, c.database)
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
	if err != nil {
		c.t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 10 {
		c.t.Fatalf("%q, %v", tables, err)
	}
	var all bytes.Buffer
	for _, table := range tables {
		fmt.Fprintf(&all, "\n%s\n", table)
		if _, err := conn.PgConn().CopyTo(ctx, &all, "COPY "+table+" TO STDOUT"); err != nil {
			c.t.Fatal(err)
		}
	}
	return all.Bytes()
}

// mustNotBe fails the test if a secret is in any of the places, unchanged or in another
// encoding.
func (s secrets) mustNotBe(t *testing.T, places ...map[string][]byte) {
	t.Helper()
	for what, secret := range s {
		for _, all := range places {
			for place, data := range all {
				if form := formIn(secret, data); form != "" {
					t.Errorf("the %s is in %s, %s", what, place, form)
				}
			}
		}
	}
}

// formIn returns the encoding in which a secret is in data, "" if it is not there.
func formIn(secret string, data []byte) string {
	if len(secret) < 8 { // digits, which longer numbers may contain
		if regexp.MustCompile(`(^|[^0-9.])` + regexp.QuoteMeta(secret) + `([^0-9]|$)`).Match(data) {
			return "as it is"
		}
		if regexp.MustCompile(`(^|[^3].|3[^0-9])` + hex.EncodeToString([]byte(secret)) + `([^3]|3[^0-9]|$)`).Match(data) {
			return "in hexadecimal"
		}
		return ""
	}
	forms := map[string][]byte{"as it is": []byte(secret), "in base64": []byte(base64.RawStdEncoding.EncodeToString([]byte(secret))), "in hexadecimal": []byte(hex.EncodeToString([]byte(secret)))}
	for encoding, decode := range map[string]func(string) ([]byte, error){
		"base64": base64.StdEncoding.DecodeString, "base64url": base64.RawURLEncoding.DecodeString, "base32": base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString,
	} {
		if raw, err := decode(secret); err == nil && len(raw) >= 16 {
			forms["decoded from "+encoding] = raw
			forms["decoded from "+encoding+", in hexadecimal"] = []byte(hex.EncodeToString(raw))
			if len(raw) > 48 { // a refresh token's own secret is in its middle
				forms["in part"], forms["in part, in hexadecimal"] = raw[16:48], []byte(hex.EncodeToString(raw[16:48]))
			}
		}
	}
	for form, text := range forms {
		if bytes.Contains(data, text) {
			return form
		}
	}
	return ""
}

// TestFormsOfSecrets: a secret is found in each encoding.
func TestFormsOfSecrets(t *testing.T) {
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	raw, err := base32.StdEncoding.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{secret, hex.EncodeToString([]byte(secret)), string(raw), hex.EncodeToString(raw), base64.StdEncoding.EncodeToString([]byte(secret))} {
		if formIn(secret, []byte("x"+data+"y")) == "" {
			t.Errorf("the secret is not found in %q", data)
		}
	}
	for data, want := range map[string]bool{`"123456"`: true, "code 123456.": true, "1123456": false, "12345": false, "0.123456": false, "22313233343536": true, "31313233343536": false, "3132333435362e": true, "31323334353637": false} {
		if got := formIn("123456", []byte(data)) != ""; got != want {
			t.Errorf("the code is in %q: %t", data, got)
		}
	}
}
