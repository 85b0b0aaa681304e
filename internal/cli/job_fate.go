package cli

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"poolhouse/internal/plaintext"
)

// fate says what happened to the job of a command that ended before the job did, and how to
// go on.
func (r *importRun) fate() string {
	switch r.stage {
	case stageNone:
		return "No job was created."
	case stageCreating:
		return "Whether the job " + r.name + " was created is not known. To see the newest jobs:\n  " + r.command("list-user-import-jobs", "--max-results 5")
	case stageCreated:
		return "The job " + plaintext.Line(r.jobID) + " was created and not started; it has no file, and expires within 24 hours. To look at it:\n  " + r.onJob("describe")
	case stageUploaded:
		return "The job " + plaintext.Line(r.jobID) + " was created and not started; it expires within 24 hours. To start it:\n  " + r.onJob("start")
	case stageEnded:
		return "The job " + plaintext.Line(r.jobID) + " has ended: " + plaintext.Line(string(r.status)) + "."
	case stageStarting:
		return "Whether the job " + plaintext.Line(r.jobID) + " was started is not known. To look at it, and to stop it:\n  " + r.onJob("describe") + "\n  " + r.onJob("stop")
	}
	return "The job " + plaintext.Line(r.jobID) + " was started, and runs without this command. To look at it, and to stop it:\n  " + r.onJob("describe") + "\n  " + r.onJob("stop")
}

// onJob returns a command about the job.
func (r *importRun) onJob(verb string) string {
	return r.command(verb+"-user-import-job", "--job-id "+word(r.jobID))
}

// command returns a command of the AWS CLI for the same server.
func (r *importRun) command(operation, rest string) string {
	endpoint := ""
	if url := aws.ToString(r.cfg.BaseEndpoint); url != "" {
		endpoint = " --endpoint-url " + word(url)
	}
	return fmt.Sprintf("aws cognito-idp %s --user-pool-id %s %s --region %s%s", operation, word(r.poolID), rest, word(r.cfg.Region), endpoint)
}

// word returns a value as one word of a shell, quoted if necessary.
func word(s string) string {
	plain := func(r rune) bool {
		return r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || strings.ContainsRune("+,./:=@_-%", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return plaintext.Line(quote(s))
}
