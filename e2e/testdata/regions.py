"""Two regions of one server with boto3: prints one JSON object of what it saw."""
import json
import sys
import urllib.request

import boto3
from botocore.exceptions import ClientError

regions = ["us-east-1", "us-west-2"]
clients = {region: boto3.client("cognito-idp", region_name=region) for region in regions}
logs = {region: boto3.client("logs", region_name=region) for region in regions}
seen = {}


def refused(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return [error.response["Error"]["Code"], error.response["Error"]["Message"]]
    return None


def listed(region):
    pages = clients[region].get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 2})
    return [pool["Id"] for page in pages for pool in page["UserPools"]]


def make_role():
    """A role that IAM has once for all regions, and that may write in each."""
    iam = boto3.client("iam", region_name="us-west-2")
    trust = {"Effect": "Allow", "Principal": {"Service": "cognito-idp.amazonaws.com"}, "Action": "sts:AssumeRole"}
    write = {"Effect": "Allow", "Action": "logs:*", "Resource": "arn:aws:logs:*:*:log-group:/aws/cognito/*"}
    role = iam.create_role(
        RoleName="Regions", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]
    iam.put_role_policy(RoleName="Regions", PolicyName="logs", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [write]}))
    seen["role"] = boto3.client("iam", region_name="us-east-1").get_role(RoleName="Regions")["Role"]["Arn"] == role["Arn"]
    return role["Arn"]


def imported(region, pool, role):
    client = clients[region]
    job = client.create_user_import_job(UserPoolId=pool, JobName="regions", CloudWatchLogsRoleArn=role)["UserImportJob"]
    request = urllib.request.Request(
        job["PreSignedUrl"], data=b"cognito:username,email,email_verified\na,a@example.com,true\n", method="PUT",
        headers={"x-amz-server-side-encryption": "aws:kms"},
    )
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()
    client.start_user_import_job(UserPoolId=pool, JobId=job["JobId"])
    while True:
        ended = client.describe_user_import_job(UserPoolId=pool, JobId=job["JobId"])["UserImportJob"]
        if "CompletionDate" in ended:
            return ended["Status"]


role = make_role()
pools = {}
for region, client in clients.items():
    pools[region] = client.create_user_pool(PoolName="regions", AutoVerifiedAttributes=["email"])["UserPool"]
for region, other in zip(regions, reversed(regions)):
    pool, elsewhere = pools[region], pools[other]["Id"]
    group = f"/aws/cognito/userpools/{pool['Id']}/regions"
    seen[region] = {
        "id and ARN": [pool["Id"].startswith(region + "_"), pool["Arn"].startswith(f"arn:aws:cognito-idp:{region}:")],
        "list": [pool["Id"] in listed(region), elsewhere in listed(region)],
        "pool elsewhere": refused(clients[region].describe_user_pool, UserPoolId=elsewhere) == ["ResourceNotFoundException", f"User pool {elsewhere} does not exist."],
        "tags elsewhere": refused(clients[region].list_tags_for_resource, ResourceArn=pools[other]["Arn"])[0],
        "import": imported(region, pool["Id"], role),
        "users": [user["Username"] for user in clients[region].list_users(UserPoolId=pool["Id"])["Users"]],
        "log": len(logs[region].filter_log_events(logGroupName=group, filterPattern="SUCCEEDED")["events"]),
        "log elsewhere": refused(logs[other].filter_log_events, logGroupName=group),
        "groups": [g["arn"].split(":")[3] for g in logs[region].describe_log_groups(logGroupNamePrefix=group)["logGroups"]],
        "groups elsewhere": logs[other].describe_log_groups(logGroupNamePrefix=group)["logGroups"],
    }
seen["not served"] = refused(boto3.client("cognito-idp", region_name="eu-west-1").list_user_pools, MaxResults=1)
json.dump(seen, sys.stdout)
