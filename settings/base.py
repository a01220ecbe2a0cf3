"""What every settings model shares: frozen, typed, and validated as a whole so that one run reports every problem.

A model is a frozen dataclass, so that creating one never fails; `problems_of` validates the finished tree with pydantic
and then applies each model's `rules`, which concern several fields.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from pydantic import AfterValidator, ConfigDict, GetJsonSchemaHandler, TypeAdapter, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError

from settings.secrecy import secret_format

# What a rule raises for a value of a wrong type. The field itself reports that value.
_WRONG_KIND = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_LONGEST_VALUE = 120
_ADAPTERS: dict[type, TypeAdapter[Any]] = {}  # creating one takes some hundredths of a second
_REMEDIES = {
    "literal_error": "choose one of these",
    "missing": "give a value",
    "tuple_type": "write a tuple, which needs a comma for a single item too: (item,)",
}


@dataclass(frozen=True)
class Problem:
    """One invalid setting: the field, its value, the limit, and the remedy."""

    field: str
    value: object
    limit: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.field} = {self._shown}: {self.limit}; {self.remedy}"

    @property
    def _shown(self) -> str:
        """The value in one short line, or a placeholder where it looks like a secret."""
        text = repr(self.value)
        if secret_format(text):
            return "(not shown)"
        return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"

    def under(self, prefix: str) -> "Problem":
        """The same problem with a path that begins at an outer model."""
        path = f"{prefix}.{self.field}".strip(".") if self.field else prefix
        return Problem(path, self.value, self.limit, self.remedy)


class InvalidSettings(Exception):  # noqa: N818 - the name is a sentence
    """The settings break a rule; `problems` holds all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = list({str(problem): problem for problem in problems}.values())
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Settings:
    """Base of every model: strict types, and nested models are validated again with their parents."""

    __pydantic_config__ = ConfigDict(strict=True, revalidate_instances="always", arbitrary_types_allowed=True)

    def rules(self) -> Iterator[Problem]:
        """Problems that concern several fields; their paths are relative to this model."""
        return iter(())


def each_of(*rules: Iterator[Problem]) -> Iterator[Problem]:
    """The problems of all these rules, even if one of them fails on a value of a wrong type."""
    failures: list[Exception] = []
    for rule in rules:
        try:
            yield from rule
        except _WRONG_KIND as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


def repeated(field: str, names: Iterable[str]) -> Iterator[Problem]:
    """A problem of this field for each name that is listed more than once."""
    for name, count in Counter(names).items():
        if count > 1:
            yield Problem(field, name, "is listed twice", "remove one")


@dataclass(frozen=True)
class Limited(AfterValidator):
    """A validator that also adds its limit, in words, to the `limits` of the field's JSON schema."""

    limit: str

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        found = handler(schema)
        return {**found, "limits": [*found.get("limits", ()), self.limit]}


def must(holds: Callable[[Any], bool], limit: str, remedy: str) -> Limited:
    """A validator for `Annotated` fields; `limit` and `remedy` are what the user reads."""
    return named(lambda value: None if holds(value) else (limit, remedy), limit)


def named(refused: Callable[[Any], tuple[str, str] | None], limit: str) -> Limited:
    """A validator that names what is wrong with a value, and its remedy; `limit` is what documents say of the field."""

    def check(value: Any) -> Any:
        if refusal := refused(value):
            raise PydanticCustomError("setting", "{limit}", {"limit": refusal[0], "remedy": refusal[1]})
        return value

    return Limited(check, limit)


def _adapter_of(model: type[Settings]) -> TypeAdapter[Any]:
    """Pydantic's view of a model, which validates values."""
    if model not in _ADAPTERS:
        _ADAPTERS[model] = TypeAdapter(model)
    return _ADAPTERS[model]


def schema_of(model: type[Settings]) -> JsonSchemaValue:
    """The JSON schema of a model. Its `properties` have limits for each field, and the string under it as description.

    Only a description waits for these strings to be read from the source, which takes longer than all validation.
    """
    plain = Settings.__pydantic_config__
    Settings.__pydantic_config__ = ConfigDict(**plain, use_attribute_docstrings=True)
    try:
        return TypeAdapter(model).json_schema()
    finally:
        Settings.__pydantic_config__ = plain


