package iamservice_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/scratch"
	"poolhouse/internal/service/servicetest"
)

// iamScript walks through the API with botocore. It prints the non-random parts of the answers
// as JSON.
const iamScript = `
import json, sys
import botocore.config, botocore.exceptions, botocore.session

def client(service):
    return botocore.session.Session().create_client(
        service, region_name="us-east-1", endpoint_url=sys.argv[1], aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="x",
        config=botocore.config.Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5))

def code(call, **parameters):
    try:
        call(**parameters)
    except botocore.exceptions.ClientError as e:
        return [type(e).__name__, e.response["Error"]["Code"], e.response["ResponseMetadata"]["HTTPStatusCode"]]

def pages(operation, list, **parameters):
    found = iam.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1}, **parameters)
    return [page[list] for page in found]

iam, sts, out = client("iam"), client("sts"), {}
doc, trust = sys.argv[2], sys.argv[3]
out["user"] = iam.create_user(UserName="jane", Path="/staff/")["User"]
iam.create_user(UserName="joe")
key = iam.create_access_key(UserName="jane")["AccessKey"]
out["key"] = [key["UserName"], key["Status"], len(key["AccessKeyId"]), len(key["SecretAccessKey"])]
iam.create_access_key(UserName="jane")
iam.update_access_key(UserName="jane", AccessKeyId=key["AccessKeyId"], Status="Inactive")
out["keys"] = sorted([k["Status"] for k in page] for page in pages("list_access_keys", "AccessKeyMetadata", UserName="jane"))
out["users"] = [[u["UserName"] for u in page] for page in pages("list_users", "Users")]
role = iam.create_role(RoleName="import", AssumeRolePolicyDocument=trust, Description="for imports", MaxSessionDuration=3600)["Role"]
role["AssumeRolePolicyDocument"] = role["AssumeRolePolicyDocument"] == json.loads(trust)
out["role"] = role
out["trust"] = [r["AssumeRolePolicyDocument"] == json.loads(trust) for r in iam.list_roles()["Roles"] + [iam.get_role(RoleName="import")["Role"]]]
iam.put_role_policy(RoleName="import", PolicyName="inline", PolicyDocument=doc)
out["inline"] = [iam.get_role_policy(RoleName="import", PolicyName="inline")["PolicyDocument"] == json.loads(doc), iam.list_role_policies(RoleName="import")["PolicyNames"]]
policy = iam.create_policy(PolicyName="read", PolicyDocument=doc, Description="reads")["Policy"]
out["policy"] = policy
for owner in iam.attach_user_policy, iam.attach_user_policy:
    owner(UserName="jane", PolicyArn=policy["Arn"])
iam.attach_role_policy(RoleName="import", PolicyArn=policy["Arn"])
version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId="v1")["PolicyVersion"]
out["version"] = [version["Document"] == json.loads(doc), version["VersionId"], version["IsDefaultVersion"]]
out["attached"] = [pages("list_attached_user_policies", "AttachedPolicies", UserName="jane"), pages("list_attached_role_policies", "AttachedPolicies", RoleName="import")]
out["policies"] = [[[p["PolicyName"], p["AttachmentCount"]] for p in page] for page in pages("list_policies", "Policies", Scope="Local", OnlyAttached=True)]
out["errors"] = [
    code(iam.get_user, UserName="nobody"), code(iam.create_user, UserName="JANE"), code(iam.delete_user, UserName="jane"),
    code(iam.create_access_key, UserName="jane"), code(iam.put_user_policy, UserName="jane", PolicyName="p", PolicyDocument="{}"),
    code(iam.create_user, UserName="x", PermissionsBoundary=policy["Arn"]), code(iam.get_user), code(iam.list_users, Marker="x")]
tags = [{"Key": "team", "Value": "red"}, {"Key": "a b/c:d+e=f@g_h.i-é", "Value": ""}]
iam.tag_user(UserName="jane", Tags=tags)
iam.untag_user(UserName="jane", TagKeys=["TEAM", "none"])
iam.tag_role(RoleName="import", Tags=tags)
iam.tag_policy(PolicyArn=policy["Arn"], Tags=tags)
out["tags"] = [iam.get_user(UserName="jane")["User"]["Tags"], iam.list_role_tags(RoleName="import", MaxItems=1)["Tags"],
    pages("list_policy_tags", "Tags", PolicyArn=policy["Arn"]), iam.create_user(UserName="ann", Tags=tags[:1])["User"]["Tags"]]
iam.delete_user(UserName="ann")
iam.detach_user_policy(UserName="jane", PolicyArn=policy["Arn"])
iam.detach_role_policy(RoleName="import", PolicyArn=policy["Arn"])
iam.delete_policy(PolicyArn=policy["Arn"])
iam.delete_role_policy(RoleName="import", PolicyName="inline")
iam.delete_role(RoleName="import")
for k in iam.list_access_keys(UserName="jane")["AccessKeyMetadata"]:
    iam.delete_access_key(UserName="jane", AccessKeyId=k["AccessKeyId"])
iam.delete_user(UserName="jane")
out["left"] = [u["UserName"] for u in iam.list_users()["Users"]] + iam.list_roles()["Roles"] + iam.list_policies()["Policies"]
identity = sts.get_caller_identity()
out["caller"] = [identity["Account"], identity["UserId"], identity["Arn"]]
print(json.dumps(out, default=lambda time: time.isoformat()))
`

