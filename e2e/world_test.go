package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"poolhouse/internal/worldcsv"
)

// wholeFiles is the number of the world's files that must be imported entirely right. The
// others report why they are not.
const wholeFiles = 60

// TestWorldFiles imports each file of a table of users that many programs wrote, as a
// person does who does not know how it is written: CreateUserImportJob, an upload,
// StartUserImportJob. No user may have a value that is not the table's.
func TestWorldFiles(t *testing.T) {
	together(t)
	n := sharedNode(t)
	n.makeLogRole()
	world, err := worldcsv.Load("../internal/usercsv/testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	imports := make([]worldImport, len(world.Files))
	for i, f := range world.Files {
		imports[i] = n.beginWorld(world.Path(f))
	}
	whole := 0
	for i, f := range world.Files {
		job := n.ended(imports[i].pool, imports[i].job)
		j := world.Judge(f, n.everyUser(imports[i].pool))
		for _, wrong := range j.Wrong {
			t.Errorf("%s: %s", f.Name, wrong)
		}
		if j.Whole() {
			whole++
			continue
		}
		t.Logf("%s: %d of %d users are right; %s: %s", f.Name, j.Right, j.Counted, job.Status, aws.ToString(job.CompletionMessage))
		if job.Status == types.UserImportJobStatusTypeSucceeded && j.Right == 0 {
			t.Errorf("%s: the job has succeeded without a user", f.Name)
		}
	}
	t.Logf("%d of %d files are imported wholly right", whole, len(world.Files))
	if whole < wholeFiles {
		t.Errorf("%d of %d files are imported wholly right, and %d should be", whole, len(world.Files), wholeFiles)
	}
}

// worldImport is an import that has been started.
type worldImport struct{ pool, job string }

// beginWorld starts to import a file into its own pool, which verifies email addresses
// automatically and has custom:note.
func (n *node) beginWorld(path string) worldImport {
	n.t.Helper()
	ctx, c := n.t.Context(), n.client()
	made, err := c.CreateUserPool(ctx, &cognito.CreateUserPoolInput{
		PoolName: aws.String("world"), AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		Schema: []types.SchemaAttributeType{{
			Name: aws.String("note"), AttributeDataType: types.AttributeDataTypeString, Mutable: aws.Bool(true),
			StringAttributeConstraints: &types.StringAttributeConstraintsType{MaxLength: aws.String("2048")},
		}},
	})
	if err != nil {
		n.t.Fatal(err)
	}
	created, err := c.CreateUserImportJob(ctx, &cognito.CreateUserImportJobInput{UserPoolId: made.UserPool.Id, JobName: aws.String("world"), CloudWatchLogsRoleArn: aws.String(logRole)})
	if err != nil {
		n.t.Fatal(err)
	}
	n.put(path, *created.UserImportJob.PreSignedUrl)
	if _, err := c.StartUserImportJob(ctx, &cognito.StartUserImportJobInput{UserPoolId: made.UserPool.Id, JobId: created.UserImportJob.JobId}); err != nil {
		n.t.Fatal(err)
	}
	return worldImport{*made.UserPool.Id, *created.UserImportJob.JobId}
}

// ended returns a job when it has ended.
func (n *node) ended(pool, job string) (d *types.UserImportJobType) {
	n.t.Helper()
	await(n.t, "the end of job "+job, 2*time.Minute, func() bool {
		d = n.describe(pool, job)
		return d.CompletionDate != nil
	}, func() string {
		return fmt.Sprintf("it is %s with %d users; the log:\n%s", d.Status, d.ImportedUsers, n.logged())
	})
	return d
}

// everyUser returns the users of a pool, by the column names of an import file.
func (n *node) everyUser(pool string) (all []map[string]string) {
	n.t.Helper()
	pages := cognito.NewListUsersPaginator(n.client(), &cognito.ListUsersInput{UserPoolId: &pool})
	for pages.HasMorePages() {
		page, err := pages.NextPage(n.t.Context())
		if err != nil {
			n.t.Fatal(err)
		}
		for _, u := range page.Users {
			values := map[string]string{"cognito:username": *u.Username}
			for _, a := range u.Attributes {
				values[*a.Name] = aws.ToString(a.Value)
			}
			all = append(all, values)
		}
	}
	return all
}
