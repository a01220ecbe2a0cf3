"""SEC-1 to SEC-4 and SHAPE-4: no secret is in code, variables, JSON, plan or state."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import data_check, resource_check
from settings.secrecy import secret_variable


@resource_check("FFP_SEC_3_1", "Environment variables hold no secrets", "aws_lambda_function")
def variables_are_plain(function: Block) -> Iterator[str]:
    """CHG-2: store the value in Secrets Manager and give the function the secret's ARN."""
    for name, value in function.entries("environment.variables").items():
        if secret := secret_variable(name, value):
            yield f"{name} looks like {secret}"


@resource_check("FFP_SEC_2_1", "RDS creates and manages the database's master password", "aws_db_instance")
def database_password_is_managed(database: Block) -> Iterator[str]:
    """Set manage_master_user_password: a password set here would be in the state."""
    if not database.value("replicate_source_db"):
        yield from database.mismatches({"manage_master_user_password": True})
    for attribute in ("password", "password_wo"):
        if database.value(attribute):
            yield f"{attribute} is set"


@resource_check(
    "FFP_SEC_4_1", "Secrets rotate on a schedule, once they have a value", "aws_secretsmanager_secret_rotation"
)
def rotation_is_scheduled(rotation: Block) -> Iterator[str]:
    """Set a schedule in rotation_rules, and rotate_immediately to false. CKV2_AWS_57 finds secrets without rotation."""
    yield from rotation.mismatches({"rotate_immediately": False})
    rules = "rotation_rules"
    if not rotation.value(f"{rules}.schedule_expression") and not rotation.value(f"{rules}.automatically_after_days"):
        yield "rotation_rules have no schedule"


@resource_check(
    "FFP_SHAPE_4_1",
    "Terraform creates no secret values, because its state would hold them",
    "aws_iam_access_key",
    "aws_secretsmanager_secret_version",
    "random_password",
    "tls_private_key",
)
def no_secret_is_made(resource: Block) -> Iterator[str]:
    """Let the service or a rotation function create the value in Secrets Manager."""
    yield f"{resource.kind} writes a secret into the state"


@data_check(
    "FFP_SHAPE_4_2",
    "Terraform reads no secret values, because its state would hold them",
    "aws_secretsmanager_random_password",
    "aws_secretsmanager_secret_version",
    "aws_secretsmanager_secret_versions",
)
def no_secret_is_read(source: Block) -> Iterator[str]:
    """Let the function read the secret at run time."""
    yield f"{source.kind} reads a secret into the state"


@resource_check("FFP_SHAPE_4_3", "User-pool clients have no secret", "aws_cognito_user_pool_client")
def client_has_no_secret(client: Block) -> Iterator[str]:
    """Use PKCE: a browser cannot keep a secret, and the state would hold it."""
    if client.value("generate_secret"):
        yield "generate_secret is on"
