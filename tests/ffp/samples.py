"""Small stacks in the format that CDKTF writes."""

import json
from pathlib import Path
from typing import Any

from catalogue import TYPES, InUse

# A role that passes the scan, and a queue that fails it because it is not encrypted.
ROLE = {"name": "sample", "assume_role_policy": "${data.aws_iam_policy_document.trust.json}"}
TRUST = {
    "statement": [
        {
            "actions": ["sts:AssumeRole"],
            "effect": "Allow",
            "principals": [{"identifiers": ["lambda.amazonaws.com"], "type": "Service"}],
        }
    ]
}
QUEUE = {"name": "sample", "sqs_managed_sse_enabled": False}
QUEUE_CHECK = "CKV_AWS_27"
QUEUE_ADDRESS = "aws_sqs_queue.work"


def write(
    output: Path,
    name: str = "dev",
    *,
    resource: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    **sections: Any,
) -> Path:
    """Writes a stack's file with these blocks."""
    resource = resource or {"aws_iam_role": {"sample": ROLE}}
    content = {
        "data": data or {"aws_iam_policy_document": {"trust": TRUST}},
        "provider": {"aws": [{"region": "eu-west-2"}, {"alias": "global", "region": "us-east-1"}]},
        "resource": {
            type_: {name: _with_life_cycle(type_, block) for name, block in named.items()}
            for type_, named in resource.items()
        },
        "terraform": {
            "backend": {"s3": {"bucket": "none", "key": "none", "region": "eu-west-2"}},
            "required_providers": {"aws": {"source": "registry.terraform.io/hashicorp/aws", "version": "5.100.0"}},
            "required_version": ">= 1.11, < 2",
        },
        **sections,
    }
    path = output / "stacks" / name / "cdk.tf.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, sort_keys=True), encoding="utf-8")
    return path


def _with_life_cycle(type_: str, block: dict[str, Any]) -> dict[str, Any]:
    in_use = type_ in TYPES and isinstance(TYPES[type_].replaced, InUse)
    return {"lifecycle": {"create_before_destroy": True}, **block} if in_use else block


def queue(**waivers: object) -> dict[str, Any]:
    """Resources with one unencrypted queue that has these waivers, by check."""
    return {"aws_sqs_queue": {"work": {"//": {"metadata": {}, "waivers": waivers}, **QUEUE}}}
