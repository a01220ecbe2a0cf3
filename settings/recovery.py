"""Backups that outlive a mistake, a stolen credential, or the account itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

from settings.base import Problem, Settings, between, matching, repeated
from settings.silences import Reason
from settings.users_export import UsersExport

# Roles of AWS Backup, after the environment's prefix: the bootstrap stack makes the first, an administrator the other.
BACKUP_ROLE, RESTORE_OBJECTS_ROLE = "backup", "restore-objects"
UK_REGIONS = frozenset({"eu-west-2"})  # AWS has one region in the United Kingdom: London
# What AWS Backup allows: a lock becomes final after three days at the earliest, and a retention has at most 100 years.
# https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html
_LONGEST = 36_500
_VAULT_ARN = re.compile(r"arn:aws:backup:(?P<region>[a-z]{2}-[a-z]+-\d):(?P<account>\d{12}):backup-vault:[\w-]{2,50}")


@dataclass(frozen=True, kw_only=True)
class VaultCopy(Settings):
    """A vault of another account, to which every backup is copied."""

    vault_arn: Annotated[
        str,
        matching(
            _VAULT_ARN.pattern.replace("?P<region>", "?:").replace("?P<account>", "?:"),
            "must be the ARN of a backup vault",
            "copy it from that account, like arn:aws:backup:eu-west-2:444444444444:backup-vault:prod-ffp-copies",
        ),
    ]
    """The vault's ARN. Its account belongs to the same organisation, and its policy lets this account copy into it: see
    docs/deployment.md, "Copies in another account"."""

    keep_days: Annotated[int, between(7, _LONGEST, "days")] = 35
    """Days for which each copy is kept, and paid for."""

    leaves_the_uk_because: Reason | None = None
    """Who decided, and why, that patients' data may be stored in a region outside the United Kingdom. A vault in London
    needs none."""

    @property
    def region(self) -> str:
        return self._part("region")

    @property
    def account_id(self) -> str:
        return self._part("account")

    def _part(self, name: str) -> str:
        match = _VAULT_ARN.fullmatch(self.vault_arn)
        return match[name] if match else ""


@dataclass(frozen=True, kw_only=True)
class VaultSettings(Settings):
    """A locked vault of AWS Backup, which gets a daily backup of the database and of the application's buckets."""

    keep_days: Annotated[int, between(7, _LONGEST, "days")] = 35
    """Days for which each backup is kept. The lock refuses to delete it sooner, and to keep a new one for less. Once
    the vault exists, an administrator changes the lock as well: see docs/deployment.md, "From the vault"."""

    lock_final_after_days: Annotated[int, between(3, _LONGEST, "days")] | None = None
    """Days after which nobody can loosen the lock or delete the vault, not even AWS or the account's root: what is in
    it is paid for until it expires. By default an administrator can remove the lock; CI's roles never can."""

    copies: tuple[VaultCopy, ...] = ()
    """Vaults to which each backup is copied. Without one, everything is lost with the account or the region."""

    restore_tests: bool = True
    """Restores the newest backup of the database once a month, to an instance of its own that is deleted again; about
    1.50 dollars a month."""

    def rules(self) -> Iterator[Problem]:
        return repeated("copies", (each.vault_arn for each in self.copies))


@dataclass(frozen=True, kw_only=True)
class RecoverySettings(Settings):
    """What is copied so that it can be restored after a loss, besides the database's own backups and the versions of
    objects."""

    vault: VaultSettings | None = field(default_factory=VaultSettings)
    """A locked vault. None is for data that may be lost. Patient data forbids None."""

    users_export: UsersExport | None = field(default_factory=UsersExport)
    """The export of the user pool, of which Cognito makes no backup. With None, a lost
    pool is lost with all users. Patient data forbids None."""


def copy_problems(recovery: RecoverySettings, account_id: str, region: str) -> Iterator[Problem]:
    """Copies that would be lost together with the originals, or that take patients' data out of the country."""
    for index, copy in enumerate(recovery.vault.copies if recovery.vault else ()):
        where = f"recovery.vault.copies[{index}]"
        if copy.account_id == account_id:
            yield Problem(
                f"{where}.vault_arn",
                copy.vault_arn,
                "is in this account, and would be lost together with it",
                "name a vault of another account",
            )
        if copy.region not in {region, *UK_REGIONS} and not copy.leaves_the_uk_because:
            yield Problem(
                f"{where}.leaves_the_uk_because",
                None,
                f"{copy.region} is outside the United Kingdom, and a copy holds all of the environment's data",
                f"choose a vault in {', '.join(sorted(UK_REGIONS))}, or write down who decided and why",
            )
