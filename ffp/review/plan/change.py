"""What a plan says of one resource: Terraform's actions, the values before and after, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]

_REASONS = {
    "delete_because_count_index": "its index is beyond `count`",
    "delete_because_each_key": "its key is no longer in `for_each`",
    "delete_because_no_module": "its module is gone",
    "delete_because_no_move_target": "it was moved to an address that does not exist",
    "delete_because_no_resource_config": "its block is gone",
    "delete_because_wrong_repetition": "`count` or `for_each` was added or removed",
    "replace_because_tainted": "an earlier apply left it half made",
    "replace_by_request": "the plan was made with -replace",
    "replace_by_triggers": "`replace_triggered_by` demands it",
}


@dataclass(frozen=True)
class Change:
    """What happens to one resource.

    `unknown` marks the values that only the apply can tell, `sensitive` those that the provider marks, each in the
    shape of the values. `deposed` is the key of an object that an interrupted replacement left behind; such a change is
    about that object, and not about the resource.
    """

    address: str
    type: str
    actions: tuple[str, ...]
    before: Values | None = field(repr=False, default=None)
    after: Values | None = field(repr=False, default=None)
    unknown: Any = field(repr=False, default=False)
    sensitive: tuple[Any, Any] = field(repr=False, default=(False, False))
    replace_paths: tuple[str, ...] = ()  # what forces a replacement, such as `storage_encrypted`
    action_reason: str = ""
    previous_address: str = ""  # empty unless the resource was moved
    import_id: str = ""
    deposed: str = ""

    @property
    def is_nothing(self) -> bool:
        return self.actions == ("no-op",)

    @property
    def is_replacement(self) -> bool:
        return "create" in self.actions and "delete" in self.actions

    @property
    def is_deletion(self) -> bool:
        return self.actions == ("delete",)

    @property
    def is_destroying(self) -> bool:
        return "delete" in self.actions

    @property
    def is_creation(self) -> bool:
        return self.actions == ("create",)

    @property
    def is_forgotten(self) -> bool:
        """Whether Terraform stops managing the resource, which remains."""
        return "forget" in self.actions

    @property
    def reason(self) -> str:
        """Why the resource is destroyed or replaced; empty if the plan does not say."""
        if self.replace_paths and self.action_reason not in ("replace_by_request", "replace_because_tainted"):
            return f"{', '.join(self.replace_paths)} {'changes' if len(self.replace_paths) == 1 else 'change'}"
        return _REASONS.get(self.action_reason, self.action_reason.replace("_", " "))


def read(raw: Mapping[str, Any]) -> Change:
    """One entry of `resource_changes` or `resource_drift`. Raises KeyError or TypeError if it is none."""
    change = raw["change"]
    address, type_ = raw["address"], raw["type"]
    if not isinstance(address, str) or not isinstance(type_, str):
        raise TypeError("address")
    before, after = change.get("before"), change.get("after")
    importing = change.get("importing")
    return Change(
        address=address,
        type=type_,
        actions=tuple(map(str, change["actions"])),
        before=before if isinstance(before, Mapping) else None,
        after=after if isinstance(after, Mapping) else None,
        unknown=change.get("after_unknown", False),
        sensitive=(change.get("before_sensitive", False), change.get("after_sensitive", False)),
        replace_paths=tuple(map(_path, change.get("replace_paths") or ())),
        action_reason=str(raw.get("action_reason") or ""),
        previous_address=str(raw.get("previous_address") or ""),
        import_id=str(importing.get("id") or "unknown") if isinstance(importing, Mapping) else "",
        deposed=str(raw.get("deposed") or ""),
    )


def marked(value: Any, marks: Any) -> Iterator[str]:
    """The texts inside a value that its marks name."""
    if marks is True:
        yield from _texts(value)
    elif isinstance(marks, Mapping) and isinstance(value, Mapping):
        for key, inner in marks.items():
            yield from marked(value.get(key), inner)
    elif isinstance(marks, list) and isinstance(value, list):
        for each, inner in zip(value, marks, strict=False):
            yield from marked(each, inner)


def is_marked(marks: Any) -> bool:
    """Whether the marks name anything."""
    if isinstance(marks, Mapping):
        return any(map(is_marked, marks.values()))
    return any(map(is_marked, marks)) if isinstance(marks, list) else marks is True


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value


def _path(steps: Sequence[Any] | str) -> str:
    """A path in the notation of Terraform's messages."""
    text = ""
    for step in [steps] if isinstance(steps, str) else steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")
