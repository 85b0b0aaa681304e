"""Makes hashes of passwords with Python's hashlib, as npm/hashes.js does with programs for Node.js."""

import base64
import hashlib
import json
import os
import sys


def pbkdf2(password, high):
    rounds, salt = 600_000 if high else 100, os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha256", password, salt, rounds)
    salt, key = (base64.b64encode(b).decode().rstrip("=").replace("+", ".") for b in (salt, key))  # as passlib writes it
    return f"$pbkdf2-sha256${rounds}${salt}${key}"


def scrypt(password, high):
    n, salt = 65_536 if high else 256, os.urandom(16)
    key = hashlib.scrypt(password, salt=salt, n=n, r=8, p=1, maxmem=256 * n * 8, dklen=64)
    return f"{n}$8$1${salt.hex()}${key.hex()}"


MAKERS = {"PBKDF2_SHA256": pbkdf2, "SCRYPT": scrypt}

for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(MAKERS[asked["algorithm"]](asked["password"].encode(), asked["high"])))
