// Command gen writes package api: Go types, constraints and the operation
// table of the API models that it is given. It runs in the directory of the
// package, through go generate.
package main

import (
	"flag"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
)

// source is a model, and what is generated from it.
type source struct {
	path, name string
	dir, pkg   string   // where it goes: a directory, and the package that it is
	only       []string // operations; all where it is empty
}

// logs are the operations that are declared of Amazon CloudWatch Logs.
var logs = []string{"DescribeLogGroups", "DescribeLogStreams", "GetLogEvents", "FilterLogEvents",
	"PutRetentionPolicy", "DeleteRetentionPolicy", "DeleteLogGroup", "DeleteLogStream"}

// iam are the operations that are declared of AWS Identity and Access
// Management: those of users, their keys, roles and policies.
var iam = []string{"CreateUser", "GetUser", "ListUsers", "DeleteUser",
	"CreateAccessKey", "ListAccessKeys", "UpdateAccessKey", "DeleteAccessKey",
	"PutUserPolicy", "GetUserPolicy", "ListUserPolicies", "DeleteUserPolicy",
	"CreateRole", "GetRole", "ListRoles", "UpdateAssumeRolePolicy", "DeleteRole",
	"PutRolePolicy", "GetRolePolicy", "ListRolePolicies", "DeleteRolePolicy",
	"CreatePolicy", "GetPolicy", "GetPolicyVersion", "ListPolicies", "DeletePolicy",
	"AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies",
	"AttachUserPolicy", "DetachUserPolicy", "ListAttachedUserPolicies"}

// sts are the operations that are declared of AWS Security Token Service.
var sts = []string{"GetCallerIdentity", "AssumeRole"}

func main() {
	cognito := flag.String("cognito", "", "path of Cognito's API model (service-2.json of cognito-idp)")
	cloudWatch := flag.String("logs", "", "path of CloudWatch Logs' API model (service-2.json of logs)")
	access := flag.String("iam", "", "path of IAM's API model (service-2.json of iam)")
	tokens := flag.String("sts", "", "path of STS' API model (service-2.json of sts)")
	own := flag.String("own", "poolhouse.json", "path of the model of our own operations")
	flag.Parse()
	err := run(
		source{path: *cognito, name: "cognito", dir: ".", pkg: "api"},
		source{path: *own, name: "poolhouse", dir: ".", pkg: "api"},
		source{path: *cloudWatch, name: "logs", dir: "logs", pkg: "logs", only: logs},
		source{path: *access, name: "iam", dir: "iam", pkg: "iamapi", only: iam},
		source{path: *tokens, name: "sts", dir: "sts", pkg: "stsapi", only: sts},
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(sources ...source) error {
	for _, in := range sources {
		if in.path == "" {
			return fmt.Errorf("no model of %s: set POOLHOUSE_API_MODEL, POOLHOUSE_LOGS_MODEL, POOLHOUSE_IAM_MODEL and POOLHOUSE_STS_MODEL to the paths of the service-2.json of cognito-idp, logs, iam and sts", in.name)
		}
		m, err := readModel(in.path, in.only)
		if err != nil {
			return err
		}
		if err := m.check(); err != nil {
			return fmt.Errorf("%s: %w", in.path, err)
		}
		for part, text := range generate(m, in.name, in.pkg) {
			if err := write(filepath.Join(in.dir, in.name+"_"+part+"_gen.go"), text); err != nil {
				return err
			}
		}
	}
	return nil
}

func write(name string, text []byte) error {
	source, err := format.Source(text)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(name, source, 0o644)
}
