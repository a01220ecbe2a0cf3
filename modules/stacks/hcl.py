"""Writes stacks as plain HCL, for `cdktf synth --hcl`: what remains when CDKTF is left for good (docs/migration.md).

CDKTF's own writer leaves out `required_version`, and does not escape quotes and backslashes beside a reference, so that
Terraform cannot read our stacks from it. Therefore the HCL is made of the JSON, which has been checked. CDKTF only says
which nested values are blocks, since HCL writes these in another way than objects.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from modules.common import NEWER_ARGUMENTS
from modules.framework import TerraformDataSource, TerraformProvider, TerraformResource, TerraformStack
from modules.stacks.sources import FILE_NAME as SOURCES

BlockPath = tuple[str, ...]  # resource, data or provider, its type, and the names of nested values

_NAME = "cdk.tf"
_CLIS_OWN = "metadata.json"  # the CLI fails without it, and Terraform does not read it
_JSON_NAME = "cdk.tf.json"
_NOT_WRITTEN = frozenset({"connection", "dynamic", "provisioner"})
_PROVIDERS = ("terraform", "required_providers")
_TOP = ("data", "moved", "output", "provider", "resource", "terraform")
_ESCAPES = {code: f"\\u{code:04x}" for code in range(32)} | {ord(char): f"\\{char}" for char in '"\\'}
_ESCAPES |= {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}


def nested_blocks(stacks: Iterable[TerraformStack]) -> frozenset[BlockPath]:
    """Which nested values of these stacks are blocks, by what the bindings know of the provider's schema."""
    found = {("resource", *argument.split(".")) for argument in NEWER_ARGUMENTS}
    for stack in stacks:
        for element in stack.node.find_all():
            if isinstance(element, TerraformDataSource | TerraformProvider | TerraformResource):
                described = element.to_hcl_terraform()
                for kind in ("data", "resource"):
                    for type_, named in described.get(kind, {}).items():
                        for attributes in named.values():
                            found.update(_blocks(attributes, (kind, type_)))
                for type_, configurations in described.get("provider", {}).items():
                    for attributes in configurations:
                        found.update(_blocks(attributes, ("provider", type_)))
    return frozenset(found)


def replace_with_hcl(stacks: Iterable[TerraformStack], folder: Path) -> None:
    """Replaces the JSON of all stacks in a folder, which were made of these constructs, with HCL of the same meaning.

    Raises ValueError for what would be lost.
    """
    blocks = nested_blocks(stacks)
    for file in folder.glob(f"stacks/*/{_JSON_NAME}"):
        stack = json.loads(file.read_text(encoding="utf-8"))
        file.with_name(_NAME).write_text(as_hcl(stack, blocks), encoding="utf-8", newline="\n")
        file.with_name(_CLIS_OWN).write_text(
            json.dumps({key: stack[key] for key in ("//", "terraform")}), encoding="utf-8"
        )
        file.unlink()
        file.with_name(SOURCES).unlink()  # it names lines of the Python that is left behind
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(_JSON_NAME, _NAME), encoding="utf-8")


def as_hcl(stack: Mapping[str, Any], blocks: frozenset[BlockPath]) -> str:
    """A stack's HCL. Raises ValueError for a part that this cannot write, so that nothing is lost."""
    if unknown := stack.keys() - {"//", *_TOP}:
        raise ValueError(f"{', '.join(sorted(unknown))}: cannot be written as HCL here")
    return "\n".join(_all_parts(stack, blocks))


def _all_parts(stack: Mapping[str, Any], blocks: frozenset[BlockPath]) -> Iterator[str]:
    terraform = dict(stack.get("terraform", {}))
    backends = terraform.pop("backend", {})
    inner = [_block(f'backend "{kind}"', settings, ("backend",), blocks) for kind, settings in backends.items()]
    yield f"terraform {{\n{_body(terraform, ('terraform',), blocks | {_PROVIDERS})}{''.join(inner)}}}\n"
    for type_, configurations in stack.get("provider", {}).items():
        for each in configurations:
            yield _block(f'provider "{type_}"', each, ("provider", type_), blocks)
    for kind in ("data", "resource"):
        for type_, named in stack.get(kind, {}).items():
            for name, each in named.items():
                yield _block(f'{kind} "{type_}" "{name}"', each, (kind, type_), blocks | {(kind, type_, "lifecycle")})
    for each in stack.get("moved", ()):
        yield _block("moved", each, ("moved",), blocks)
    for name, each in stack.get("output", {}).items():
        yield _block(f'output "{name}"', each, ("output",), blocks)


