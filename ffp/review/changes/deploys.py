"""What a deploy itself relies on: the state, its lock and its key, the right account, and which code Terraform runs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ffp.model.references import walk
from ffp.review.changes.meaning import NOTHING, meaning_of
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.side import Side, at, blocks_in
from ffp.stacks import SynthesisedBlock

_BACKEND = "terraform.backend"
# Where the state is. Any other argument of a backend says how to get at it.
_LOCATION = ("bucket", "key", "path", "workspace_key_prefix", "workspace_dir", "prefix", "container_name", "hostname")
_ALIAS = "aws_kms_alias"
_LOCKS = ("use_lockfile", "dynamodb_table")
_ACCOUNTS = "allowed_account_ids"
_SWITCHED_OFF = {
    "insecure": "Terraform no longer checks who answers in place of AWS",
    "skip_requesting_account_id": "Terraform no longer asks which account it is in, and cannot refuse a wrong one",
}


def concerns(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each change by which a deploy could lose its state, or reach a wrong place, or run other code."""
    yield from _state(before, after)
    yield from _sources(before, after)
    yield from _aliases(before, after)
    olds = {block.address: block for block in before.stack.blocks}
    for block in after.stack.blocks:
        old = olds.get(block.address)
        if block.kind == "provider" and old is not None:
            yield from _provider(old, block)
        yield from _programs(old, block)


def _red(topic: Topic, address: str, title: str, why: str, before: Any = None, after: Any = None) -> Concern:
    return Concern(Grade.RED, topic, address, title, str(meaning_of(before)), str(meaning_of(after)), why)


def _state(before: Side, after: Side) -> Iterator[Concern]:
    (old_type, old), (new_type, new) = _backend(before), _backend(after)
    if not old_type:
        return
    moved = [key for key in _LOCATION if meaning_of(old.get(key)) != meaning_of(new.get(key))]
    if old_type != new_type or moved:
        why = "Terraform finds an empty state there, and creates all resources a second time, unless it is migrated."
        places = (old_type or "none", new_type or "none") if old_type != new_type else _values(old, new, moved)
        yield _red(Topic.LOSS, _BACKEND, "The state is elsewhere", why, *places)
        return
    if _is_locked(old) and not _is_locked(new):
        why = "Two deploys at a time overwrite each other's state."
        yield _red(Topic.RECOVERY, _BACKEND, "The state is no longer locked during a deploy", why)
    if meaning_of(old.get("encrypt")) == "true" != meaning_of(new.get("encrypt")):
        why = "It contains generated values in clear."
        yield _red(Topic.EXPOSURE, _BACKEND, "The state is no longer encrypted", why)
    if old.get("kms_key_id") and meaning_of(old.get("kms_key_id")) != meaning_of(new.get("kms_key_id")):
        why = "Whoever may use the new key can read the state, with generated values in clear."
        pair = old.get("kms_key_id"), new.get("kms_key_id") or "not set"
        yield _red(Topic.EXPOSURE, _BACKEND, "Another key encrypts the state", why, *pair)
    yield from _accounts(_BACKEND, old, new)


def _backend(side: Side) -> tuple[str, Mapping[str, Any]]:
    found = blocks_in(at(side.stack.others, "terraform.backend"))
    for type_, configuration in found[0].items() if found else ():
        return type_, (blocks_in(configuration) or [{}])[0]
    return "", {}


def _values(old: Mapping[str, Any], new: Mapping[str, Any], keys: list[str]) -> tuple[str, str]:
    before, after = (", ".join(f"{key} {each.get(key, 'not set')}" for key in keys) for each in (old, new))
    return before, after


def _is_locked(backend: Mapping[str, Any]) -> bool:
    return any(meaning_of(backend.get(key)) not in (NOTHING, "false") for key in _LOCKS)


def _accounts(address: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Concern]:
    before, after = meaning_of(old.get(_ACCOUNTS)), meaning_of(new.get(_ACCOUNTS))
    if before not in (NOTHING, after):
        why = "Only this refuses a deploy with another account's credentials."
        yield _red(Topic.LOSS, address, "The account that may be deployed to changes", why, before, after or "any")


def _aliases(before: Side, after: Side) -> Iterator[Concern]:
    """Names of keys that are gone although something still uses them, such as the backend, which reads the state."""
    names = {str(after.get(block, "name")) for block in after.of_type(_ALIAS)}
    for block in before.of_type(_ALIAS):
        name = str(before.get(block, "name"))
        if name in names:
            continue
        where = {_BACKEND: after.stack.others, **{each.address: each.attributes for each in after.stack.blocks}}
        ends = re.compile(rf":{re.escape(name)}$|^{re.escape(name)}$")
        users = [each for each, inside in where.items() for _, text in walk(dict(inside)) if ends.search(str(text))]
        if users:
            why = "It then finds no key, and can neither read nor write what the key encrypts."
            yield _red(
                Topic.AVAILABILITY, before.address(block), f"{users[0]} names the alias {name}, which is gone", why
            )


def _provider(old: SynthesisedBlock, new: SynthesisedBlock) -> Iterator[Concern]:
    before, after = old.attributes, new.attributes
    yield from _accounts(new.address, before, after)
    if meaning_of(before.get("region")) != meaning_of(after.get("region")):
        why = "Terraform does not find what exists, and creates all of it again in the new region."
        pair = before.get("region"), after.get("region")
        yield _red(Topic.LOSS, new.address, "The region of the resources changes", why, *pair)
    for key, why in _SWITCHED_OFF.items():
        if meaning_of(after.get(key)) == "true" != meaning_of(before.get(key)):
            yield _red(Topic.EXPOSURE, new.address, f"The provider's {key} is on", why)
    for key, why in (
        ("endpoints", "Terraform sends its calls, signed with the deploy's credentials, to these addresses."),
        ("assume_role", "Terraform acts with this role's rights, and in its account."),
    ):
        if after.get(key) and meaning_of(before.get(key)) != meaning_of(after.get(key)):
            yield _red(Topic.ACCESS, new.address, f"The provider's {key.replace('_', ' ')} changes", why)


def _sources(before: Side, after: Side) -> Iterator[Concern]:
    old, new = (_required(side) for side in (before, after))
    for name in sorted({*old, *new}):
        source = old.get(name)
        if name in new and source is not None and source != new[name]:
            why = "Terraform runs this provider's code with the deploy's credentials."
            yield _red(Topic.ACCESS, f"provider.{name}", "The provider comes from elsewhere", why, source, new[name])


def _required(side: Side) -> dict[str, str]:
    required = at(side.stack.others, "terraform.required_providers")
    items = required.items() if isinstance(required, Mapping) else ()
    return {name: _without_registry(each.get("source")) for name, each in items if isinstance(each, Mapping)}


def _without_registry(source: Any) -> str:
    return str(source).removeprefix("registry.terraform.io/")


def _programs(old: SynthesisedBlock | None, new: SynthesisedBlock) -> Iterator[Concern]:
    before, after = (_programs_of(block) for block in (old, new))
    if after and before != after:
        why = "It runs with the credentials of whoever plans or deploys, where nobody sees what it does."
        yield _red(Topic.ACCESS, new.address, f"{new.address} runs a program during a deploy", why)


def _programs_of(block: SynthesisedBlock | None) -> Any:
    """What a block runs on the machine of whoever plans or deploys; nothing for most."""
    if block is None:
        return NOTHING
    return meaning_of(block.attributes if block.type == "external" else block.attributes.get("provisioner"))
