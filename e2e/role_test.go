package e2e

import (
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// The role of import jobs in the Developer Guide ("Creating the CloudWatch Logs IAM role").
const (
	logRole   = "arn:aws:iam::000000000000:role/import"
	roleTrust = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "cognito-idp.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
	roleLogs  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
		"Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
		"Resource": ["arn:aws:logs:us-east-1:000000000000:log-group:/aws/cognito/*"]}]}`
)

// iam returns an SDK client of IAM at this server. It uses the shared HTTP client, because
// connections of its own would stay open.
func (n *node) iam() *iam.Client {
	return iam.NewFromConfig(aws.Config{
		Region: n.getenv("AWS_REGION"), BaseEndpoint: aws.String(n.url), HTTPClient: http.DefaultClient,
		Credentials: credentials.NewStaticCredentialsProvider(n.getenv("AWS_ACCESS_KEY_ID"), n.getenv("AWS_SECRET_ACCESS_KEY"), ""),
	})
}

// makeLogRole creates the role of import jobs if it is missing. Several tests may call it
// at once: the role is complete when it returns.
func (n *node) makeLogRole() {
	n.t.Helper()
	ctx, c, name, policy := n.t.Context(), n.iam(), aws.String("import"), aws.String("logs")
	if _, err := c.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: name, PolicyName: policy}); err == nil {
		return
	}
	_, err := c.CreateRole(ctx, &iam.CreateRoleInput{RoleName: name, AssumeRolePolicyDocument: aws.String(roleTrust)})
	if _, there := errors.AsType[*types.EntityAlreadyExistsException](err); err == nil || there {
		_, err = c.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: name, PolicyName: policy, PolicyDocument: aws.String(roleLogs)})
	}
	if err != nil {
		n.t.Fatal(err)
	}
}