// runPython runs a script that needs botocore, and returns its output.
func runPython(t *testing.T, script string, args ...string) []byte {
	t.Helper()
	python, err := scratch.Python("botocore")
	if err != nil {
		scratch.Lacking(t, err.Error())
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, python, append([]string{"-c", script}, args...)...).Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("%v: %s", err, failed.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestIAMBotocore walks through the API with a client of AWS.
func TestIAMBotocore(t *testing.T) {
	f := newFixture(t)
	server := httptest.NewServer(f.Handler)
	defer server.Close()
	out := runPython(t, iamScript, server.URL, servicetest.Document, servicetest.Trust)
	out = servicetest.RandomID.ReplaceAll(out, []byte("$1"))
	var got servicetest.Object
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if diff := cmp.Diff(iamUnderstood, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const (
	iamNow     = "2026-08-01T12:00:00+00:00"
	iamReadARN = "arn:aws:iam::123456789012:policy/read"
)

var iamTeamTag, iamOddTag = servicetest.Object{"Key": "team", "Value": "red"}, servicetest.Object{"Key": "a b/c:d+e=f@g_h.i-é", "Value": ""}

// iamUnderstood is what the client must read from the answers.
var iamUnderstood = servicetest.Object{
	"user": servicetest.Object{"Path": "/staff/", "UserName": "jane", "UserId": "AIDA", "Arn": "arn:aws:iam::123456789012:user/staff/jane", "CreateDate": iamNow},
	"key":  []any{"jane", "Active", 20.0, 40.0},
	"keys": []any{[]any{"Active"}, []any{"Inactive"}}, "users": []any{[]any{"jane"}, []any{"joe"}},
	"role": servicetest.Object{
		"Path": "/", "RoleName": "import", "RoleId": "AROA", "Arn": "arn:aws:iam::123456789012:role/import", "CreateDate": iamNow,
		"AssumeRolePolicyDocument": true, "Description": "for imports", "MaxSessionDuration": 3600.0,
	},
	"tags":  []any{[]any{iamOddTag}, []any{iamOddTag}, []any{[]any{iamOddTag}, []any{iamTeamTag}}, []any{iamTeamTag}},
	"trust": []any{true, true}, "inline": []any{true, []any{"inline"}},
	"policy": servicetest.Object{
		"PolicyName": "read", "PolicyId": "ANPA", "Arn": iamReadARN, "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 0.0,
		"PermissionsBoundaryUsageCount": 0.0, "IsAttachable": true, "CreateDate": iamNow, "UpdateDate": iamNow,
	},
	"version":  []any{true, "v1", true},
	"attached": []any{[]any{[]any{servicetest.Object{"PolicyName": "read", "PolicyArn": iamReadARN}}}, []any{[]any{servicetest.Object{"PolicyName": "read", "PolicyArn": iamReadARN}}}},
	"policies": []any{[]any{[]any{"read", 2.0}}},
	"errors": []any{
		[]any{"NoSuchEntityException", "NoSuchEntity", 404.0}, []any{"EntityAlreadyExistsException", "EntityAlreadyExists", 409.0},
		[]any{"DeleteConflictException", "DeleteConflict", 409.0}, []any{"LimitExceededException", "LimitExceeded", 409.0},
		[]any{"MalformedPolicyDocumentException", "MalformedPolicyDocument", 400.0}, []any{"InvalidInputException", "InvalidInput", 400.0},
		[]any{"ClientError", "ValidationError", 400.0}, []any{"ClientError", "ValidationError", 400.0},
	},
	"left":   []any{"joe"},
	"caller": []any{"123456789012", "AIDAEXAMPLEEXAMPLE", "arn:aws:iam::123456789012:user/ada"},
}
