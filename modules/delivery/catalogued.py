"""The statements that follow from the rights which the catalogue states, for types that are bound by their names."""

from catalogue import TYPES, Rights
from modules.common import Statement
from modules.delivery.scope import Scope, actions


def _rights() -> dict[str, Rights]:
    """The rights of each such type, under the label that its statements have."""
    stated = {name: type_.rights for name, type_ in TYPES.items() if type_.rights is not None}
    return {"".join(word.title() for word in name.split("_")[1:]): rights for name, rights in stated.items()}


def _statements(scope: Scope, verb: str, kind: str) -> list[Statement]:
    return [
        Statement(
            f"{verb}{label}", actions(rights.service, getattr(rights, kind)), scope.own(rights.service, rights.arn)
        )
        for label, rights in _rights().items()
    ]


def reading(scope: Scope) -> list[Statement]:
    """What a refresh reads: configuration, never contents."""
    return _statements(scope, "Read", "read")


def changing(scope: Scope) -> list[Statement]:
    """What a deployment changes."""
    return _statements(scope, "Change", "change")


def using(scope: Scope) -> list[Statement]:
    """What the platform's functions do with what is deployed."""
    return _statements(scope, "Use", "use")


def contents() -> tuple[str, ...]:
    """What CI must never do: these actions read or write what a resource holds."""
    return tuple(action for rights in _rights().values() for action in actions(rights.service, rights.use))


def services() -> tuple[str, ...]:
    """The services of these types."""
    return tuple(dict.fromkeys(rights.service for rights in _rights().values()))


def key_users() -> tuple[str, ...]:
    """Those among them that use a key with the caller's permissions."""
    return tuple(dict.fromkeys(rights.service for rights in _rights().values() if rights.uses_keys))
