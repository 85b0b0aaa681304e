"""The import walk-through with boto3: prints one JSON object of what it saw."""
import json
import sys
import urllib.request

import boto3
from botocore.exceptions import ClientError

client = boto3.client("cognito-idp")
seen = {}


def refused(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return [type(error).__name__, error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
    return None


def put(url, data, headers):
    request = urllib.request.Request(url, data=data, method="PUT", headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request) as response:
            return response.status
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        return [error.code, text.split("<Code>")[1].split("</Code>")[0]]


def make_role():
    """The Developer Guide's role for the results of imports."""
    iam = boto3.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "cognito-idp.amazonaws.com"}, "Action": "sts:AssumeRole"}
    account = boto3.client("sts").get_caller_identity()["Account"]
    actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    logs = {"Effect": "Allow", "Action": actions, "Resource": f"arn:aws:logs:{client.meta.region_name}:{account}:log-group:/aws/cognito/*"}
    made = iam.create_role(
        RoleName="CognitoCloudWatchLogsRole",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]
    seen["role"] = [made["RoleName"], made["AssumeRolePolicyDocument"]["Statement"] == [trust]]
    seen["create without policy"] = refused(
        client.create_user_import_job, UserPoolId=pool, JobName="too early", CloudWatchLogsRoleArn=made["Arn"]
    )
    iam.put_role_policy(
        RoleName=made["RoleName"], PolicyName="logs", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [logs]})
    )
    return made["Arn"]


pool = client.create_user_pool(
    PoolName="boto", AutoVerifiedAttributes=["email"], Schema=[{"Name": "team", "AttributeDataType": "String", "Mutable": True}]
)["UserPool"]["Id"]
header = client.get_csv_header(UserPoolId=pool)["CSVHeader"]
seen["custom"], seen["hashes"] = header[-2:]
role = make_role()
job = client.create_user_import_job(
    UserPoolId=pool, JobName="boto job", CloudWatchLogsRoleArn=role
)["UserImportJob"]
key = dict(UserPoolId=pool, JobId=job["JobId"])
kms = {"x-amz-server-side-encryption": "aws:kms"}
url = job["PreSignedUrl"]
rows = "cognito:username,email,email_verified,custom:team\r\n" + "".join(
    f'boto{i},"boto{i}@example.com",true,"red, blue"\r\n' for i in range(100)
)
data = ("\ufeff" + rows).encode()

seen["start without file"] = refused(client.start_user_import_job, **key)
seen["put without header"] = put(url, data, {"Content-Type": "text/csv"})
seen["put with another header"] = put(url, data, {"x-amz-server-side-encryption": "AES256"})
seen["put altered"] = put(url.replace("X-Amz-Expires=899", "X-Amz-Expires=9999"), data, kms)
seen["put for another job"] = put(url.replace(job["JobId"], "import-0000000000"), data, kms)
seen["put unsigned"] = put(url.split("?")[0], data, kms)
seen["put"] = put(url, data, {**kms, "Content-Type": "text/csv"})
seen["started"] = client.start_user_import_job(**key)["UserImportJob"]["Status"]
# A bucket would take it, and the job would end for its file has changed.
seen["put after start"] = "not tried" if "bucket" in sys.argv else put(url, data, kms)
while True:
    ended = client.describe_user_import_job(**key)["UserImportJob"]
    if "CompletionDate" in ended:
        break
seen["ended"] = [ended["Status"], ended["CompletionMessage"], ended["ImportedUsers"], ended["SkippedUsers"], ended["FailedUsers"]]
seen["start again"] = refused(client.start_user_import_job, **key)
seen["unknown pool"] = refused(client.get_csv_header, UserPoolId="us-east-1_Nowhere00")

pages = client.get_paginator("list_users").paginate(UserPoolId=pool, PaginationConfig={"PageSize": 30})
names = [user["Username"] for page in pages for user in page["Users"]]
seen["listed"] = [len(names), len(set(names))]
found = client.list_users(UserPoolId=pool, Filter='email ^= "boto1"', AttributesToGet=["email", "custom:team"])["Users"]
seen["found"] = len(found)
seen["attributes"] = {a["Name"]: a["Value"] for a in found[0]["Attributes"]}
logs = boto3.client("logs")
[group] = logs.describe_log_groups(logGroupNamePrefix=f"/aws/cognito/userpools/{pool}/")["logGroups"]
stream = dict(logGroupName=group["logGroupName"], logStreamName=f"{job['JobId']}/boto job")
pages = logs.get_paginator("filter_log_events").paginate(
    logGroupName=group["logGroupName"], filterPattern="SUCCEEDED", PaginationConfig={"PageSize": 30}
)
succeeded = [event["message"] for page in pages for event in page["events"]]
last = logs.get_log_events(**stream, limit=1)
seen["log"] = [len(succeeded), succeeded[0], last["events"][0]["message"]]
seen["end of the log"] = logs.get_log_events(**stream, nextToken=last["nextForwardToken"])["events"]
seen["unknown log"] = refused(logs.get_log_events, logGroupName="/aws/cognito/userpools/x/y", logStreamName="z")
json.dump(seen, sys.stdout)
