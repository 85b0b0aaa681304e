package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/chromedp/chromedp"
)

// wrongOf: one row in so many of a [memberFile] is invalid.
const wrongOf = 1000

// memberFile writes a file of members. Some have an invalid address.
func memberFile(dir string, rows int) (string, error) {
	var b strings.Builder
	b.WriteString("cognito:username,name,email,email_verified\n")
	for i := range rows {
		mail := fmt.Sprintf("member%06d@example.com", i)
		if i%wrongOf == wrongOf-1 {
			mail = "none"
		}
		fmt.Fprintf(&b, "member%06d,Member %d,%s,true\n", i, i, mail)
	}
	path := filepath.Join(dir, "members.csv")
	return path, os.WriteFile(path, []byte(b.String()), 0o600)
}

// walkGuide follows in the browser the Developer Guide's chapter "Importing users into user
// pools from a CSV file", on a server without a role. It creates the role with the job,
// uploads the file by the file chooser, creates and starts the job, follows it to its end,
// and looks at the failed rows.
func (c *console) walkGuide(rows int) {
	c.t.Helper()
	ctx, sdk := c.t.Context(), c.n.client()
	made, err := sdk.CreateUserPool(ctx, &cognito.CreateUserPoolInput{PoolName: aws.String("members"), AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}})
	if err != nil {
		c.t.Fatal(err)
	}
	pool := *made.UserPool.Id
	file, err := memberFile(c.t.TempDir(), rows)
	if err != nil {
		c.t.Fatal(err)
	}
	c.open("pools/" + pool + "/import-jobs")
	c.click(`a[href$="import-jobs/create"]`)
	if !value[bool](c, `document.getElementById("role-new").checked`) {
		c.t.Error("where there is no role, a new one is not chosen")
	}
	c.typed("#name", "all members")
	c.choose(file)
	if name := value[string](c, `document.getElementById("name").value`); name != "all members" {
		c.t.Errorf("the upload loses the name that was typed: it is %q", name)
	}
	failed := rows / wrongOf
	c.sees("Create job and import " + grouped(rows) + " rows")
	c.sees(grouped(failed) + " rows would fail")
	c.click("main button.primary")
	c.begun("all members was created and started.")
	c.becomes(`document.querySelector("#re") !== null`) // the page was told of the end
	c.sees("Succeeded, " + grouped(failed) + " failed")
	c.do(chromedp.Click(chromedp.CSS(".seg li:first-child a")))
	c.becomes(`document.querySelector(".seg a[aria-current]").innerText.startsWith("All") && document.querySelectorAll("table.log tbody tr").length === 100`)
	value[bool](c, `[...document.querySelectorAll(".seg a")].find(a => a.innerText.startsWith("Failed")).click(), true`)
	c.becomes(fmt.Sprintf(`document.querySelector(".seg a[aria-current]").innerText.startsWith("Failed") && document.querySelectorAll("table.log tbody tr").length === %d`, min(failed, 100)))
	c.sees("Invalid email address format.")
	c.imported(pool, rows-failed)
}

// imported checks by the API what a job imported: the job with its role, and the users.
func (c *console) imported(pool string, users int) {
	c.t.Helper()
	ctx, sdk := c.t.Context(), c.n.client()
	jobs, err := sdk.ListUserImportJobs(ctx, &cognito.ListUserImportJobsInput{UserPoolId: &pool, MaxResults: aws.Int32(2)})
	if err != nil {
		c.t.Fatal(err)
	}
	if len(jobs.UserImportJobs) != 1 {
		c.t.Fatalf("%d jobs were made", len(jobs.UserImportJobs))
	}
	job := jobs.UserImportJobs[0]
	if job.ImportedUsers != int64(users) || job.Status != types.UserImportJobStatusTypeSucceeded || !strings.Contains(*job.CloudWatchLogsRoleArn, "role/service-role/Cognito-UserImport-Role") {
		c.t.Errorf("the job is %s with %d users by %s", job.Status, job.ImportedUsers, *job.CloudWatchLogsRoleArn)
	}
	one, err := sdk.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: &pool, Username: aws.String("member000000")})
	if err != nil {
		c.t.Fatal(err)
	}
	if one.UserStatus != types.UserStatusTypeResetRequired {
		c.t.Errorf("a user who was imported is %s", one.UserStatus)
	}
}

// grouped formats a number as the console does.
func grouped(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", grouped(n/1000), n%1000)
}
