// Package iamservice has the operations of AWS IAM: users, access keys, roles, managed and
// inline policies, their attachments, versions and tags, one file each. none.go has the lists
// that are always empty here. Packages iam and policy have the rules.
package iamservice
