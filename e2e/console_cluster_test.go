package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	iamsdk "github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/chromedp/chromedp"
	"github.com/jackc/pgx/v5"
)

// walkCluster follows the guide's procedure with PostgreSQL and uploads to a bucket. It
// watches a job in progress while its server changes, its session ends, or its key is
// disabled.
func (c *console) walkCluster() {
	c.t.Helper()
	all := newCluster(c.t)
	c.n = all.add(all.setup())
	all.allowUploads(c.n.url)
	c.enter()
	const rows = 5000
	c.walkGuide(rows)
	c.walkOthers(all)
}

// allowUploads sets the rule with which the console at an address may write to the bucket,
// as the upload page shows it.
func (c *cluster) allowUploads(origin string) {
	c.t.Helper()
	client := s3.NewFromConfig(aws.Config{Region: c.s3.Region, BaseEndpoint: &c.s3.Endpoint, Credentials: credentials.NewStaticCredentialsProvider(c.s3.AccessKey, c.s3.Secret, "")},
		func(o *s3.Options) { o.UsePathStyle = true })
	_, err := client.PutBucketCors(c.t.Context(), &s3.PutBucketCorsInput{Bucket: &c.bucket, CORSConfiguration: &s3types.CORSConfiguration{
		CORSRules: []s3types.CORSRule{{AllowedOrigins: []string{origin}, AllowedMethods: []string{"PUT"}, AllowedHeaders: []string{"x-amz-server-side-encryption", "content-type"}}}}})
	if err != nil {
		c.t.Fatal(err)
	}
}

// walkOthers watches a job in progress whose page stays open: its stream reconnects to any
// server that answers, and ends with the session and with the key.
func (c *console) walkOthers(all *cluster) {
	c.t.Helper()
	pool, job := c.n.begin(mixedFile(c.t, 24*consoleRows))
	at := "pools/" + pool + "/import-jobs/" + job
	c.open(at)
	c.hears()
	goOn := all.hold() // the job lasts until the walk has ended
	c.blocked("*://*:*/*/events*")
	c.open(at)
	c.becomes(`!document.getElementById("lost").hidden`) // the first connection is refused
	c.blocked()
	c.becomes(`document.getElementById("lost").hidden`)
	c.stays(func() {
		c.n.kill()
		c.becomes(`!document.getElementById("lost").hidden`)
		s := all.setup()
		s.listen = c.n.listen // where a load balancer would reach it
		c.n = all.add(s)
		c.becomes(`document.getElementById("lost").hidden`)
	})
	// The session ends: the page stays, and signing in leads back to it.
	execPostgres(c.t, all.database, "UPDATE console_sessions SET used_ms = 0")
	c.isOut(at)
	c.sees("Sign in to Poolhouse")
	c.enterAs(c.n.getenv("AWS_ACCESS_KEY_ID"), c.n.getenv("AWS_SECRET_ACCESS_KEY"))
	c.becomes(`location.pathname === "/console/` + at + `"`)

	// A user who may see the jobs of this pool sees them and nothing else.
	other, _ := c.n.poolWithJob()
	id, secret := c.n.keyOf(c.t.TempDir(), "watcher", `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["cognito-idp:DescribeUserImportJob", "cognito-idp:ListUserImportJobs"],
		"Resource": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/`+pool+`"}}`)
	c.leave()
	c.enterAs(id, secret)
	c.sees("Your key may not list the user pools")
	c.typed("#q", pool)
	c.click("form[role=search] button")
	c.becomes(`location.pathname.endsWith("/import-jobs")`)
	if links := value[string](c, `[...document.querySelectorAll("nav.sidenav a")].map(a => a.textContent).join()`); links != "User pools,Import jobs" {
		c.t.Errorf("the navigation has %s", links)
	}
	c.looks("jobs-viewer")
	c.click("main tbody a")
	c.becomes(`document.querySelector("#live") !== null`)
	if acts := value[int](c, `document.querySelectorAll("main form, main .actions a").length`); acts > 0 {
		c.t.Errorf("the page of one who may only look has %d acts", acts)
	}
	c.open("pools/" + other + "/import-jobs")
	c.sees("is not authorized to perform: cognito-idp:ListUserImportJobs")
	c.looks("jobs-refused")

	// The key is disabled: the open page receives nothing more.
	c.open(at)
	c.becomes(`document.querySelector("#live [data-title]") !== null`)
	if _, err := c.n.iam().UpdateAccessKey(c.t.Context(), &iamsdk.UpdateAccessKeyInput{UserName: aws.String("watcher"), AccessKeyId: &id, Status: iamtypes.StatusTypeInactive}); err != nil {
		c.t.Fatal(err)
	}
	c.isOut(at)
	c.sees("Sign in to Poolhouse")
	c.enterAs(id, secret)
	c.sees("do not belong together, or the key is disabled")
	c.enterAs(c.n.getenv("AWS_ACCESS_KEY_ID"), c.n.getenv("AWS_SECRET_ACCESS_KEY"))
	c.open(at + "/stop")
	c.click("main button.primary")
	goOn()
	c.becomes(`document.querySelector("#re") !== null`)
	c.sees("Stopped")
}

