// Package logrole says whether a role can do for an import job what Amazon
// Cognito would assume it for: write the job's results to CloudWatch Logs.
//
// It owns what such a role needs (Developer Guide, Creating the CloudWatch Logs
// IAM role): that it is there, that it trusts Cognito, and that it may do four
// actions on the job's log group; and which condition keys Cognito's calls
// have. How policies are read and evaluated is package policy's, what log groups
// are called is package resultlog's. Nothing is written with the role.
package logrole
