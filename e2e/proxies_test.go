package e2e

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go"
)

// TestProxies runs each proxy with the configuration of docs/proxies.md before a server
// that is started as that page says, and uses it as clients do.
func TestProxies(t *testing.T) {
	if runtime.GOOS != "linux" {
		lacking(t, "a loopback with more than one address")
	}
	together(t)
	for name, p := range proxies {
		t.Run(name, func(t *testing.T) {
			together(t)
			program := p.find(t)
			server := freeAddress(t)
			n := start(t, setup{data: t.TempDir(), listen: server, flags: documentedFlags(t)})
			f := &front{t: t, n: n, server: server, certificate: newCertificate(t)}
			f.proxy = p.start(t, program, server, f.certificate)
			f.calls()
			pool, job := f.job()
			f.uploads(*job.PreSignedUrl)
			f.hasLivePages(pool)
		})
	}
}

// The addresses of clients: one that may call, and another.
const (
	welcomeClient = "127.0.0.5"
	otherClient   = "127.0.0.6"
)

// front is a server behind a proxy.
type front struct {
	t             *testing.T
	n             *node
	server, proxy string // where they listen
	certificate   *certificate
}

// from returns a client that connects from an address to the proxy or to the server itself.
// It adds headers to each request.
func (f *front) from(address, to string, forged http.Header) *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(f.certificate.parsed)
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	transport := &http.Transport{
		DialContext:     func(ctx context.Context, _, _ string) (net.Conn, error) { return dialer.DialContext(ctx, "tcp", to) },
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
	}
	f.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: forging{transport, forged}}
}

// forging adds headers that a client has no right to, unless a request has them already.
type forging struct {
	next   http.RoundTripper
	header http.Header
}

func (g forging) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, values := range g.header {
		if len(r.Header[name]) == 0 {
			r.Header[name] = values
		}
	}
	return g.next.RoundTrip(r)
}

// as returns the configuration of SDK clients with a key.
func (f *front) as(key, secret, at string, client *http.Client) aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: &at, HTTPClient: client, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, "")}
}

// root returns the configuration of root's clients through the proxy.
func (f *front) root() aws.Config {
	return f.as(f.n.getenv("AWS_ACCESS_KEY_ID"), f.n.getenv("AWS_SECRET_ACCESS_KEY"), f.n.url, f.from(welcomeClient, f.proxy, nil))
}

