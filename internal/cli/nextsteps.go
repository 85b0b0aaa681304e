package cli

import (
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// printNextSteps prints what can be done about the rows that a job did not import.
func printNextSteps(out io.Writer, t *target, job *types.UserImportJobType) {
	j := &jobOf{target: *t, jobKey: jobKey{aws.ToString(job.UserPoolId), aws.ToString(job.JobId)}}
	if job.Status == types.UserImportJobStatusTypeStopped {
		say(out, "To import the rows that were not reached:\n  %s\n", j.command("resume", ""))
	}
	if job.SkippedUsers+job.FailedUsers == 0 {
		return
	}
	say(out, "To see these rows, what is wrong in which cell and what to write:\n  %s\n", j.command("rows", ""))
	say(out, "To get them as a file, and to import it once it is corrected:\n  %s\n  %s\n",
		j.command("results", "--output corrected.csv"), j.command("retry", "--file corrected.csv"))
}
