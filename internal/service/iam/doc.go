// Package iamservice is the operations of AWS IAM: users, access keys, roles,
// managed and inline policies, their attachments, versions and tags, one file
// each. none.go has the lists that are always empty here. The rules are in
// packages iam and policy.
package iamservice
