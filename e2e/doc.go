// Package e2e tests a whole server, as a process, with the clients that
// people use: the AWS CLI, boto3, the AWS SDKs for Go and JavaScript, tools
// made of them, Terraform, and curl. It holds no code but its tests.
package e2e
