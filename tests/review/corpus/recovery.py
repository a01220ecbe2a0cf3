"""Changes of the vault, of what is backed up into it, and of the tests that restore it."""

from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks

_PLAN, _VAULT, _SELECTION = "aws_backup_plan", "aws_backup_vault", "aws_backup_selection"
_LOCK, _TESTS = "aws_backup_vault_lock_configuration", "aws_backup_restore_testing_plan"
_TESTED = "aws_backup_restore_testing_selection"


def _first(document: Document, type_: str) -> dict[str, Any]:
    found: dict[str, Any] | None = next(iter(blocks(document, type_).values()), None)
    if found is None:
        raise DoesNotApply(type_)
    return found


def _rule(document: Document, **values: Any) -> None:
    _first(document, _PLAN)["rule"][0].update(values)


def _remove(*types: str) -> Any:
    def change(document: Document) -> None:
        for type_ in types:
            _first(document, type_)
            blocks(document, type_).clear()

    return change


def _copy_to(document: Document, arn: str) -> None:
    _rule(document, copy_action=[{"destination_vault_arn": arn, "lifecycle": {"delete_after": 35}}])


_STRANGER = "arn:aws:backup:eu-west-2:999999999999:backup-vault:copies"

DANGEROUS = (
    Edit("backups kept for a week", lambda doc: _rule(doc, lifecycle={"delete_after": 7}), Topic.RECOVERY),
    Edit("backups once a week", lambda doc: _rule(doc, schedule="cron(0 5 ? * SUN *)"), Topic.RECOVERY),
    Edit("nothing is backed up into the vault", _remove(_PLAN, _SELECTION), Topic.RECOVERY),
    Edit("the database is not backed up", lambda doc: _first(doc, _SELECTION)["resources"].pop(0), Topic.RECOVERY),
    Edit("no lock on the vault", _remove(_LOCK), Topic.RECOVERY),
    Edit("a lock of a week", lambda doc: _first(doc, _LOCK).update(min_retention_days=7), Topic.RECOVERY),
    Edit(
        "a vault that is deleted with its backups",
        lambda doc: _first(doc, _VAULT).update(force_destroy=True),
        Topic.RECOVERY,
    ),
    Edit("backups copied to a stranger", lambda doc: _copy_to(doc, _STRANGER), Topic.EXPOSURE),
)
HARMLESS = (
    Edit("backups kept for longer", lambda doc: _rule(doc, lifecycle={"delete_after": 90})),
    Edit("backups at another hour", lambda doc: _rule(doc, schedule="cron(0 7 * * ? *)")),
    Edit("more time for a backup", lambda doc: _rule(doc, completion_window=600)),
    Edit("a longer lock", lambda doc: _first(doc, _LOCK).update(min_retention_days=60)),
    Edit("restores tested each week", lambda doc: _first(doc, _TESTS).update(schedule_expression="rate(7 days)")),
    Edit("a tested restore that lives longer", lambda doc: _first(doc, _TESTED).update(validation_window_hours=4)),
)
