package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// source is one model and what is generated from it.
type source struct {
	service  string   // botocore's name; "" for our own operations
	name     string   // the prefix of the files' names
	dir, pkg string   // the files' directory and package
	only     []string // operations; empty means all
}

// sources are the models of the packages below api.
var sources = []source{
	{service: "cognito-idp", name: "cognito", dir: "cognito", pkg: "cognitoapi"},
	{name: "poolhouse", dir: "poolhouse", pkg: "poolhouseapi"},
	{service: "logs", name: "logs", dir: "logs", pkg: "logsapi", only: logs},
	{service: "iam", name: "iam", dir: "iam", pkg: "iamapi", only: iam},
	{service: "sts", name: "sts", dir: "sts", pkg: "stsapi", only: sts},
}

// logs are the declared operations of Amazon CloudWatch Logs.
var logs = []string{"DescribeLogGroups", "DescribeLogStreams", "GetLogEvents", "FilterLogEvents",
	"PutRetentionPolicy", "DeleteRetentionPolicy", "DeleteLogGroup", "DeleteLogStream"}

// iam are the declared operations of AWS Identity and Access Management. They manage users,
// their keys, roles and policies, or say what users and roles do not have here.
var iam = []string{"CreateUser", "GetUser", "ListUsers", "UpdateUser", "DeleteUser",
	"CreateAccessKey", "ListAccessKeys", "UpdateAccessKey", "DeleteAccessKey", "GetAccessKeyLastUsed",
	"PutUserPolicy", "GetUserPolicy", "ListUserPolicies", "DeleteUserPolicy",
	"CreateRole", "GetRole", "ListRoles", "UpdateRole", "UpdateRoleDescription", "UpdateAssumeRolePolicy", "DeleteRole",
	"PutRolePolicy", "GetRolePolicy", "ListRolePolicies", "DeleteRolePolicy",
	"CreatePolicy", "GetPolicy", "ListPolicies", "DeletePolicy",
	"CreatePolicyVersion", "GetPolicyVersion", "ListPolicyVersions", "SetDefaultPolicyVersion", "DeletePolicyVersion",
	"AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies",
	"AttachUserPolicy", "DetachUserPolicy", "ListAttachedUserPolicies",
	"TagUser", "UntagUser", "ListUserTags", "TagRole", "UntagRole", "ListRoleTags", "TagPolicy", "UntagPolicy", "ListPolicyTags",
	"ListGroupsForUser", "ListInstanceProfilesForRole", "GetLoginProfile", "DeleteLoginProfile", "ListMFADevices", "ListVirtualMFADevices",
	"ListSSHPublicKeys", "ListSigningCertificates", "ListServiceSpecificCredentials"}

// sts are the declared operations of AWS Security Token Service.
var sts = []string{"GetCallerIdentity", "AssumeRole"}

// findModel returns the path of a service's model in a folder of models. It takes the first of
// these names that exists, so that a newer model can lie beside a copy of botocore's data:
//
//	cognito-idp-model.json, cognito-idp.json
//	cognito-idp/2016-04-18/service-2.json, the newest version (botocore's data)
//	cognito-idp/service-2.json
//
// Each file may be compressed and end in .gz.
func findModel(folder, service string) (string, error) {
	tried := []string{service + "-model.json", service + ".json", filepath.Join(service, "*", "service-2.json"), filepath.Join(service, "service-2.json")}
	for _, name := range tried {
		for _, ending := range []string{"", ".gz"} {
			found, err := filepath.Glob(filepath.Join(escapeGlob(folder), name+ending))
			if err != nil {
				return "", err
			}
			if len(found) > 0 {
				return slices.Max(found), nil // versions are dates
			}
		}
	}
	if _, err := os.Stat(folder); err != nil {
		return "", fmt.Errorf("the folder of models cannot be read: %w", err)
	}
	return "", fmt.Errorf("%s has no model of %s: it must have one of %s, each may end in .gz", folder, service, strings.Join(tried, ", "))
}

// escapeGlob returns a pattern that matches only path.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
