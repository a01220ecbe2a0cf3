"""What a change shows of secrets, as concerns. No concern contains a value."""

from collections.abc import Iterator

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.secrets.found import found_in
from ffp.review.secrets.reading import keeps_in_state, readings, sensitive_outputs
from ffp.review.secrets.veil import Veil
from ffp.review.side import Side

_IN_CLEAR = (
    "Whoever may read the repository, a plan, the state or the resource can read it. Replace the secret, keep it in "
    "Secrets Manager, and give its ARN instead."
)
_BY_REFERENCE = (
    "The value is then in the state in clear, and for everybody who may read the resource. Give the secret's ARN, and "
    "let the program read it."
)
_IN_STATE = (
    "Whoever may read the state reads it, even if nothing uses it. Let AWS make the value, or the program that needs "
    "it read it."
)


def concerns(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each secret in clear, and for each secret's value that is read into something, that are new."""
    found = found_in(after)
    known = {each.key for each in found_in(before)} if found else set()
    veil = Veil({value for each in found for value in each.values})
    for each in found:
        if each.key not in known:
            path = veil.over(each.path) or "its value"
            title = f"{veil.over(each.address)} has {each.kind} in {path}"
            yield Concern(Grade.RED, Topic.SECRET, each.address, title, why=_IN_CLEAR)
    yield from _read(before, after)
    yield from _kept(before, after)
    marked, was_marked = sensitive_outputs(after), sensitive_outputs(before)
    for name, is_sensitive in marked.items():
        if was_marked.get(name) and not is_sensitive:
            title = f"output.{name} is no longer marked sensitive"
            yield Concern(Grade.RED, Topic.SECRET, f"output.{name}", title, "sensitive", "shown", _BY_REFERENCE)


def _read(before: Side, after: Side) -> Iterator[Concern]:
    found = list(readings(after))
    known = {each.key for each in readings(before)} if found else set()
    existing = {before.address(block) for block in before.stack.resources}
    for each in found:
        if each.key in known or (each.is_password and each.address not in existing):
            continue
        title = f"The value of {each.source} is read into {each.path} of {each.address}"
        yield Concern(Grade.RED, Topic.SECRET, each.address, title, why=_BY_REFERENCE)


def _kept(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each new block by whose mere existence a secret's value is in the state."""
    known = {before.address(block) for block in before.stack.blocks}
    for block in after.stack.blocks:
        if after.address(block) in known or not keeps_in_state(after, block):
            continue
        title = f"{after.address(block)} puts a secret's value into Terraform's state"
        yield Concern(Grade.RED, Topic.SECRET, after.address(block), title, why=_IN_STATE)
