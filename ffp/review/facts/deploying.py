"""What the stack itself promises about deploys: known providers, no foreign role or proxy, nothing overlooked.

Where the state is, its lock and its key, the account, and programs that a deploy runs are judged in `changes`.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.review.changes.losses import holds
from ffp.review.concern import Topic
from ffp.review.facts.common import promise
from ffp.review.facts.fact import STACK, Fact, Finder, Order, Truth, in_words, truth
from ffp.review.facts.orders import Kept, Letting, Unwanted
from ffp.review.side import Side, at, blocks_in, values_in

_VERSION = re.compile(r"(?P<sign>=|!=|>=|<=|>|<|~>)?\s*v?(?P<version>\d[\w.-]*)")
# Attributes of which an ignored change neither opens, weakens nor mutes anything.
_HARMLESS = frozenset(
    {"description", "comment", "tags", "tags_all", "name_prefix", "desired_count", "desired_capacity", "last_modified"}
    | {"source_code_hash", "filename", "source_hash", "etag", "qualified_arn", "version", "latest_version", "id", "arn"}
)
# Types that make resources, or run programs in them, which stand in no stack: what says what they make.
_UNSEEN: Mapping[str, tuple[str, ...]] = {
    "aws_cloudcontrolapi_resource": ("type_name", "desired_state", "role_arn"),
    "aws_cloudformation_stack": ("template_body", "template_url", "parameters", "iam_role_arn", "policy_body"),
    "aws_cloudformation_stack_instances": ("stack_set_name", "accounts", "deployment_targets", "parameter_overrides"),
    "aws_cloudformation_stack_set": ("template_body", "template_url", "parameters", "execution_role_name"),
    "aws_cloudformation_stack_set_instance": ("stack_set_name", "account_id", "deployment_targets"),
    "aws_cloudformation_type": ("schema_handler_package", "type_name", "execution_role_arn"),
    "aws_serverlessapplicationrepository_cloudformation_stack": ("application_id", "parameters", "semantic_version"),
    "aws_servicecatalog_provisioned_product": ("product_id", "product_name", "provisioning_artifact_id"),
    "aws_ssm_association": ("name", "parameters", "targets", "document_version"),
}
_READING = {"http": "a web address", "terraform_remote_state": "another state"}


@dataclass(frozen=True)
class _Versions:
    """Which versions of a provider may run. Another exact version is a deploy like any other; a range is not."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return before != after and before is not None and self._width(after) > self._width(before)

    def _width(self, value: Any) -> int:
        """0 for one version, 1 for its corrections, 2 for a range with an end, 3 for any later version."""
        parts = [_VERSION.fullmatch(each.strip()) for each in str(value or "").split(",")]
        signs = [(part["sign"] or "=", part["version"]) for part in parts if part]
        if not signs:
            return 3
        if any(sign == "=" for sign, _ in signs):
            return 0
        close = [version for sign, version in signs if sign == "~>"]
        if close:
            return 1 if max(version.count(".") for version in close) > 1 else 2
        return 2 if any(sign in ("<", "<=") for sign, _ in signs) else 3

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return in_words(value)


def _about(question: str, says: str, topic: Topic, order: Order, value: Any, why: str, absent: Any = None) -> Fact:
    return Fact(
        subject=STACK,
        question=question,
        says=says,
        topic=topic,
        order=order,
        value=value,
        absent=absent,
        address="terraform",
        why=why,
    )


def _backend(side: Side) -> Iterator[Fact]:
    """By which way and with whose rights the state is read and written."""
    given = at(side.stack.others.get("terraform"), "backend")
    kinds = blocks_in(given) or [{}]
    state = next((each for raw in kinds[0].values() for each in blocks_in(raw)), {})
    why = "The state, which holds secrets in clear, is written elsewhere or by somebody else."
    for path, order in (
        ("region", Kept()),
        ("assume_role", Kept(first=True)),
        ("endpoints", Unwanted()),
        ("endpoint", Unwanted()),
        ("profile", Kept(first=True)),
        ("acl", Unwanted()),
        ("skip_credentials_validation", Unwanted()),
        ("skip_s3_checksum", Unwanted()),
        ("insecure", Unwanted()),
        ("custom_ca_bundle", Unwanted()),
        ("http_proxy", Unwanted()),
        ("https_proxy", Unwanted()),
    ):
        says = f"The backend's {path.replace('_', ' ')}"
        yield _about(f"state {path}", says, Topic.EXPOSURE, order, _on(state.get(path)), why)


def _on(value: Any) -> Any:
    return None if truth(value) is False else value