// hold blocks writes of users until goOn is called.
func (c *cluster) hold() (goOn func()) {
	c.t.Helper()
	conn, err := pgx.Connect(c.t.Context(), c.database)
	if err == nil {
		_, err = conn.Exec(c.t.Context(), "BEGIN; LOCK TABLE users IN SHARE MODE")
	}
	if err != nil {
		c.t.Fatal(err)
	}
	var once sync.Once
	goOn = func() {
		once.Do(func() {
			if err := conn.Close(context.WithoutCancel(c.t.Context())); err != nil {
				c.t.Error(err)
			}
		})
	}
	c.t.Cleanup(goOn)
	return goOn
}

// isOut waits until the page says that its session ended, and follows its link to the
// sign-in page.
func (c *console) isOut(at string) {
	c.t.Helper()
	c.becomes(`document.getElementById("signedout")?.hidden === false || location.pathname.endsWith("/sign-in")`)
	c.open(at)
}

// hears waits until the page of a job in progress has received progress.
func (c *console) hears() {
	c.t.Helper()
	shown := value[string](c, `document.getElementById("live").innerText`)
	c.becomes(fmt.Sprintf(`document.getElementById("live").innerText !== %q`, shown))
}

// stays fails the test if the live part of the page was reloaded or replaced.
func (c *console) stays(meanwhile func()) {
	c.t.Helper()
	value[bool](c, `document.getElementById("live").mark = true`)
	meanwhile()
	if !value[bool](c, `document.getElementById("live")?.mark === true`) {
		c.t.Error("the page did not go on with its stream: it was loaded again")
	}
}

// enterAs signs in.
func (c *console) enterAs(id, secret string) {
	c.t.Helper()
	c.typed("#id", id)
	c.typed("#secret", secret)
	c.click("button.primary")
}

// leave signs out.
func (c *console) leave() {
	c.t.Helper()
	c.openMenu()
	c.click(`#me form[action$="sign-out"] button:first-child`)
	c.do(chromedp.WaitVisible(chromedp.CSS("#id")))
}

// keyOf creates an IAM user with a policy, and a key.
func (n *node) keyOf(dir, name, policy string) (id, secret string) {
	n.t.Helper()
	path := filepath.Join(dir, "policy.json")
	if err := os.WriteFile(path, []byte(policy), 0o600); err != nil {
		n.t.Fatal(err)
	}
	said, err := n.run(binary, "keys", "create", name, "--policy", path, "--format", "json")
	if err != nil {
		n.t.Fatal(said, err)
	}
	var made struct {
		AccessKey struct{ AccessKeyId, SecretAccessKey string }
	}
	if err := json.Unmarshal([]byte(said), &made); err != nil {
		n.t.Fatal(said, err)
	}
	return made.AccessKey.AccessKeyId, made.AccessKey.SecretAccessKey
}
