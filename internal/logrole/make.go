package logrole

import (
	"fmt"
	"regexp"
	"strings"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/userpool"
)

// TrustPolicy allows Cognito to assume the role.
const TrustPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}]}`

// Policy returns the permissions of an import's role (Developer Guide, creating the
// CloudWatch Logs IAM role) in an account and a region. An asterisk stands for all regions.
func Policy(region, account string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["%s"],"Resource":["%s"]}]}`,
		strings.Join(actions, `","`), awsarn.LogGroup(region, account, "/aws/cognito/*"))
}

// The name, path and policy name that AWS's console gives to the role that it creates.
const (
	DefaultPath = "/service-role/"
	DefaultName = "Cognito-UserImport-Role"
	PolicyName  = "write-import-logs"
)

// roleForm matches the path and name in a role's ARN, as IAM allows them.
var roleForm = regexp.MustCompile(`:role(/(?:[\w+=,.@-]+/)*)([\w+=,.@-]{1,64})$`)

// advice says how to create the role of an ARN on this server, or how to do without it.
func (c *Checker) advice(p *userpool.UserPool, arn string) string {
	path, name := DefaultPath, DefaultName
	if part := roleForm.FindStringSubmatch(arn); part != nil {
		path, name = part[1], part[2]
	}
	return "To create the role " + awsarn.Entity(c.Account, "role", path, name) + " on this server, run\n" +
		"  aws iam create-role --role-name " + name + " --path " + path + " --assume-role-policy-document '" + TrustPolicy + "'\n" +
		"  aws iam put-role-policy --role-name " + name + " --policy-name " + PolicyName + " --policy-document '" + Policy(p.Region(), c.Account) + "'\n" +
		"`poolhouse import` creates a role itself. A server with --skip-log-role-check accepts any role ARN."
}
