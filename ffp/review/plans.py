"""Reads a saved plan of a stack, as a file of Terraform or its JSON, and refuses what is no complete plan of it."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ffp import providers, terraform
from ffp.project import BadInputError
from ffp.review.arns import IDS
from ffp.review.plan.change import Change, Values
from ffp.review.plan.change import read as read_change
from ffp.review.plan.mirrors import real
from ffp.review.plan.program import program_of
from ffp.review.plan.saved import Plan
from ffp.stacks import SynthesisedStack

LARGEST_MB = 256  # some 60 times the plan of 1,000 resources
_FORMAT = "1"  # the major version that this reads
_PACKED = b"PK\x03\x04"  # how Terraform's own plan file begins
_INITIALISED = ".terraform"
_MAKE = "make it with `terraform plan -out=FILE` and `terraform show -json FILE`"
_NAMES = {**IDS, "aws_cognito_user_pool": "name", "aws_secretsmanager_secret": "name", "aws_sns_topic": "name"}


def read(path: Path, stack: SynthesisedStack, report: Callable[[str], object] = lambda _: None) -> Plan:
    """The plan in a file: one of Terraform, which shows it in the stack's folder, or the JSON that it showed.

    Raises BadInputError if the file is no plan, if the plan is incomplete or ended in an error, or if it is about
    another stack or another environment.
    """
    raw = _document(path, _content(path, stack, report))
    _require_complete(path, raw)
    try:
        plan = _plan(path.name, raw, stack)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInputError(f"{path}: is no plan of Terraform ({type(error).__name__}: {error}); {_MAKE}") from None
    except RecursionError:
        raise _too_deep(path) from None
    _require_same_stack(path, plan, stack)
    return plan


def _content(path: Path, stack: SynthesisedStack, report: Callable[[str], object]) -> bytes | str:
    try:
        with path.open("rb") as file:
            start = file.read(len(_PACKED))
        size = path.stat().st_size
        if size > LARGEST_MB << 20:
            raise BadInputError(f"{path}: has {size >> 20} MB, and at most {LARGEST_MB} are read; plan fewer resources")
        if start != _PACKED:
            return path.read_bytes()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}; name a saved plan or its JSON") from None
    folder = stack.path.parent
    if not (folder / _INITIALISED).is_dir():
        raise BadInputError(
            f"{path}: Terraform cannot show it, because {folder} is not initialised; run `terraform init` there, or"
            " name the output of `terraform show -json`"
        )
    report(f"reading {path.name}")
    variables = providers.environment_variables()
    program = terraform.require_program()
    try:
        return terraform.run(program, folder, variables, "show", "-no-color", "-json", str(path.resolve()))
    except terraform.TerraformError as error:
        raise BadInputError(
            f"{path}: Terraform cannot show it; plan again in {folder} with the providers of this stack\n{error}"
        ) from None


def _document(path: Path, content: bytes | str) -> Mapping[str, Any]:
    try:
        raw = json.loads(content)
    except RecursionError:
        raise _too_deep(path) from None
    except ValueError:
        log = b'"@level"' in content[:500] if isinstance(content, bytes) else False
        what = "is a log of `terraform plan -json`" if log else "is neither a plan of Terraform nor JSON"
        raise BadInputError(f"{path}: {what}; {_MAKE}") from None
    if isinstance(raw, dict) and "format_version" in raw and "configuration" not in raw and "values" in raw:
        raise BadInputError(f"{path}: is a state, not a plan; {_MAKE}")
    if not isinstance(raw, dict) or "format_version" not in raw or "planned_values" not in raw:
        raise BadInputError(f"{path}: is no plan of Terraform; {_MAKE}")
    return raw


def _too_deep(path: Path) -> BadInputError:
    return BadInputError(f"{path}: is nested too deeply for a plan of Terraform; {_MAKE}")


def _require_complete(path: Path, raw: Mapping[str, Any]) -> None:
    version = str(raw["format_version"])
    if version.partition(".")[0] != _FORMAT:
        raise BadInputError(
            f"{path}: format_version = {version!r}: must be {_FORMAT}.x; make the plan with Terraform 1.11 or newer 1.x"
        )
    if raw.get("errored"):
        raise BadInputError(f"{path}: the plan ended in an error and contains only a part; repair it and plan again")
    if raw.get("complete") is False:
        raise BadInputError(
            f"{path}: the plan is incomplete, as with -target or deferred changes; plan the whole stack"
        )


def _plan(name: str, raw: Mapping[str, Any], stack: SynthesisedStack) -> Plan:
    resources = list(_resources(raw.get("prior_state", {}).get("values", {}).get("root_module", {})))
    changes = [read_change(each) for each in raw.get("resource_changes", ()) if each.get("mode") == "managed"]
    drift = [read_change(each) for each in raw.get("resource_drift", ()) if each.get("mode") == "managed"]
    managed = {each["address"]: each for each in resources if each["mode"] == "managed"}
    # A plan lists each resource, also those that do not change, unless it was made with -refresh-only.
    is_refresh_only = not changes and bool(managed or drift)
    if is_refresh_only:
        changes = [
            Change(address, each["type"], ("no-op",), each["values"], each["values"])
            for address, each in managed.items()
        ]
    return Plan(
        name=name,
        changes={each.address: each for each in changes if not each.deposed},
        deposed=tuple(each for each in changes if each.deposed),
        drift=real(
            [each for each in drift if not each.deposed], {key: each["values"] for key, each in managed.items()}
        ),
        data={each["address"]: each.get("values", {}) for each in resources if each["mode"] == "data"},
        program=program_of(raw.get("configuration"), stack),
        stack=stack,
        is_refresh_only=is_refresh_only,
    )


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources", ())
    for child in module.get("child_modules", ()):
        yield from _resources(child)


def _require_same_stack(path: Path, plan: Plan, stack: SynthesisedStack) -> None:
    """Refuses a plan that shares too little with the stack: one of another environment would calm without reason."""
    planned = {each.address for each in plan.program.resources} or set(plan.changes)
    own = {each.address for each in stack.resources}
    if planned and 2 * len(planned & own) < min(len(planned), len(own)):
        raise BadInputError(
            f"{path}: is a plan of another stack than {stack.name}: it shares {len(planned & own)} of"
            f" {len(planned)} resources with it; plan {stack.name}, or synthesise the stacks from which it was made"
        )
    names = list(_names(plan, stack))
    other = [(address, planned_name, name) for address, planned_name, name in names if planned_name != name]
    if 2 * len(other) > len(names):
        address, planned_name, name = other[0]
        raise BadInputError(
            f"{path}: is a plan of another environment than {stack.name}: {len(other)} of {len(names)} names differ,"
            f" such as {planned_name!r} for {name!r} of {address}; plan {stack.name}"
        )


def _names(plan: Plan, stack: SynthesisedStack) -> Iterator[tuple[str, str, str]]:
    """The address, the planned name and the stack's name of each resource with a name of ours."""
    for address, change in plan.changes.items():
        block = stack.by_address.get(address)
        values: Values = change.after or change.before or {}
        attribute = _NAMES.get(change.type)
        if block is None or attribute is None:
            continue
        planned, own = values.get(attribute), block.attributes.get(attribute)
        if isinstance(planned, str) and isinstance(own, str) and "${" not in own:
            yield address, planned, own