// calls makes calls with a key that may be used from one address only, over TLS.
func (f *front) calls() {
	f.t.Helper()
	ctx, accounts, ada := f.t.Context(), iam.NewFromConfig(f.root()), aws.String("ada")
	if _, err := accounts.CreateUser(ctx, &iam.CreateUserInput{UserName: ada}); err != nil {
		f.t.Fatal(err)
	}
	policy := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*",
		"Condition":{"IpAddress":{"aws:SourceIp":"` + welcomeClient + `"},"Bool":{"aws:SecureTransport":"true"}}}}`
	if _, err := accounts.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: ada, PolicyName: ada, PolicyDocument: &policy}); err != nil {
		f.t.Fatal(err)
	}
	made, err := accounts.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: ada})
	if err != nil {
		f.t.Fatal(err)
	}
	plain := strings.Replace(f.n.url, "https:", "http:", 1)
	for name, c := range map[string]struct {
		from, to, at string
		forged       http.Header
		refused      string // the error, "" for none
	}{
		"through the proxy":             {welcomeClient, f.proxy, f.n.url, nil, ""},
		"from elsewhere":                {otherClient, f.proxy, f.n.url, nil, "AccessDeniedException"},
		"from elsewhere, forged":        {otherClient, f.proxy, f.n.url, claims(welcomeClient), "AccessDeniedException"},
		"from elsewhere, forged twice":  {otherClient, f.proxy, f.n.url, claims(welcomeClient, welcomeClient+", 127.0.0.1"), "AccessDeniedException"},
		"past the proxy":                {welcomeClient, f.server, plain, nil, "AccessDeniedException"},
		"past the proxy, forged":        {otherClient, f.server, plain, claims(welcomeClient), "AccessDeniedException"},
		"past the proxy, forged scheme": {welcomeClient, f.server, plain, http.Header{"X-Forwarded-Proto": {"https"}}, "AccessDeniedException"},
	} {
		client := cognito.NewFromConfig(f.as(*made.AccessKey.AccessKeyId, *made.AccessKey.SecretAccessKey, c.at, f.from(c.from, c.to, c.forged)))
		_, err := client.ListUserPools(ctx, &cognito.ListUserPoolsInput{MaxResults: new(int32(1))})
		said, _ := errors.AsType[smithy.APIError](err)
		if (err != nil) != (c.refused != "") || c.refused != "" && (said == nil || said.ErrorCode() != c.refused) {
			f.t.Errorf("%s: %v, want %q", name, err, c.refused)
		}
	}
}

// claims are headers of a client that claims to be a proxy.
func claims(addresses ...string) http.Header {
	return http.Header{"X-Forwarded-For": addresses, "X-Forwarded-Proto": {"https"}, "Forwarded": {"for=" + welcomeClient + ";proto=https"}, "X-Real-Ip": {welcomeClient}}
}

// job creates a pool and an import job.
func (f *front) job() (pool string, job *types.UserImportJobType) {
	f.t.Helper()
	ctx, c, accounts := f.t.Context(), cognito.NewFromConfig(f.root()), iam.NewFromConfig(f.root())
	_, err := accounts.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("import"), AssumeRolePolicyDocument: aws.String(roleTrust)})
	if err == nil {
		_, err = accounts.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String("import"), PolicyName: aws.String("logs"), PolicyDocument: aws.String(roleLogs)})
	}
	if err != nil {
		f.t.Fatal(err)
	}
	made, err := c.CreateUserPool(ctx, &cognito.CreateUserPoolInput{PoolName: aws.String("people")})
	if err != nil {
		f.t.Fatal(err)
	}
	created, err := c.CreateUserImportJob(ctx, &cognito.CreateUserImportJobInput{UserPoolId: made.UserPool.Id, JobName: aws.String("all"), CloudWatchLogsRoleArn: aws.String(logRole)})
	if err != nil {
		f.t.Fatal(err)
	}
	return *made.UserPool.Id, created.UserImportJob
}

// uploads uploads a large file to the pre-signed URL. Meanwhile the server has begun to
// receive it, so another upload must wait: the proxy does not buffer it.
func (f *front) uploads(to string) {
	f.t.Helper()
	if !strings.HasPrefix(to, f.n.url+"/") {
		f.t.Fatalf("the pre-signed URL is %s", to)
	}
	client := f.from(welcomeClient, f.proxy, nil)
	begun, file := io.Pipe()
	ended := make(chan string, 1)
	go func() { ended <- f.put(client, to, begun) }()
	large := strings.Repeat("x", 1<<20)
	if _, err := io.WriteString(file, large); err != nil {
		f.t.Fatal(err)
	}
	beside := ""
	await(f.t, "the refusal of a second upload", 20*time.Second, func() bool {
		beside = f.put(client, to, strings.NewReader("x"))
		return strings.HasPrefix(beside, "503")
	}, func() string { return beside })
	if !strings.Contains(beside, "SlowDown") {
		f.t.Errorf("beside an upload that is under way another one is answered %s", beside)
	}
	if _, err := io.WriteString(file, large); err != nil {
		f.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		f.t.Fatal(err)
	}
	if got := <-ended; !strings.HasPrefix(got, "200") {
		f.t.Errorf("the upload was answered %s", got)
	}
}

// put uploads a file, and returns the answer.
func (f *front) put(client *http.Client, to string, body io.Reader) string {
	r, err := http.NewRequestWithContext(f.t.Context(), http.MethodPut, to, body)
	if err != nil {
		return err.Error()
	}
	r.Header.Set("x-amz-server-side-encryption", "aws:kms")
	return answered(client, r)
}

// answered returns status and body of the answer to a request.
func answered(client *http.Client, r *http.Request) string {
	a, err := client.Do(r)
	if err != nil {
		return err.Error()
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		return err.Error()
	}
	return a.Status + " " + string(text)
}

// hasLivePages signs in to the console, receives the state of the pool's jobs at once, and
// finds its address in the audit.
func (f *front) hasLivePages(pool string) {
	f.t.Helper()
	headers := claims(otherClient)
	headers.Set("Origin", f.n.url) // of forms, in the browser's spelling
	browser := f.from(welcomeClient, f.proxy, headers)
	var err error
	if browser.Jar, err = cookiejar.New(nil); err != nil {
		f.t.Fatal(err)
	}
	id, secret := f.n.getenv("AWS_ACCESS_KEY_ID"), f.n.getenv("AWS_SECRET_ACCESS_KEY")
	post(f.t, browser, f.n.url+"/console/sign-in", url.Values{"id": {id}, "secret": {secret}})
	home, err := url.Parse(f.n.url + "/console/")
	if err != nil {
		f.t.Fatal(err)
	}
	if len(browser.Jar.Cookies(home)) == 0 {
		f.t.Fatal("the browser is not signed in")
	}
	home.Scheme = "http"
	if open := browser.Jar.Cookies(home); len(open) > 0 {
		f.t.Errorf("over a connection that is not encrypted the browser sends %v", open)
	}
	f.isToldAtOnce(browser, f.n.url+"/console/pools/"+pool+"/import-jobs/events?jobs=1")
	form, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, f.n.url+"/console/sign-out", nil)
	if err != nil {
		f.t.Fatal(err)
	}
	form.Header.Set("Origin", "https://evil.example")
	if got := answered(browser, form); !strings.HasPrefix(got, "403") {
		f.t.Errorf("a form of another origin is answered %.300s", got)
	}
	post(f.t, browser, f.n.url+"/console/sign-out", nil)
	f.onRecord()
}

// isToldAtOnce opens the event stream of a live page and reads the first event. The answer
// goes on: a proxy that buffers it would send nothing.
func (f *front) isToldAtOnce(browser *http.Client, at string) {
	f.t.Helper()
	ctx, stop := context.WithTimeout(f.t.Context(), 20*time.Second)
	defer stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	a, err := browser.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	defer a.Body.Close()
	line, err := bufio.NewReader(a.Body).ReadString('\n')
	if err != nil || a.StatusCode != http.StatusOK || !strings.HasPrefix(line, "id: ") {
		f.t.Errorf("a live page is told %s %q, %v", a.Status, line, err)
	}
}

// onRecord: the audit must have the client's address for everything that it did, also for
// uploads.
func (f *front) onRecord() {
	f.t.Helper()
	n := f.n.twin()
	n.url = "http://" + f.server // the events are read past the proxy
	var got []string
	await(f.t, "the event of the sign-out", 20*time.Second, func() bool { // events are stored after requests
		got = nil
		for _, e := range n.own("ListAuditEvents", object{})["Events"].([]any) {
			event := e.(object)
			got = append(got, fmt.Sprint(event["Operation"], " ", event["SourceAddress"]))
		}
		return slices.Contains(got, "SignOut "+welcomeClient)
	}, func() string { return fmt.Sprint(got) })
	for _, operation := range []string{"CreateUser", "CreateUserPool", "CreateUserImportJob", "PutUserImportFile", "SignIn", "SignOut"} {
		if !slices.Contains(got, operation+" "+welcomeClient) {
			f.t.Errorf("on record is not %s from %s: %q", operation, welcomeClient, got)
		}
	}
	if slices.ContainsFunc(got, func(e string) bool { return !strings.HasSuffix(e, " "+welcomeClient) }) {
		f.t.Errorf("on record is another address: %q", got)
	}
}