def _required(side: Side) -> Iterator[Fact]:
    """The programs that a deploy downloads and runs, from where, and in which versions."""
    required: dict[str, Any] = {}
    for each in blocks_in(at(side.stack.others.get("terraform"), "required_providers")):
        required.update(each)
    why = "It runs with the rights of the deploy."
    yield _about("providers", "Providers that a deploy runs", Topic.EXPOSURE, Letting(), list(required), why, ())
    for name, each in required.items():
        version = each if isinstance(each, str) else at(each, "version")
        why = "A version that nobody has looked at runs with the rights of the deploy."
        yield _about(
            f"version of {name}", f"Versions of the provider {name}", Topic.EXPOSURE, _Versions(), version, why
        )
    modules = side.stack.others.get("module")
    called = [str(at(each, "source")) for _, each in modules.items()] if isinstance(modules, Mapping) else []
    why = "Whoever may change the module decides what is deployed."
    yield _about("modules", "Modules from elsewhere", Topic.EXPOSURE, Letting(), called, why, ())


def _providers(side: Side) -> Iterator[Fact]:
    """Which account each provider configuration changes, with which role and by which addresses."""
    for block in side.stack.blocks:
        if block.kind != "provider":
            continue
        own = block.address
        orders: tuple[tuple[str, str, Order], ...] = (
            ("forbidden_account_ids", "Accounts that are not changed", Kept()),
            ("assume_role_with_web_identity", "The role", Kept(first=True)),
            ("profile", "The profile", Kept(first=True)),
            ("http_proxy", "The proxy", Unwanted()),
            ("https_proxy", "The proxy", Unwanted()),
            ("custom_ca_bundle", "Certificates that count", Unwanted()),
        )
        for path, says, order in orders:
            value = _on(_without_names(side.resolved(block.attributes.get(path))))
            why = "The deploy changes something else than before, with other rights, or by way of somebody else."
            yield _about(f"{own} {path}", f"{says} of {own}", Topic.ACCESS, order, value, why)
        tags = at(block.attributes, "default_tags.tags")
        why = "New resources have no owner and no environment: rules by tag, and the bill by tag, miss them."
        switch = Truth(demanded=False, words=("none", "set"))
        yield _about(f"{own} tags", f"Tags of all resources of {own}", Topic.WATCHING, switch, bool(tags), why, False)


def _without_names(value: Any) -> Any:
    """Blocks without what only names a session."""
    if isinstance(value, list | tuple):
        return [_without_names(each) for each in value]
    if isinstance(value, Mapping):
        return {key: each for key, each in value.items() if key not in ("session_name", "tags")}
    return value


def _asked(side: Side) -> Iterator[Fact]:
    """What a plan reads from elsewhere."""
    found = []
    for block in side.stack.blocks:
        if block.kind == "data" and block.type in _READING:
            told = sorted({str(value) for _, value in block.values if isinstance(value, str)})
            found.append(f"{_READING[block.type]}: {' '.join(told)}")
    why = "Whoever answers decides a part of what is deployed, and sees what is asked."
    yield _about("asked", "What a plan reads from elsewhere", Topic.EXPOSURE, Letting(), found, why, ())


def _guards(side: Side) -> Iterator[Fact]:
    """The guard against destruction where somebody set it, and the attributes whose changes Terraform overlooks."""
    for block in side.stack.resources:
        lifecycle = at(block.attributes, "lifecycle")
        ignored = _ignored(lifecycle)
        why = "What somebody changes there by hand stays, and a change in the code does nothing."
        if lifecycle:
            says, order = "Changes that Terraform overlooks", _Ignored()
            yield promise(side, block, "ignored", says, Topic.EXPOSURE, order, ignored, why, absent=())
        if not holds(block):  # of those that hold something, the destruction itself is judged
            is_guarded = truth(at(lifecycle, "prevent_destroy")) is True
            says, guard = "The guard against destruction", Truth(demanded=False)
            why = "A later plan may destroy or replace it, and Terraform does not refuse."
            yield promise(side, block, "guard", says, Topic.RECOVERY, guard, is_guarded, why, absent=False)


def _ignored(lifecycle: Any) -> list[str]:
    names = [str(each) for each in values_in(at(lifecycle, "ignore_changes"))]
    return sorted({name for name in names if re.split(r"[.\[]", name)[0] not in _HARMLESS})


@dataclass(frozen=True)
class _Ignored:
    """Attributes whose changes are overlooked; `all` contains each."""

    def is_worse(self, before: Any, after: Any) -> bool:
        old = set(values_in(before))
        return "all" not in old and not set(values_in(after)) - {"all"} <= old  # that all are is judged elsewhere

    def is_unfit(self, value: Any) -> bool:
        return "all" in values_in(value)

    def shown(self, value: Any) -> str:
        return in_words(values_in(value))


def _unseen(side: Side) -> Iterator[Fact]:
    """What makes resources that stand in no stack. Of each change only a sign is shown, since templates are long."""
    for type_, paths in _UNSEEN.items():
        for block in side.of_type(type_):
            told = json.dumps(
                [side.resolved(block.attributes.get(path)) for path in paths], sort_keys=True, default=str
            )
            value = f"{len(told)} characters, {hashlib.sha256(told.encode()).hexdigest()[:12]}"
            says, why = "What it makes or runs", "No plan shows it and no review reads it, whatever it opens."
            yield promise(side, block, "unseen", says, Topic.ACCESS, Unwanted(), value, why)


FINDERS: tuple[Finder, ...] = (_backend, _required, _providers, _asked, _guards, _unseen)