def between(low: float, high: float, unit: str = "") -> Limited:
    """A number within AWS's bounds, both included."""
    span = f"{low} to {high} {unit}".strip()
    return must(lambda value: low <= value <= high, f"must be {span}", f"choose a value from {span}")


def one_of(*values: object, remedy: str = "choose one of these") -> Limited:
    """One of the few values that AWS accepts."""
    listed = ", ".join(str(value) for value in values)
    return must(lambda value: value in values, f"must be one of {listed}", remedy)


def matching(pattern: str, limit: str, remedy: str) -> Limited:
    """A string that matches the whole pattern."""
    compiled = re.compile(pattern)
    return must(lambda value: compiled.fullmatch(value) is not None, limit, remedy)


def _shown(root: object, location: tuple[int | str, ...]) -> str:
    """The path as it is written in code, with items of a tuple by their name where they have one."""
    path, here = "", root
    for step in location:
        if isinstance(step, int) and isinstance(here, tuple):
            here = here[step] if step < len(here) else None  # the tuple may lack this item
            path += f"[{getattr(here, 'name', step)}]"
        elif isinstance(here, dict):
            here = here.get(step)
            path += f"[{step}]"
        elif hasattr(here, str(step)):
            here = getattr(here, str(step))
            path += f".{step}"
        # the remaining steps name members of a union, which would not help a reader
    return path.strip(".")


def _from_pydantic(root: object, errors: list[ErrorDetails]) -> list[Problem]:
    found: list[Problem] = []
    wanted: dict[str, list[str]] = {}
    values: dict[str, object] = {}
    for error in errors:
        context, field = error.get("ctx", {}), _shown(root, error["loc"])
        if error["type"] == "dataclass_exact_type":
            wanted.setdefault(field, []).append(context["class_name"])
            values[field] = error["input"]
        elif error["type"] == "string_type" and isinstance(error["input"], dict):
            written = f"write it as a text, by json.dumps(…) or as {json.dumps(error['input'], default=str)!r}"
            found.append(Problem(field, error["input"], "must be a text of JSON, and is a dict", written))
        else:
            limit = context.get("limit") or error["msg"][:1].lower() + error["msg"][1:]
            remedy = context.get("remedy") or _REMEDIES.get(error["type"], "give a value of that type")
            found.append(Problem(field, error["input"], str(limit), str(remedy)))
    # Every member of a union reports a mismatch. It matters only when no member matches.
    for field, classes in wanted.items():
        if not any(each.field.startswith(field) for each in found):
            found.append(Problem(field, values[field], f"must be {' or '.join(classes)}", "give one of that type"))
    return found


def _models(value: object, path: str = "") -> Iterator[tuple[str, Settings]]:
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _models(item, f"{path}[{getattr(item, 'name', index)}]")
    elif isinstance(value, Settings) and is_dataclass(value):
        yield path, value
        for each in fields(value):
            yield from _models(getattr(value, each.name), f"{path}.{each.name}".strip("."))


def _rules_of(model: Settings, path: str) -> Iterator[Problem]:
    for problem in model.rules():
        yield problem.under(path)


def collect(rules: Iterator[Problem], found: list[Problem]) -> None:
    """Adds the problems of these rules. They may fail only because of a value that is already reported."""
    try:
        for problem in rules:
            found.append(problem)
    except _WRONG_KIND:
        if not found:
            raise


def problems_of(settings: Settings) -> list[Problem]:
    """Every problem of a whole tree of settings, fields first, in a stable order."""
    found: list[Problem] = []
    try:
        _adapter_of(type(settings)).validate_python(settings)
    except ValidationError as failure:
        found = _from_pydantic(settings, failure.errors(include_url=False))

    # Rules that expect a tuple find a problem in each character of a text; the text itself is reported already.
    texts = tuple(f"{each.field}[" for each in found if isinstance(each.value, str))
    for path, model in _models(settings):
        of_rules: list[Problem] = [*found]
        collect(_rules_of(model, path), of_rules)
        found += [each for each in of_rules[len(found) :] if not each.field.startswith(texts)]
    return list({str(each): each for each in found}.values())
