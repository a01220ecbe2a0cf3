"""SEC-1 to SEC-4 and SHAPE-4: no secret passes through code, variables, JSON, plan or state."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import data_check, resource_check
from settings.secrecy import secret_variable


@resource_check("FFP_SEC_3_1", "Environment variables carry nothing secret", "aws_lambda_function")
def variables_are_plain(function: Block) -> Iterator[str]:
    """CHG-2: put the value into Secrets Manager and give the function the secret's ARN."""
    for name, value in function.entries("environment.variables").items():
        if what := secret_variable(name, value):
            yield f"{name} looks like {what}"


@resource_check("FFP_SEC_2_1", "RDS makes the database's master password and keeps it", "aws_db_instance")
def database_password_is_managed(database: Block) -> Iterator[str]:
    """Set manage_master_user_password: a password given here would stand in the state."""
    if not database.value("replicate_source_db"):
        yield from database.lacks({"manage_master_user_password": True})
    for attribute in ("password", "password_wo"):
        if database.value(attribute):
            yield f"{attribute} is given"


@resource_check(
    "FFP_SEC_4_1", "Secrets rotate on a schedule, once something fills them", "aws_secretsmanager_secret_rotation"
)
def rotation_is_scheduled(rotation: Block) -> Iterator[str]:
    """Give rotation_rules a schedule and set rotate_immediately to false: CKV2_AWS_57 sees that each secret has one."""
    yield from rotation.lacks({"rotate_immediately": False})
    rules = "rotation_rules"
    if not rotation.value(f"{rules}.schedule_expression") and not rotation.value(f"{rules}.automatically_after_days"):
        yield "rotation_rules have no schedule"


@resource_check(
    "FFP_SHAPE_4_1",
    "Terraform makes no secret values, for its state would hold them",
    "aws_iam_access_key",
    "aws_secretsmanager_secret_version",
    "random_password",
    "tls_private_key",
)
def no_secret_is_made(resource: Block) -> Iterator[str]:
    """Let the service or a rotation function make the value inside Secrets Manager."""
    yield f"{resource.kind} writes a secret into the state"


@data_check(
    "FFP_SHAPE_4_2",
    "Terraform reads no secret values, for its state would hold them",
    "aws_secretsmanager_random_password",
    "aws_secretsmanager_secret_version",
    "aws_secretsmanager_secret_versions",
)
def no_secret_is_read(source: Block) -> Iterator[str]:
    """Let the function read the secret when it runs."""
    yield f"{source.kind} reads a secret into the state"


@resource_check("FFP_SHAPE_4_3", "User-pool clients have no secret", "aws_cognito_user_pool_client")
def client_has_no_secret(client: Block) -> Iterator[str]:
    """A browser cannot keep one, and the state would hold it: use PKCE."""
    if client.value("generate_secret"):
        yield "generate_secret is on"
