"""Small plans, in the JSON that `terraform show -json` prints."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ffp import stacks
from ffp.review import plans
from ffp.review.plan import Plan
from ffp.stacks import SynthesisedStack
from tests.review.corpus.edit import stack_of

Document = dict[str, Any]
Values = dict[str, Any]

KEY, BUCKET, ACCESS, ROLE, GRANT = (
    "aws_kms_key.media",
    "aws_s3_bucket.media",
    "aws_s3_bucket_public_access_block.media",
    "aws_iam_role.reader",
    "aws_iam_role_policy.reader",
)
KEY_ARN = "arn:aws:kms:eu-west-2:000000000000:key/248777a3-9a25-482b-8304-aedaedf46b3a"
CLOSED = {
    "block_public_acls": True,
    "block_public_policy": True,
    "ignore_public_acls": True,
    "restrict_public_buckets": True,
}
OPEN = {**CLOSED, "block_public_policy": False}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
)


def opened_state() -> Values:
    """What the provider reads back of the block once the program with it is deployed."""
    return {**state()[ACCESS], **OPEN}


def policy(*actions: str, resource: str = "arn:aws:s3:::dev-media/*") -> str:
    """A policy as AWS gives it back: a list of one action is that action."""
    action = actions[0] if len(actions) == 1 else list(actions)
    statement = {"Action": action, "Effect": "Allow", "Resource": resource, "Sid": "Read"}
    return json.dumps({"Statement": [statement], "Version": "2012-10-17"})


def program() -> Document:
    """A bucket with a key, and a role that reads it."""
    return {
        "provider": {"aws": [{"region": "eu-west-2", "allowed_account_ids": ["000000000000"]}]},
        "data": {
            "aws_iam_policy_document": {
                "reader": {
                    "statement": [
                        {
                            "sid": "Read",
                            "effect": "Allow",
                            "actions": ["s3:GetObject"],
                            "resources": ["${aws_s3_bucket.media.arn}/*"],
                        }
                    ]
                }
            }
        },
        "resource": {
            "aws_kms_key": {"media": {"description": "Media", "enable_key_rotation": True}},
            "aws_s3_bucket": {"media": {"bucket": "dev-media", "lifecycle": {"prevent_destroy": True}}},
            "aws_s3_bucket_public_access_block": {"media": {"bucket": "${aws_s3_bucket.media.id}", **CLOSED}},
            "aws_s3_bucket_server_side_encryption_configuration": {
                "media": {
                    "bucket": "${aws_s3_bucket.media.id}",
                    "rule": [
                        {
                            "apply_server_side_encryption_by_default": {
                                "sse_algorithm": "aws:kms",
                                "kms_master_key_id": "${aws_kms_key.media.arn}",
                            },
                            "bucket_key_enabled": True,
                        }
                    ],
                }
            },
            "aws_s3_bucket_versioning": {
                "media": {
                    "bucket": "${aws_s3_bucket.media.id}",
                    "versioning_configuration": {"status": "Enabled"},
                }
            },
            "aws_iam_role": {"reader": {"name": "dev-reader", "assume_role_policy": TRUST}},
            "aws_iam_role_policy": {
                "reader": {
                    "name": "media",
                    "role": "${aws_iam_role.reader.id}",
                    "policy": "${data.aws_iam_policy_document.reader.json}",
                }
            },
        },
    }


def state() -> dict[str, Values]:
    """What the provider reads back once the program is deployed."""
    bucket = {"id": "dev-media", "bucket": "dev-media"}
    return {
        KEY: {
            "id": KEY_ARN.rpartition("/")[2],
            "arn": KEY_ARN,
            "description": "Media",
            "enable_key_rotation": True,
            "deletion_window_in_days": None,
            "multi_region": False,
            "tags": {},
        },
        BUCKET: {**bucket, "arn": "arn:aws:s3:::dev-media", "force_destroy": False, "tags": None, "policy": ""},
        ACCESS: {**bucket, **CLOSED},
        "aws_s3_bucket_server_side_encryption_configuration.media": {
            **bucket,
            "expected_bucket_owner": "",
            "rule": [
                {
                    "apply_server_side_encryption_by_default": [
                        {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY_ARN}
                    ],
                    "bucket_key_enabled": True,
                }
            ],
        },
        "aws_s3_bucket_versioning.media": {
            **bucket,
            "mfa": None,
            "versioning_configuration": [{"status": "Enabled", "mfa_delete": ""}],
        },
        ROLE: {
            "id": "dev-reader",
            "arn": "arn:aws:iam::000000000000:role/dev-reader",
            "name": "dev-reader",
            "assume_role_policy": TRUST,
            "inline_policy": [],
            "max_session_duration": 3600,
            "path": "/",
        },
        GRANT: {"id": "dev-reader:media", "name": "media", "role": "dev-reader", "policy": policy("s3:GetObject")},
    }


def change(
    address: str, before: Values | None, after: Values | None, *actions: str, unknown: Any = None, **more: Any
) -> Document:
    """One entry of a plan. The actions follow from the values unless they are given."""
    if not actions:
        which = (before is None, after is None)
        actions = {(True, False): ("create",), (False, True): ("delete",)}.get(
            which, ("no-op",) if before == after else ("update",)
        )
    inner = {key: more.pop(key) for key in ("replace_paths", "importing", "after_sensitive") if key in more}
    return {
        "address": address,
        "mode": "managed",
        "type": address.partition(".")[0],
        "name": address.partition(".")[2],
        "change": {
            "actions": list(actions),
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            **inner,
        },
        **more,
    }


def document(
    planned: Document, now: Mapping[str, Values], *changes: Document, drift: Sequence[Document] = (), **more: Any
) -> Document:
    """A plan of a program. What no change is about stays as it is `now`."""
    named = {each["address"] for each in changes} | {each.get("previous_address") for each in changes}
    rest = [change(address, values, values) for address, values in now.items() if address not in named]
    return {
        "format_version": "1.2",
        "planned_values": {},
        "resource_changes": [*rest, *changes],
        "resource_drift": list(drift),
        "prior_state": {"values": {"root_module": {"resources": [_resource(*each) for each in now.items()]}}},
        "configuration": {"root_module": {"resources": list(_configured(planned))}},
        "errored": False,
        "complete": True,
        **more,
    }


def plan(folder: Path, planned: Document, now: Mapping[str, Values], *changes: Document, **more: Any) -> Plan:
    """The plan as it is read from its file."""
    return read(folder, document(planned, now, *changes, **more), planned)


def read(folder: Path, raw: Document, planned: Document) -> Plan:
    """A plan of the stack of a program, whatever the plan says."""
    (folder / "plan.json").write_text(json.dumps(raw), encoding="utf-8")
    return plans.read(folder / "plan.json", deployed(folder, planned))


def opened() -> Document:
    """The program, whose bucket may get a public policy."""
    changed = program()
    changed["resource"]["aws_s3_bucket_public_access_block"]["media"] |= OPEN
    return changed


def deployed(folder: Path, planned: Document) -> SynthesisedStack:
    """The synthesised stack of a program."""
    path = folder / "stacks" / "dev" / stacks.FILE_NAME
    return stack_of(planned, "dev", path)


def _resource(address: str, values: Values) -> Document:
    type_, _, name = address.removeprefix("data.").partition(".")
    mode = "data" if address.startswith("data.") else "managed"
    return {"address": address, "mode": mode, "type": type_, "name": name, "values": values}


def _configured(planned: Document) -> list[Document]:
    return [
        {
            "address": f"{start}{type_}.{name}",
            "mode": mode,
            "type": type_,
            "name": name,
            "expressions": {key: _expression(value) for key, value in block.items() if key != "lifecycle"},
        }
        for section, start, mode in (("data", "data.", "data"), ("resource", "", "managed"))
        for type_, named in planned.get(section, {}).items()
        for name, block in named.items()
    ]


def _expression(value: Any) -> Any:
    if isinstance(value, dict):
        return [{key: _expression(inner) for key, inner in value.items()}]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{key: _expression(inner) for key, inner in each.items()} for each in value]
    references = [value] if isinstance(value, str) and "${" in value else []
    return {"constant_value": value, **({"references": references} if references else {})}
