package logrole

import (
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// Lack is which of the three things that a role needs it has not.
type Lack string

// What can be missing.
const (
	NoRole       Lack = "role"         // it is not there, or is of another account
	NoTrust      Lack = "trust policy" // Cognito may not assume it
	NoPermission Lack = "policy"       // it may not do all that it must
)

// Refusal is why a role is not good for an import job. Its message is for the
// person who names the role; the [importjob.Forbidden] that it wraps says as
// much in fewer words. The wording is our own.
type Refusal struct {
	Lack    Lack
	Message string
	brief   importjob.Forbidden
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

// Unwrap returns what the message of a job says that fails for it.
func (r *Refusal) Unwrap() error { return r.brief }

func (c *Checker) noRole(p *userpool.UserPool, arn string) error {
	return &Refusal{NoRole, "CloudWatchLogsRoleArn: the role " + arn + " does not exist. Its path and the case of its name count. " + c.advice(p, arn),
		"The CloudWatch Logs role does not exist."}
}

// otherAccount refuses a role of another account. unused tells whether this
// server could still be of that account.
func (c *Checker) otherAccount(p *userpool.UserPool, arn, account string, unused bool) error {
	text := "CloudWatchLogsRoleArn: the role " + arn + " is of another account, and roles of other accounts are not known here: this server's account is " +
		c.Account + ". " + c.advice(p, arn)
	if unused {
		text += " Nothing is lost on this server yet: started with --account-id " + account + " on an empty data directory, it is that account."
	}
	return &Refusal{NoRole, text, importjob.Forbidden("The CloudWatch Logs role is of another account than this server's, " + c.Account + ".")}
}

func noTrust(arn, poolARN string) error {
	return &Refusal{NoTrust, "CloudWatchLogsRoleArn: the role " + arn + " cannot be assumed. Its trust policy must allow " + service +
		" the action sts:AssumeRole for " + poolARN + ".",
		"The CloudWatch Logs role cannot be assumed: its trust policy does not allow it to " + service + "."}
}

func noPermission(arn, groupARN string, lacking []string) error {
	list := strings.Join(lacking, ", ")
	return &Refusal{NoPermission, "CloudWatchLogsRoleArn: the role " + arn + " has too few permissions. Its policies must allow " + list +
		" on " + groupARN + ".",
		importjob.Forbidden("The CloudWatch Logs role's policy lacks " + list + ".")}
}

// lacksDescribe is the warning about a role that may do all but that.
func lacksDescribe(arn, groupARN string) string {
	return "The role " + arn + " does not allow " + describeLogStreams + " on " + groupARN +
		". This server does not need it; the Amazon Cognito Developer Guide lists it, and Amazon Cognito may refuse the role."
}