def _block(head: str, content: Mapping[str, Any], path: BlockPath, blocks: frozenset[BlockPath]) -> str:
    return f"{head} {{\n{_body(content, path, blocks)}}}\n"


def _body(content: Mapping[str, Any], path: BlockPath, blocks: frozenset[BlockPath]) -> str:
    lines = []
    for name, value in content.items():
        inner = (*path, name)
        if name in _NOT_WRITTEN:
            raise ValueError(f"{'.'.join(inner)}: cannot be written as HCL here")
        if name == "//":
            lines += [_skip(check, waiver) for check, waiver in value.get("waivers", {}).items()]
        elif inner in blocks and isinstance(value, Mapping):
            lines.append(_block(name, value, inner, blocks))
        elif inner in blocks and isinstance(value, list):
            lines += [_block(name, each, inner, blocks) for each in value]
        elif _is_reference(inner):
            lines.append(f"{name} = {_references(value)}\n")
        else:
            lines.append(f"{name} = {_value(value)}\n")
    return "".join(lines)


def _skip(check: str, waiver: Mapping[str, str]) -> str:
    """The waiver in the form that Checkov reads in HCL, which has no last day."""
    return f"# checkov:skip={check}:{waiver['reason']} (until {waiver['expires']})\n"


def _is_reference(path: BlockPath) -> bool:
    """Whether what stands there names blocks or attributes, which HCL writes without quotes."""
    match path:
        case ("moved", "from" | "to") | ("output", "depends_on"):
            return True
        case ("data" | "resource", _, "depends_on" | "provider"):
            return True
        case ("data" | "resource", _, "lifecycle", "ignore_changes" | "replace_triggered_by"):
            return True
    return False


def _references(value: object) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)


def _value(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        lines = [f"{_key(name)} = {_value(each)}\n" for name, each in value.items()]
        return f"{{\n{''.join(lines)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value)


def _key(name: str) -> str:
    """A key of an object: a name, or a text, which is never a reference without quotes."""
    return name if re.fullmatch(r"[A-Za-z_][\w-]*", name) else _quoted(name)


def _text(text: str) -> str:
    """A template, in which only the text between references is escaped; a reference alone stands without quotes."""
    parts = list(_template(text))
    return text[2:-1].strip() if len(parts) == 1 and text.startswith("${") else _quoted(text)


def _quoted(text: str) -> str:
    return f'"{"".join(_template(text))}"'


def _template(text: str) -> Iterator[str]:
    start = at = 0
    while at < len(text):
        if text.startswith(("$${", "%%{"), at):
            at += 3
        elif text.startswith(("${", "%{"), at):
            if start < at:
                yield text[start:at].translate(_ESCAPES)
            start, at = at, _end_of_expression(text, at + 2)
            yield text[start:at]
            start = at
        else:
            at += 1
    if start < at:
        yield text[start:at].translate(_ESCAPES)


def _end_of_expression(text: str, at: int) -> int:
    """Where the expression ends that begins at this place, after its bracket. Raises ValueError if it does not."""
    depth = 1
    while depth:
        if at >= len(text):
            raise ValueError(f"{text}: an expression without an end")
        if text[at] == '"':
            at = _end_of_text(text, at + 1)
            continue
        depth += (text[at] == "{") - (text[at] == "}")
        at += 1
    return at


def _end_of_text(text: str, at: int) -> int:
    while at < len(text) and text[at] != '"':
        if text.startswith("${", at):
            at = _end_of_expression(text, at + 2)
        else:
            at += 2 if text[at] == "\\" else 1
    return at + 1


def _blocks(attributes: Mapping[str, Any], path: BlockPath) -> Iterator[BlockPath]:
    for name, described in attributes.items():
        if not isinstance(described, Mapping) or "value" not in described:
            continue
        if described.get("isBlock") or described.get("is_block"):
            yield (*path, name)
            for each in _mappings(described["value"]):
                yield from _blocks(each, (*path, name))
        elif "any" in (described.get("storageClassType"), described.get("storage_class_type")):
            yield from _all_blocks({name: described["value"]}, path)


def _all_blocks(values: Mapping[str, Any], path: BlockPath) -> Iterator[BlockPath]:
    """What the bindings do not describe, because it may contain itself: the statements of a web ACL are all blocks."""
    for name, value in values.items():
        for each in _mappings(value):
            yield (*path, name)
            yield from _all_blocks(each, (*path, name))


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Mapping)]
