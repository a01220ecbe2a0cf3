"""Policies of resources, and what else lets somebody in: invoke permissions, grants, shares."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ffp.review.access import shares
from ffp.review.access.documents import Reader, is_policy, reader_of, repetition
from ffp.review.access.globs import EVERYTHING
from ffp.review.access.holders import IDENTITY_TYPES, Holder
from ffp.review.access.names import with_place
from ffp.review.access.statements import Statement, unread
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock

# Attributes with the resource that a policy is about, in the order in which they are looked at.
_OWNERS = (
    "bucket",
    "queue_url",
    "arn",
    "topic_arn",
    "key_id",
    "secret_arn",
    "resource_arn",
    "function_name",
    "repository",
    "repository_name",
    "vpc_endpoint_id",
    "event_bus_name",
    "backup_vault_name",
    "rest_api_id",
    "domain_name",
    "file_system_id",
    "cluster_arn",
    "destination_name",
    "delivery_destination_name",
    "access_point_arn",
    "container_name",
    "certificate_authority_arn",
    "stream_arn",
    "identity",
    "email_identity",
    "resource_identifier",
    "registry_name",
)
# Policies of other languages than IAM's.
_OTHER_LANGUAGES = frozenset({"aws_ecr_lifecycle_policy", "aws_dlm_lifecycle_policy", "aws_iot_policy"})
# Attributes that are called policies and let nobody in: where failed or chosen messages go.
_NO_POLICIES = frozenset(
    {"redrive_policy", "redrive_allow_policy", "filter_policy", "delivery_policy", "lifecycle_policy"}
)
# What applies where a resource has no policy: everything to everybody, or what the account's IAM decides.
_OPEN = frozenset({"aws_vpc_endpoint", "aws_efs_file_system"})
_OWN_ACCOUNT: Mapping[str, str] = {"aws_kms_key": "kms:*", "aws_sns_topic": "sns:*"}


@dataclass(frozen=True)
class ResourcePolicies:
    """The holders of one side that are resources. `known` is what a plan knows, by address."""

    side: Side
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def reader(self) -> Reader:
        return reader_of(self.side)

    def all(self) -> Iterator[Holder]:
        """A holder for each resource with a policy, or with another way in."""
        found: dict[str, list[Statement]] = {}
        for owner, statements in (*self._policies(), *shares.all_of(self.side, self.reader)):
            found.setdefault(owner, []).extend(statements)
        blocks = {self.side.address(block): block for block in self.side.stack.resources}
        for owner, statements in found.items():
            arn = self.side.arn(blocks[owner]) if owner in blocks else owner
            yield Holder("resource", owner, tuple(statements), owner, arn=arn)

    def default(self, subject: str) -> tuple[Statement, ...]:
        """What applies to a resource without a policy."""
        type_ = subject.partition(".")[0]
        if type_ in _OPEN:
            return (self._everybody(subject),)
        if (actions := _OWN_ACCOUNT.get(type_)) and self.side.account:
            root = self.reader.principals({"AWS": self.side.account})
            raw = {"Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
            return tuple(self.reader.statements(raw, subject, principals=root))
        return ()

    def _everybody(self, subject: str) -> Statement:
        (statement,) = self.reader.statements(
            {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}, subject
        )
        return statement

    def _policies(self) -> Iterator[tuple[str, list[Statement]]]:
        for block in self.side.stack.resources:
            if block.type in IDENTITY_TYPES or block.type in _OTHER_LANGUAGES:
                continue
            for path, value in block.values:
                if isinstance(value, str) and _may_be_a_policy(path, value):
                    statements = self._read(block, path, value)
                    if statements is not None:
                        yield self._owner(block), statements

    def _read(self, block: SynthesisedBlock, path: str, value: str) -> list[Statement] | None:
        raw = self.reader.raw(value)
        if raw is None and isinstance(known := self.known.get(block.address, {}).get(path), str):
            value, raw = known, self.reader.raw(known)
        address = self.side.address(block)
        if raw is None:
            return (
                None
                if not _is_of_a_policy(path) or _is_json(value)
                else [unread(with_place(self.side, value), address)]
            )
        if not is_policy(raw):
            return None
        statements = self.reader.statements({"Statement": list(raw)}, address, principals=None, resources=EVERYTHING)
        if (repeated := repetition(block)) is not None:
            statements.append(unread(f"repeated: {repeated}", address))
        return statements

    def _owner(self, block: SynthesisedBlock) -> str:
        """The address of the resource that a policy is about, or what names it if it is not of this stack."""
        for attribute in _OWNERS:
            value = block.attributes.get(attribute)
            if not isinstance(value, str):
                continue
            for owner in self.side.blocks_of(value):
                if owner.kind == "resource" and owner is not block:
                    return self.side.address(owner)
        return self.side.address(block)


def _may_be_a_policy(path: str, value: str) -> bool:
    return "aws_iam_policy_document." in value or "Statement" in value or ("${" in value and _is_of_a_policy(path))


def _is_of_a_policy(path: str) -> bool:
    last = path.rpartition(".")[2]
    if last in _NO_POLICIES:
        return False
    return last in ("access_policies", "policy_document", "policy_text") or last.endswith("policy")


def _is_json(value: str) -> bool:
    try:
        return isinstance(json.loads(value), dict)
    except (ValueError, RecursionError):
        return False
