package logrole

import (
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// Lack is one of the three things that a role needs.
type Lack string

// What a role can lack.
const (
	NoRole       Lack = "role"         // it does not exist, or belongs to another account
	NoTrust      Lack = "trust policy" // Cognito may not assume it
	NoPermission Lack = "policy"       // it does not allow all actions
)

// Refusal says why a role cannot be used for an import job. Its message is for the person who
// names the role. The wrapped [importjob.Forbidden] says the same in fewer words. The wording
// is our own.
type Refusal struct {
	Lack    Lack
	Message string
	brief   importjob.Forbidden
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

// Unwrap returns the short message, which becomes that of a job that fails for it.
func (r *Refusal) Unwrap() error { return r.brief }

func (c *Checker) noRole(p *userpool.UserPool, arn string) error {
	return &Refusal{NoRole, "CloudWatchLogsRoleArn: the role " + arn + " does not exist. The path and the case of the name must match. " + c.advice(p, arn),
		"The CloudWatch Logs role does not exist."}
}

// otherAccount refuses a role of another account. unused says whether this server could still
// take that account.
func (c *Checker) otherAccount(p *userpool.UserPool, arn, account string, unused bool) error {
	text := "CloudWatchLogsRoleArn: the role " + arn + " is of another account, and roles of other accounts are not known here: this server's account is " +
		c.Account + ". " + c.advice(p, arn)
	if unused {
		text += " This server has no data yet: to give it that account, start it with --account-id " + account + " on an empty data directory."
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

// lacksDescribe returns the warning about a role that lacks only that action.
func lacksDescribe(arn, groupARN string) string {
	return "The role " + arn + " does not allow " + describeLogStreams + " on " + groupARN +
		". This server does not need it; the Amazon Cognito Developer Guide lists it, and Amazon Cognito may refuse the role."
}
