"""The roles with which AWS Backup and GuardDuty act, which the bootstrap stack makes.

The policy of each is its boundary, too: CI must change neither what they may do nor whom they trust.
"""

from modules.common import BOUNDARY, Statement, service_role, waive
from modules.delivery import backups, malware
from modules.delivery.github import ManagedPolicy
from modules.delivery.scope import Scope
from modules.encryption import COPIES_LEAVE, OTHER_ACCOUNTS
from modules.framework import Construct, IamRolePolicyAttachment
from modules.recovery import BACKUP, RESTORE
from settings import Environment, VaultSettings
from settings.storage import MALWARE_SCANS_ROLE

_BACKUP_SERVICE, _IN_PLANS = "backup.amazonaws.com", "its backup plan or its restore tests name it"


def make_roles_of_services(
    stack: Construct, scope: Scope, foundation_buckets: tuple[str, ...], settings: Environment
) -> None:
    """Creates those of the roles that an environment needs. The ARNs are those of the bootstrap stack's buckets."""
    if vault := settings.recovery.vault:
        _make_backup_roles(stack, scope, foundation_buckets, vault, tests_restores=settings.tests_restores)
    if scans := settings.storage.malware_scans:
        buckets = [f"arn:aws:s3:::{scope.context.bucket_name(scan.bucket)}" for scan in scans]
        does, may = "Scans the objects of buckets for malware", [*malware.scanning(scope, buckets)]
        _make_role(stack, scope, MALWARE_SCANS_ROLE, malware.SERVICE, does, may, "its scans of buckets name it")


def _make_backup_roles(
    stack: Construct, scope: Scope, foundation_buckets: tuple[str, ...], vault: VaultSettings, *, tests_restores: bool
) -> None:
    statements = backups.backing_up(
        scope, foundation_buckets=foundation_buckets, copies=[each.vault_arn for each in vault.copies]
    )
    does = "Backs up the databases and the buckets"
    policy = _make_role(stack, scope, BACKUP, _BACKUP_SERVICE, does, [*statements], _IN_PLANS)
    if {each.account_id for each in vault.copies} - {scope.context.account_id}:
        policy.document.waive(OTHER_ACCOUNTS, COPIES_LEAVE)
    if tests_restores:
        does, may = "Restores backups of the databases to test them", [*backups.testing_restores(scope)]
        _make_role(stack, scope, RESTORE, _BACKUP_SERVICE, does, may, _IN_PLANS)


def _make_role(
    stack: Construct, scope: Scope, name: str, service: str, does: str, statements: list[Statement], named_by: str
) -> ManagedPolicy:
    context, policy_name = scope.context, f"{name}-{BOUNDARY}"
    policy = ManagedPolicy(
        stack, policy_name, context=context, name=policy_name, description=does, statements=statements
    )
    role = service_role(
        stack,
        f"{name}-role",
        context=context,
        name=name,
        service=service,
        description=does,
        boundary_arn=policy.policy.arn,
        path="/",
    )
    waive(role, "FFP_SHAPE_2_1", f"The platform's stack uses it: {named_by}.")
    IamRolePolicyAttachment(stack, f"{name}-does", role=role.name, policy_arn=policy.policy.arn)
    return policy
