// Package logrole decides whether a role allows what Amazon Cognito would assume it for: to
// write the results of an import job to CloudWatch Logs.
//
// It owns what such a role needs (Developer Guide, Creating the CloudWatch Logs IAM role).
// The role must exist, trust Cognito, and allow four actions on the job's log group. It also
// owns the condition keys of Cognito's calls. Package policy parses and evaluates policies,
// and package resultlog names log groups. Nothing is written with the role.
//
// checker.go checks a role with the condition keys of context.go, refusal.go has the errors,
// and make.go says how to create a role.
package logrole
