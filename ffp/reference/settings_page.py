"""`docs/settings.md`: every field of every settings model, with the limits that its validators enforce.

Pydantic collects the descriptions and limits into the models' JSON schema; the defaults are those of the dataclasses.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from importlib import import_module
from inspect import getdoc
from typing import Any, get_args

from ffp.reference.markdown import NOTICE, code, table
from settings import bindings
from settings.base import Settings, adapter_of

Schema = Mapping[str, Any]

# The sections, in order: each is a module of `settings`, with its title.
AREAS = {
    "environment": "Environment",
    "application": "Application",
    "functions": "Functions",
    "bindings": "Bindings",
    "routes": "Routes",
    "schedules": "Schedules",
    "code": "Code",
    "secrets": "Secrets",
    "storage": "Storage",
    "media": "Media",
    "quotas": "Quotas",
    "tenancy": "Tenancy",
    "network": "Network",
    "encryption": "Encryption",
    "database": "Database",
    "identity": "Identity",
    "api": "API",
    "distribution": "Distribution",
    "monitoring": "Monitoring",
    "budget": "Budget",
    "state": "State",
}
_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None", "object": "dict"}
_INTRODUCTION = """\
What an environment and its application can be given. Each section is a module of `settings/`, where the same
descriptions are. A field without a default must be given. Besides the limits in the tables, rules between fields hold
(`rules` of each model, and `settings/rules/`); whatever breaks one is reported with its remedy before synthesis."""


def text() -> str:
    """The whole page."""
    contents = "\n".join(f"- [{title}](#{title.lower()})" for title in AREAS.values())
    sections = (section for module, title in AREAS.items() for section in _section(module, title))
    return "\n\n".join((NOTICE, "# Settings", _INTRODUCTION, contents, *sections)) + "\n"


def models(module: str) -> list[type[Settings]]:
    """The models of one area, in the order of its file."""
    names = vars(import_module(f"settings.{module}")).values()
    return [
        each
        for each in names
        if isinstance(each, type) and issubclass(each, Settings) and is_dataclass(each)
        if each.__module__ == f"settings.{module}"
    ]


def schema_of(model: type[Settings]) -> Schema:
    """The JSON schema of a model: `properties` has a description and limits for each field."""
    return adapter_of(model).json_schema()


def _section(module: str, title: str) -> Iterator[str]:
    yield f"## {title}"
    yield _linked(getdoc(import_module(f"settings.{module}")) or "")
    if module == "bindings":
        yield _bindings()
        return
    for model in reversed(models(module)):  # a file defines the outer model last
        yield f"### {model.__name__}"
        yield _linked(getdoc(model) or "")
        yield table(("field", "type and limit", "default", "description"), rows(model))


def rows(model: type[Settings]) -> Iterator[tuple[str, str, str, str]]:
    """A row for each field: its name, type with limits, default and description."""
    whole = schema_of(model)
    for field in fields(model):  # type: ignore[arg-type]
        schema = whole["properties"][field.name]
        kind = _type(schema, whole.get("$defs", {}))
        yield code(field.name), kind, _default(field), _linked(" ".join(schema.get("description", "").split()))


def _bindings() -> str:
    every: list[type[bindings.BindingBase]] = [*get_args(bindings.Binding)]
    own = [(code(each.__name__), *row) for each in every for row in rows(each)]
    return "\n\n".join(
        (
            table(
                (
                    "binding",
                    "what it does",
                    "variables that it gives",
                    "AWS services that it calls",
                    "enters the VPC",
                ),
                (
                    (
                        code(each.__name__),
                        getdoc(each) or "",
                        _variables(each.gives),
                        ", ".join(map(code, each.calls)) or "none",
                        "yes" if each.enters_vpc else "no",
                    )
                    for each in every
                ),
            ),
            "Their fields, in the order in which they are given:",
            table(("binding", "field", "type and limit", "default", "description"), own),
        )
    )


def _variables(gives: Mapping[str, str]) -> str:
    """The variables, grouped by what their values belong to."""
    owners: dict[str, list[str]] = {}
    for name, owner in gives.items():
        owners.setdefault(re.sub(r"\{(\w+)\}", r"the \1", owner), []).append(
            code(re.sub(r"\{(\w+)\}", lambda found: f"<{found[1].upper()}>", name))
        )
    return "; ".join(f"of {owner}: {', '.join(names)}" for owner, names in owners.items()) or "none"


def _type(schema: Schema, definitions: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if "enum" in definitions[name]:
            return _type(definitions[name], definitions)
        of_bindings = name in {each.__name__ for each in get_args(bindings.Binding)}
        return "[binding](#bindings)" if of_bindings else f"[{name}](#{name.lower()})"
    if "enum" in schema or "const" in schema:
        return ", ".join(code(json.dumps(each)) for each in schema.get("enum", (schema.get("const"),)))
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(each, definitions) for each in schema["anyOf"]))
    is_tuple = schema["type"] == "array"
    kind = f"tuple of {_type(schema['items'], definitions)}" if is_tuple else code(_TYPES[schema["type"]])
    limits = "; ".join(re.sub(r"^must (be )?", "", limit) for limit in schema.get("limits", ()))
    return f"{kind} ({limits})" if limits else kind


def _default(field: "Field[Any]") -> str:
    if field.default_factory is not MISSING:
        made = field.default_factory()
        return code(f"{type(made).__name__}()" if isinstance(made, Settings) else repr(made))
    if field.default is MISSING:
        return "required"
    return code(json.dumps(field.default) if isinstance(field.default, str) else repr(field.default))


def _linked(description: str) -> str:
    """A description whose words lead to the documents that they name; this page lies beside them."""
    return re.sub(r"`?docs/([\w-]+\.md)`?", r"[\1](\1)", description)
