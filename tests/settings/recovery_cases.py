"""Bad input in how an environment is recovered."""

from dataclasses import replace

from settings import RecoverySettings, VaultCopy, VaultSettings
from tests.settings.case import Case
from tests.settings.changed import PROD


def _copies(*arns: str) -> RecoverySettings:
    return RecoverySettings(vault=VaultSettings(copies=tuple(VaultCopy(vault_arn=each) for each in arns)))


_ELSEWHERE = "arn:aws:backup:eu-west-2:444444444444:backup-vault:copies"
CASES = {
    "a copy in no vault": Case(
        replace(PROD, recovery=_copies("the other account")),
        "recovery.vault.copies[0].vault_arn",
        "'the other account'",
        "must be the ARN of a backup vault",
        "copy it from that account",
    ),
    "a copy beside the original": Case(
        replace(PROD, recovery=_copies(_ELSEWHERE.replace("444444444444", PROD.account_id))),
        "recovery.vault.copies[0].vault_arn",
        f"'{_ELSEWHERE.replace('444444444444', PROD.account_id)}'",
        "would be lost together with it",
        "name a vault of another account",
    ),
    "a copy that leaves the country": Case(
        replace(PROD, recovery=_copies(_ELSEWHERE.replace("eu-west-2", "eu-west-1"))),
        "recovery.vault.copies[0].leaves_the_uk_because",
        "None",
        "eu-west-1 is outside the United Kingdom",
        "choose a vault in eu-west-2, or write down who decided and why",
    ),
    "a copy twice": Case(
        replace(PROD, recovery=_copies(_ELSEWHERE, _ELSEWHERE)),
        "recovery.vault.copies",
        f"'{_ELSEWHERE}'",
        "is listed twice",
        "remove one",
    ),
    "a vault that forgets within a week": Case(
        replace(PROD, recovery=RecoverySettings(vault=VaultSettings(keep_days=3))),
        "recovery.vault.keep_days",
        "3",
        "must be 7 to 36500 days",
        "choose a value from 7 to 36500 days",
    ),
    "a lock that is final at once": Case(
        replace(PROD, recovery=RecoverySettings(vault=VaultSettings(lock_final_after_days=0))),
        "recovery.vault.lock_final_after_days",
        "0",
        "must be 3 to 36500 days",
        "choose a value from 3 to 36500 days",
    ),
}
