"""Secrets Manager's rotation of the application's database password, by two users in turn.

While one user's new password spreads, the other's still works, so no connection fails. Every step may be
repeated: Secrets Manager calls again after an error.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
from typing import Any

import boto3
from ffp_lambda import log
from ffp_lambda.database import Session, connect, read_credentials
from ffp_lambda.errors import FailedCallError
from ffp_lambda.http import LambdaContext
from ffp_lambda.job import job
from pg8000.native import identifier, literal

CLONE_SUFFIX = "_clone"
USERNAME = re.compile(r"[a-z][a-z0-9_]{0,50}")
SCRAM_ITERATIONS = 4096

SECRETS_MANAGER = boto3.client("secretsmanager")


@job("rotate-database-user")
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Carries out one step; raises FailedCallError where secret, version or step is not fit for it."""
    secret, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    steps = {
        "createSecret": _create_secret,
        "setSecret": _set_secret,
        "testSecret": _test_secret,
        "finishSecret": _finish_secret,
    }
    if step not in steps:
        raise FailedCallError(f"there is no step {step}")
    versions = _versions(secret)
    if token not in versions:
        raise FailedCallError("the version is not one of this secret")
    if "AWSCURRENT" in versions[token]:
        outcome = "already current"
    elif "AWSPENDING" not in versions[token]:
        raise FailedCallError("the version is not pending")
    else:
        steps[step](secret, token)
        outcome = "done"
    log.write(f"rotate-database-user-{step}", request_id=context.aws_request_id, outcome=outcome)


def _versions(secret: str) -> dict[str, list[str]]:
    """The stages of each version of a secret that rotates."""
    description = SECRETS_MANAGER.describe_secret(SecretId=secret)
    if not description.get("RotationEnabled"):
        raise FailedCallError("the secret's rotation is not enabled")
    return dict(description.get("VersionIdsToStages", {}))


def _create_secret(secret: str, token: str) -> None:
    """Stores the other user's new password as the pending version, unless an earlier try did."""
    current = SECRETS_MANAGER.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")
    username = json.loads(current["SecretString"])["username"]
    try:
        _pending(secret, token)
    except SECRETS_MANAGER.exceptions.ResourceNotFoundException:
        SECRETS_MANAGER.put_secret_value(
            SecretId=secret,
            ClientRequestToken=token,
            SecretString=json.dumps({"username": _other(username), "password": secrets.token_urlsafe(32)}),
            VersionStages=["AWSPENDING"],
        )


def _set_secret(secret: str, token: str) -> None:
    """Gives the pending user its password; makes what is missing of the two users."""
    username, password = _pending(secret, token)
    base = username.removesuffix(CLONE_SUFFIX)
    master_username, master_password = read_credentials(os.environ["MASTER_SECRET_ARN"])
    if master_username in {base, base + CLONE_SUFFIX}:
        raise FailedCallError("the secret names the master user, whose password is RDS's to rotate")
    master = connect(master_username, master_password)
    try:
        for user in (base, base + CLONE_SUFFIX):
            if not master.run("select 1 from pg_roles where rolname = :name", name=user):
                master.run(f"create role {identifier(user)} login")
        # The tables' grants are the first user's; the second inherits them.
        master.run(f"grant {identifier(base)} to {identifier(base + CLONE_SUFFIX)}")
        _set_password(master, username, password)
    finally:
        master.close()


def _set_password(master: Session, username: str, password: str) -> None:
    # The server logs this statement: it must carry the verifier, never the password.
    master.run(f"alter role {identifier(username)} login password {literal(scram_verifier(password))}")


def _test_secret(secret: str, token: str) -> None:
    """Logs in with the pending version."""
    session = connect(*_pending(secret, token))
    try:
        session.run("select 1")
    finally:
        session.close()


def _finish_secret(secret: str, token: str) -> None:
    """Makes the pending version the current one."""
    current = next((v for v, stages in _versions(secret).items() if "AWSCURRENT" in stages), None)
    if current is None:
        raise FailedCallError("the secret has no current version")
    SECRETS_MANAGER.update_secret_version_stage(
        SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current
    )


def _pending(secret: str, token: str) -> tuple[str, str]:
    value = SECRETS_MANAGER.get_secret_value(SecretId=secret, VersionId=token, VersionStage="AWSPENDING")
    credentials = json.loads(value["SecretString"])
    return credentials["username"], credentials["password"]


def _other(username: str) -> str:
    """The user whose turn is next."""
    if not USERNAME.fullmatch(username):
        raise FailedCallError("the secret's username must be lower case letters, digits and underscores")
    if username.endswith(CLONE_SUFFIX):
        return username.removesuffix(CLONE_SUFFIX)
    return username + CLONE_SUFFIX


def scram_verifier(password: str) -> str:
    """PostgreSQL's SCRAM-SHA-256 verifier of an ASCII password, under a fresh salt (RFC 5803, RFC 7677)."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, SCRAM_ITERATIONS)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, stored_text, server_text = (base64.b64encode(part).decode() for part in (salt, stored_key, server_key))
    return f"SCRAM-SHA-256${SCRAM_ITERATIONS}:{salt_text}${stored_text}:{server_text}"
