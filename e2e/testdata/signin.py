"""Every flow of sign-ins with boto3: prints one JSON object of what it saw.

boto3 has no SRP of its own; what a client calculates is written down here."""

import base64
import datetime
import hashlib
import hmac
import json
import os
import struct
import subprocess
import time

import boto3
from botocore.exceptions import ClientError

client = boto3.client("cognito-idp")
world = json.loads(os.environ["POOLHOUSE_WORLD"])
first, second, wrong = world["first"], world["second"], world["wrong"]
N = int(  # the prime of RFC 3526, group 15
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"
    "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864"
    "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"
    "08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
seen = {}


def refused(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return [type(error).__name__, error.response["Error"]["Code"], error.response["Error"]["Message"]]
    return None


def padded(number):
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def number_of(*parts):
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


def by_srp(name, password):
    """Returns the answer to PASSWORD_VERIFIER."""
    small = int.from_bytes(os.urandom(128), "big")
    large = pow(2, small, N)
    begun = client.initiate_auth(ClientId=app, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": name, "SRP_A": f"{large:x}"})
    told = begun["ChallengeParameters"]
    user, theirs, salt = told["USER_ID_FOR_SRP"], int(told["SRP_B"], 16), int(told["SALT"], 16)
    inner = hashlib.sha256(f"{pool.split('_')[1]}{user}:{password}".encode()).digest()
    x, u, k = number_of(padded(salt), inner), number_of(padded(large), padded(theirs)), number_of(padded(N), b"\x02")
    s = pow(theirs - k * pow(2, x, N), small + u * x, N)
    pseudorandom = hmac.digest(padded(u), padded(s), "sha256")
    key = hmac.digest(pseudorandom, b"Caldera Derived Key\x01", "sha256")[:16]
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%a %b %-d %H:%M:%S UTC %Y")
    message = pool.split("_")[1].encode() + user.encode() + base64.b64decode(told["SECRET_BLOCK"]) + stamp.encode()
    return client.respond_to_auth_challenge(
        ClientId=app,
        ChallengeName=begun["ChallengeName"],
        ChallengeResponses={
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": told["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(hmac.digest(key, message, "sha256")).decode(),
            "TIMESTAMP": stamp,
        },
    )


def by_password(name, password, **more):
    return client.initiate_auth(ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": password, **more})


def refresh(token):
    return client.initiate_auth(ClientId=app, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token})


def user(name, password, permanent=True):
    client.admin_create_user(
        UserPoolId=pool,
        Username=name,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": name + "@example.com"}, {"Name": "email_verified", "Value": "true"}],
    )
    client.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=permanent)


def sent(name):
    """The code that a user was sent last."""
    command = [world["program"], "outbox", "--user-pool-id", pool, "--username", name, "--limit", "1", "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["Code"]


def app_code(secret, step):
    """What an authenticator app shows, so many periods from now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30 + step), "sha1")
    number = struct.unpack_from(">I", digest, digest[19] & 15)[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


pool = client.create_user_pool(PoolName="boto", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
client.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True})
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def make_app(**more):
    return client.create_user_pool_client(UserPoolId=pool, ClientName="boto", **{"ExplicitAuthFlows": FLOWS, **more})["UserPoolClient"]


app = make_app()["ClientId"]
user("ada", first)
seen["wrong password"] = refused(by_password, name="ada", password=wrong)
seen["wrong password by SRP"] = refused(by_srp, name="ada", password=wrong)
one = by_password("ada", first)["AuthenticationResult"]
two = by_srp("ada", first)["AuthenticationResult"]
three = client.admin_initiate_auth(
    UserPoolId=pool, ClientId=app, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ada", "PASSWORD": first}
)["AuthenticationResult"]
seen["tokens"] = sorted(one), one["TokenType"], one["ExpiresIn"]
seen["refreshed"] = sorted(refresh(one["RefreshToken"])["AuthenticationResult"])
seen["user"] = client.get_user(AccessToken=two["AccessToken"])["Username"]
client.revoke_token(ClientId=app, Token=one["RefreshToken"])
seen["revoked"] = refused(refresh, token=one["RefreshToken"])
client.global_sign_out(AccessToken=two["AccessToken"])
seen["signed out"] = refused(client.get_user, AccessToken=three["AccessToken"])
four = by_password("ada", first)["AuthenticationResult"]
client.admin_user_global_sign_out(UserPoolId=pool, Username="ada")
seen["signed out by an administrator"] = refused(refresh, token=four["RefreshToken"])

access = by_srp("ada", first)["AuthenticationResult"]["AccessToken"]
client.change_password(AccessToken=access, PreviousPassword=first, ProposedPassword=second)
client.admin_reset_user_password(UserPoolId=pool, Username="ada")
seen["reset required"] = refused(by_srp, name="ada", password=second)
client.confirm_forgot_password(ClientId=app, Username="ada", ConfirmationCode=sent("ada"), Password=first)
to = client.forgot_password(ClientId=app, Username="ada")["CodeDeliveryDetails"]
seen["code sent"] = to["Destination"], to["DeliveryMedium"], to["AttributeName"]
client.confirm_forgot_password(ClientId=app, Username="ada", ConfirmationCode=sent("ada"), Password=second)
access = by_srp("ada", second)["AuthenticationResult"]["AccessToken"]

user("bob", first, permanent=False)
asked = by_srp("bob", first)
seen["new password"] = asked["ChallengeName"], json.loads(asked["ChallengeParameters"]["userAttributes"])
answer = {"ChallengeName": asked["ChallengeName"], "Session": asked["Session"], "ClientId": app}
responses = {"USERNAME": "bob", "NEW_PASSWORD": second, "userAttributes.given_name": "Bob"}
bob = client.respond_to_auth_challenge(ChallengeResponses=responses, **answer)["AuthenticationResult"]
seen["session used twice"] = refused(client.respond_to_auth_challenge, ChallengeResponses=responses, **answer)
seen["given name"] = [a["Value"] for a in client.get_user(AccessToken=bob["AccessToken"])["UserAttributes"] if a["Name"] == "given_name"]

secret = client.associate_software_token(AccessToken=access)["SecretCode"]
seen["verified"] = client.verify_software_token(AccessToken=access, UserCode=app_code(secret, 0), FriendlyDeviceName="phone")["Status"]
client.set_user_mfa_preference(AccessToken=access, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
seen["factors"] = client.get_user(AccessToken=access)["UserMFASettingList"]
asked = by_password("ada", second)
seen["second factor"] = asked["ChallengeName"], asked["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"]
seen["with the code"] = "IdToken" in client.admin_respond_to_auth_challenge(
    UserPoolId=pool,
    ClientId=app,
    ChallengeName=asked["ChallengeName"],
    Session=asked["Session"],
    ChallengeResponses={"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": app_code(secret, 1)},
)["AuthenticationResult"]
client.admin_set_user_mfa_preference(UserPoolId=pool, Username="ada", SoftwareTokenMfaSettings={"Enabled": False})
seen["without the factor"] = "AuthenticationResult" in by_password("ada", second)

made = make_app(GenerateSecret=True)
app, secret = made["ClientId"], made["ClientSecret"]
proof = base64.b64encode(hmac.digest(secret.encode(), f"ada{app}".encode(), "sha256")).decode()
seen["no secret hash"] = refused(by_password, name="ada", password=second)[1]
seen["secret hash"] = "IdToken" in by_password("ada", second, SECRET_HASH=proof)["AuthenticationResult"]

if hasattr(client, "get_tokens_from_refresh_token"):  # which boto3 has learnt in 2025
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    app = make_app(ExplicitAuthFlows=FLOWS[:3], RefreshTokenRotation=rotation)["ClientId"]
    old = by_password("ada", second)["AuthenticationResult"]["RefreshToken"]
    new = client.get_tokens_from_refresh_token(ClientId=app, RefreshToken=old)["AuthenticationResult"]["RefreshToken"]
    seen["rotated"] = new != old, refused(client.get_tokens_from_refresh_token, ClientId=app, RefreshToken=old)[1]

print(json.dumps(seen))
