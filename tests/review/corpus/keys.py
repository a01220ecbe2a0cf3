"""Changes of keys and secrets."""

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, drop, first, first_named, make, put

_KEY, _SECRET, _ROTATION = "aws_kms_key", "aws_secretsmanager_secret", "aws_secretsmanager_secret_rotation"
_STRANGERS_KEY = "arn:aws:kms:eu-west-2:999999999999:key/11111111-1111-4111-8111-111111111111"
_OF_A_FUNCTION, _OF_THE_MASTER = (
    (lambda block: "rotation_lambda_arn" in block),
    (lambda block: "rotation_lambda_arn" not in block),
)


def _alias_moves(document: Document) -> None:
    aliases = list(blocks(document, "aws_kms_alias").values())
    here = [each for each in aliases if "provider" not in each]
    if len(here) < 2:
        raise DoesNotApply("two keys in one region")
    here[0]["target_key_id"] = here[1]["target_key_id"]


DANGEROUS = (
    *(
        Edit(f"the {stack} key is no longer rotated", put(_KEY, "enable_key_rotation", False), Topic.EXPOSURE, stack)
        for stack in ("platform", "bootstrap")
    ),
    Edit("rotation is left to AWS's default", put(_KEY, "enable_key_rotation", None), Topic.EXPOSURE),
    Edit("a rotation in seven years", put(_KEY, "rotation_period_in_days", 2560), Topic.EXPOSURE),
    Edit("a key goes within a week", put(_KEY, "deletion_window_in_days", 7), Topic.RECOVERY),
    Edit("a key is disabled", put(_KEY, "is_enabled", False), Topic.AVAILABILITY),
    Edit("a key may be copied to other regions", put(_KEY, "multi_region", True), Topic.EXPOSURE),
    Edit("a key may lock everybody out", put(_KEY, "bypass_policy_lockout_safety_check", True), Topic.AVAILABILITY),
    Edit("an alias points to another key", _alias_moves, Topic.EXPOSURE),
    Edit("a new key without rotation", make(_KEY, description="Encrypts nothing yet"), Topic.EXPOSURE),
    Edit(
        "a replica of a key",
        make("aws_kms_replica_key", primary_key_arn="arn:aws:kms:eu-west-2:333333333333:key/mrk-1"),
        Topic.EXPOSURE,
    ),
    Edit("a secret goes at once", put(_SECRET, "recovery_window_in_days", 0), Topic.RECOVERY),
    Edit("a secret with Amazon's key", put(_SECRET, "kms_key_id", None), Topic.EXPOSURE),
    Edit("a secret in another region", put(_SECRET, "replica", [{"region": "us-east-1"}]), Topic.EXPOSURE),
    Edit("the application's password stays", drop(_ROTATION, _OF_A_FUNCTION), Topic.EXPOSURE),
    Edit("the master's password stays", drop(_ROTATION, _OF_THE_MASTER), Topic.EXPOSURE),
    Edit("a password for a year", put(_ROTATION, "rotation_rules.automatically_after_days", 365), Topic.EXPOSURE),
    Edit(
        "a password for a year, as a rate",
        put(_ROTATION, "rotation_rules", {"schedule_expression": "rate(365 days)"}),
        Topic.EXPOSURE,
    ),
    Edit("a password for ever", put(_ROTATION, "rotation_rules", {}), Topic.EXPOSURE),
    Edit(
        "a password changes in the middle of a deploy",
        put(_ROTATION, "rotate_immediately", True),
        Topic.AVAILABILITY,
    ),
    Edit(
        "a secret may have a public policy",
        put("aws_secretsmanager_secret_policy", "block_public_policy", False),
        Topic.EXPOSURE,
    ),
    Edit(
        "a secret's value is written out",
        lambda document: make(
            "aws_secretsmanager_secret_version",
            secret_id=f"${{aws_secretsmanager_secret.{first_named(document, _SECRET)[0]}.id}}",
            secret_string="zQ8-vR2_kT5mW9xL",
        )(document),
        Topic.SECRET,
    ),
    Edit("a new secret under a stranger's key", make(_SECRET, name="x", kms_key_id=_STRANGERS_KEY), Topic.EXPOSURE),
    Edit(
        "a stranger's function rotates",
        put(_ROTATION, "rotation_lambda_arn", "arn:aws:lambda:eu-west-2:999999999999:function:rotate", _OF_A_FUNCTION),
        Topic.EXPOSURE,
    ),
)
HARMLESS = (
    Edit("a rotation twice a year", put(_KEY, "rotation_period_in_days", 180)),
    Edit("a description", put(_KEY, "description", "Encrypts what it always did")),
    Edit("a password for a fortnight", put(_ROTATION, "rotation_rules.automatically_after_days", 14)),
    Edit(
        "a password for as long, as a rate", put(_ROTATION, "rotation_rules", {"schedule_expression": "rate(30 days)"})
    ),
    Edit("a secret's description", lambda document: first(document, _SECRET).update(description="Other words")),
    Edit(
        "a well-made key",
        make(
            _KEY,
            enable_key_rotation=True,
            rotation_period_in_days=365,
            deletion_window_in_days=30,
            lifecycle={"prevent_destroy": True},
        ),
    ),
)
