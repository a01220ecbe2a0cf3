"""Production's settings with one part changed."""

from dataclasses import replace
from typing import Any

from environments.prod import SETTINGS as PROD
from environments.settings import Environment, Function, FunctionGroup, Secret

__all__ = ["PROD", "area", "function", "group", "only", "secret", "without_group"]


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

    def change(each: Function) -> Function:
        return replace(each, **changes) if each.name == name else each

    return _groups(settings, lambda each: replace(each, functions=tuple(map(change, each.functions))))


def secret(settings: Environment = PROD, /, **fields: Any) -> Environment:
    """Production with one secret more, such as `secret(name="webhook-key", renewal=GeneratedKey(days=30))`."""
    more = Secret(description="A secret of the tests", **fields)
    return area("secrets", settings, secrets=(*settings.secrets.secrets, more))


def without_group(name: str, settings: Environment = PROD) -> Environment:
    """Production without one function group."""
    groups = tuple(each for each in settings.application.groups if each.name != name)
    return replace(settings, application=replace(settings.application, groups=groups))


def _groups(settings: Environment, change: Any) -> Environment:
    groups: tuple[FunctionGroup, ...] = tuple(change(each) for each in settings.application.groups)
    return replace(settings, application=replace(settings.application, groups=groups))
