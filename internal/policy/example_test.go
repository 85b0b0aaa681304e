package policy_test

import (
	"fmt"
	"log"

	"poolhouse/internal/policy"
)

// A denial wins over every allowance. A request that no statement is about is denied, too.
func ExampleEvaluate() {
	document, err := policy.Parse([]byte(`{
		"Version": "2012-10-17",
		"Statement": [
			{
				"Effect": "Allow",
				"Action": ["cognito-idp:List*", "cognito-idp:AdminDeleteUser"],
				"Resource": "arn:aws:cognito-idp:us-east-1:*:userpool/*"
			},
			{
				"Effect": "Deny",
				"Action": "cognito-idp:AdminDeleteUser",
				"Resource": "*",
				"Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
			}
		]
	}`))
	if err != nil {
		log.Fatal(err)
	}
	for _, asked := range []struct{ action, from string }{
		{"cognito-idp:ListUsers", "198.51.100.7"},
		{"cognito-idp:AdminDeleteUser", "192.0.2.7"},
		{"cognito-idp:AdminDeleteUser", "198.51.100.7"},
		{"cognito-idp:CreateUserPool", "192.0.2.7"},
	} {
		decision := policy.Evaluate([]*policy.Document{document}, policy.Request{
			Action:    asked.action,
			Resource:  "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Example01",
			Principal: policy.Principal{ARN: "arn:aws:iam::123456789012:user/ada", UserName: "ada"},
			Context:   policy.Context{"aws:SourceIp": {asked.from}},
		})
		fmt.Printf("%s from %s: %s\n", asked.action, asked.from, decision)
	}

	// Output:
	// cognito-idp:ListUsers from 198.51.100.7: allowed
	// cognito-idp:AdminDeleteUser from 192.0.2.7: allowed
	// cognito-idp:AdminDeleteUser from 198.51.100.7: explicitDeny
	// cognito-idp:CreateUserPool from 192.0.2.7: implicitDeny
}

// A document that IAM calls malformed is refused. It is never read in part.
func ExampleParse() {
	_, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Permit", "Action": "*", "Resource": "*"}]}`))
	fmt.Println(err)

	// Output: Statement[0].Effect: An Effect is the string Allow or Deny, in this case.
}
