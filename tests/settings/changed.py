"""The settings of the tests' production with one part changed."""

from dataclasses import replace
from typing import Any

from settings import Environment, FunctionGroupSettings, FunctionSettings, Public, SecretSettings
from tests.sample.environments import PROD

__all__ = [
    "PROD",
    "PUBLIC",
    "area",
    "function",
    "function_of",
    "group",
    "only",
    "secret",
    "without_group",
    "without_secret",
]
PUBLIC = Public(because="A partner's servers call it, and each call carries a signature.")


def only(**changes: Any) -> Environment:
    """Production with some of its own fields changed."""
    return replace(PROD, **changes)


def area(name: str, settings: Environment = PROD, /, **changes: Any) -> Environment:
    """Production with fields of one area changed, such as `area("network", cidr="…")`."""
    return replace(settings, **{name: replace(getattr(settings, name), **changes)})


def group(name: str, settings: Environment = PROD, /, **changes: Any) -> Environment:
    """Production with fields of one function group changed."""
    return _groups(settings, lambda each: replace(each, **changes) if each.name == name else each)


def function(name: str, settings: Environment = PROD, /, **changes: Any) -> Environment:
    """Production with fields of one function changed."""

    def change(each: FunctionSettings) -> FunctionSettings:
        return replace(each, **changes) if each.name == name else each

    return _groups(settings, lambda each: replace(each, functions=tuple(map(change, each.functions))))


def secret(settings: Environment = PROD, /, **fields: Any) -> Environment:
    """Production with one secret more, such as `secret(name="webhook-key", renewal=GeneratedKey(days=30))`."""
    more = SecretSettings(description="A secret of the tests", **fields)
    return area("application", settings, secrets=(*settings.application.secrets, more))


def function_of(name: str, settings: Environment = PROD, /) -> FunctionSettings:
    """One function as it is."""
    (found,) = (each for each in settings.application.functions if each.name == name)
    return found


def without_group(name: str, settings: Environment = PROD) -> Environment:
    """Production without one function group."""
    groups = tuple(each for each in settings.application.groups if each.name != name)
    return replace(settings, application=replace(settings.application, groups=groups))


def without_secret(name: str, settings: Environment = PROD, /) -> Environment:
    """Production without one secret."""
    left = tuple(each for each in settings.application.secrets if each.name != name)
    return area("application", settings, secrets=left)


def _groups(settings: Environment, change: Any) -> Environment:
    groups: tuple[FunctionGroupSettings, ...] = tuple(change(each) for each in settings.application.groups)
    return replace(settings, application=replace(settings.application, groups=groups))
