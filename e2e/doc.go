// Package e2e tests a whole server, as a process, with the clients that people use: the AWS
// CLI, boto3, the AWS SDKs for Go and JavaScript, tools built on them, Terraform, and curl.
// It contains tests only.
package e2e
