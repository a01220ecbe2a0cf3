"""Which attributes make Terraform destroy and create a resource, as measured with the real provider.

`python -m tests.review.measure_replacements` measures it again and writes `replacing.json`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ffp.review.changes.meaning import meaning_of

_FILE = Path(__file__).with_name("replacing.json")

# What AWS chooses, which the provider does not know before it asks.
_CHOSEN_BY_AWS: Mapping[str, Mapping[str, Any]] = {
    "aws_cloudwatch_log_group": {"log_group_class": "STANDARD"},
    "aws_db_instance": {"backup_target": "region"},
    "aws_efs_file_system": {"performance_mode": "generalPurpose"},
    "aws_eip": {"domain": "vpc", "public_ipv4_pool": "amazon"},
    "aws_instance": {"tenancy": "default"},
    "aws_network_interface": {"interface_type": "interface"},
    "aws_rds_cluster": {"engine_mode": "provisioned"},
    "aws_scheduler_schedule": {"group_name": "default"},
}


@dataclass(frozen=True)
class Measured:
    """What the provider does with one type."""

    replaces: tuple[str, ...] = ()  # paths of attributes; a change of one replaces the resource
    kept: frozenset[str] = frozenset()  # attributes that keep the value which they have when they are no longer set
    defaults: Mapping[str, Any] | None = None  # what counts where an attribute is not set


@cache
def _all() -> Mapping[str, Measured]:
    types = json.loads(_FILE.read_text(encoding="utf-8"))["types"]
    return {
        type_: Measured(
            tuple(found["replaces"]),
            frozenset(found["kept"]),
            {**found["defaults"], **_CHOSEN_BY_AWS.get(type_, {})},
        )
        for type_, found in types.items()
        if "replaces" in found
    }


def measured(type_: str) -> Measured:
    """What is known of a type; nothing replaces a resource of a type that was not measured."""
    return _all().get(type_, Measured())


def is_measured(type_: str) -> bool:
    """Whether the provider was asked about a type."""
    return type_ in _all()


def forced(type_: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The paths of the changed attributes that replace a resource, of two configurations with resolved references."""
    return [path for path in measured(type_).replaces if _forces(measured(type_), path, before, after)]


def _forces(known: Measured, path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    top = path.partition(".")[0]
    if top in known.kept and after.get(top) is None:
        return False
    default = (known.defaults or {}).get(path)
    old, new = (meaning_of(values_at(side, path, default)) for side in (before, after))
    return old != new and not (old in ("", "false") and new in ("", "false"))


def values_at(attributes: Any, path: str, default: Any = None) -> Any:
    """The value at a dotted path, or the values of all blocks that the path enters; the default if there is none."""
    found = list(_values(attributes, path))
    return default if not found else found[0] if len(found) == 1 else found


def _values(attributes: Any, path: str) -> Iterator[Any]:
    name, _, rest = path.partition(".")
    for each in attributes if isinstance(attributes, list | tuple) else [attributes]:
        inner = each.get(name) if isinstance(each, Mapping) else None
        if rest:
            yield from _values(inner, rest)
        elif inner is not None:
            yield inner
