# Calls a server with botocore, and prints what the client understood as JSON.
import datetime
import json
import sys

import botocore.config
import botocore.exceptions
import botocore.session

session = botocore.session.Session()
config = botocore.config.Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5)


def client(service):
    return session.create_client(
        service, region_name="us-east-1", endpoint_url=sys.argv[1], config=config,
        aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret")


def failure(call, **parameters):
    try:
        call(**parameters)
    except botocore.exceptions.ClientError as e:
        error, metadata = e.response["Error"], e.response["ResponseMetadata"]
        return [type(e).__name__, error["Type"], error["Code"], error["Message"], metadata["HTTPStatusCode"],
                len(metadata["RequestId"])]
    return "no error"


def plain(answer):
    metadata = answer.pop("ResponseMetadata", None)
    if metadata and metadata["RequestId"] != metadata["HTTPHeaders"]["x-amzn-requestid"]:
        answer["RequestId"] = "is not the header's"
    return answer


iam, sts = client("iam"), client("sts")
document = '{"Version": "2012-10-17", \n\t"Id": "é=+%<&", "Statement": []}'
pages = list(iam.get_paginator("list_users").paginate(PathPrefix="/a/", PaginationConfig={"PageSize": 2}))
print(json.dumps({
    "created": plain(iam.create_user(UserName="jane", Path="/<a&b>\"/", Tags=[
        {"Key": "team", "Value": "rot + grün"}, {"Key": "empty", "Value": ""}])),
    "pages": [[user["UserName"] for user in page["Users"]] for page in pages],
    "no users": plain(iam.list_users(PathPrefix="/none/")),
    "put": plain(iam.put_user_policy(UserName="jane", PolicyName="p", PolicyDocument=document)),
    "got": iam.get_user_policy(UserName="jane", PolicyName="p")["PolicyDocument"] == json.loads(document),
    "unknown": failure(iam.get_user, UserName="nobody"),
    "there already": failure(iam.create_user, UserName="taken"),
    "broken rule": failure(iam.get_user, UserName="a b"),
    "unexpected": failure(iam.delete_user, UserName="jane"),
    "not served": failure(iam.list_roles),
    "caller": plain(sts.get_caller_identity()),
    "assumed": plain(sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="session", DurationSeconds=900,
                                     TransitiveTagKeys=["a", "b"])),
}, default=lambda time: time.astimezone(datetime.timezone.utc).isoformat()))
