"""What differs between the state and AWS, told apart: changed by hand, by AWS, noise, and code not applied yet."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from ffp import stacks
from ffp.deliver.place import Place
from ffp.deliver.planning import PLAN_FILE, as_json
from ffp.review import plans
from ffp.review.changes.meaning import meaning_of
from ffp.review.plan.change import Change
from ffp.review.silences import require_near
from settings import AllowedDrift

_WHOLE = "*"  # the attribute of a resource that is gone
Report = Callable[[str], object]


class Cause(StrEnum):
    """Why something differs, the most urgent first."""

    HAND = "changed by hand"
    ALLOWED = "changed by hand, and allowed"
    CODE = "code not applied yet"
    AWS = "changed by AWS"
    NOISE = "noise of the provider"


@dataclass(frozen=True)
class Difference:
    """One resource that differs. `because` is why the settings allow it; attributes are named, and never their values:
    somebody may have written a secret there."""

    cause: Cause
    address: str
    says: str
    because: str = ""


@dataclass(frozen=True)
class Drift:
    """All differences of one environment, and what is wrong with the list of what is allowed."""

    differences: tuple[Difference, ...]
    remarks: tuple[str, ...]

    @property
    def by_hand(self) -> tuple[Difference, ...]:
        """What somebody must look at."""
        return tuple(each for each in self.differences if each.cause is Cause.HAND)


def find(place: Place, today: date, report: Report) -> Drift:
    """Compares an environment's state with AWS, and its code with the state. Nothing is changed or locked.

    Raises BadInputError for a drift that the settings allow for more than 90 days.
    """
    allowed = place.settings.allowed_drift
    require_near(f"{place.name}.allowed_drift", allowed, today)
    stack = next(each for each in stacks.load(place.output) if each.name == place.name)
    with place.working() as folder:
        place.init()
        computed = _computed(place)
        report(f"reading what {place.name} is in AWS")
        file = _plan(place, folder, "-refresh-only")
        read, every = plans.read(file, stack).drift, _drifting(file)
        report(f"planning {place.name}")
        # What is not applied yet is what code and state differ in. What AWS says has been read above.
        changes = plans.read(_plan(place, folder, "-refresh=false"), stack).changes.values()
    found = [_difference(each, computed, allowed, today) for each in read.values()]
    found += [
        Difference(Cause.NOISE, each, "reads differently, and means the same") for each in every if each not in read
    ]
    found += [
        Difference(Cause.CODE, each.address, f"would be {_verb(each)}")
        for each in changes
        if not each.is_nothing and each.address not in read
    ]
    order = list(Cause)
    return Drift(
        tuple(sorted(found, key=lambda each: (order.index(each.cause), each.address))),
        tuple(_remarks(allowed, found, today)),
    )


def _plan(place: Place, folder: Path, *options: str) -> Path:
    """A plan as JSON."""
    file = folder / PLAN_FILE
    place.run("plan", "-no-color", "-input=false", "-lock=false", f"-out={file}", *options)
    return as_json(place, file)


def _drifting(file: Path) -> list[str]:
    """The addresses of everything that Terraform itself calls changed."""
    raw = json.loads(file.read_text(encoding="utf-8"))
    found = (each for each in raw.get("resource_drift", ()) if each.get("mode") == "managed")
    return sorted({str(each["address"]) for each in found})


def _computed(place: Place) -> Mapping[str, frozenset[str]]:
    """By type, the attributes that only AWS sets: no configuration can, so no hand did."""
    (provider,) = json.loads(place.run("providers", "schema", "-json"))["provider_schemas"].values()
    return {
        type_: frozenset(
            name
            for name, attribute in schema["block"].get("attributes", {}).items()
            if attribute.get("computed") and not attribute.get("optional")
        )
        for type_, schema in provider["resource_schemas"].items()
    }


def _difference(
    change: Change, computed: Mapping[str, frozenset[str]], allowed: Sequence[AllowedDrift], today: date
) -> Difference:
    if change.after is None:
        return _by_hand(change.address, [_WHOLE], "is gone", allowed, today)
    before: Mapping[str, Any] = change.before or {}
    names = sorted(
        name for name in {*before, *change.after} if meaning_of(before.get(name)) != meaning_of(change.after.get(name))
    )
    chosen = [name for name in names if name not in computed.get(change.type, frozenset())]
    if not chosen:
        return Difference(Cause.AWS, change.address, f"{', '.join(names)} changed, which only AWS sets")
    return _by_hand(change.address, chosen, f"{', '.join(chosen)} changed", allowed, today)


def _by_hand(address: str, names: Sequence[str], says: str, allowed: Sequence[AllowedDrift], today: date) -> Difference:
    reasons = {
        each.attribute: each.because
        for each in allowed
        if each.address == address and date.fromisoformat(each.until) >= today
    }
    if all(name in reasons for name in names):
        return Difference(Cause.ALLOWED, address, says, "; ".join(dict.fromkeys(reasons[name] for name in names)))
    return Difference(Cause.HAND, address, says)


def _verb(change: Change) -> str:
    if change.is_replacement:
        return "replaced"
    if change.is_deletion:
        return "destroyed"
    return "created" if change.is_creation else "forgotten" if change.is_forgotten else "changed"


def _remarks(allowed: Sequence[AllowedDrift], found: Sequence[Difference], today: date) -> list[str]:
    """What of the list should go: it has ended, or allows nothing that is there."""
    drifting = {each.address for each in found if each.cause in (Cause.HAND, Cause.ALLOWED)}
    return [
        f"{each.address}.{each.attribute}: allowed until {each.until}, which is over; remove it from the settings"
        if date.fromisoformat(each.until) < today
        else f"{each.address}.{each.attribute}: is allowed, and does not drift; remove it from the settings"
        for each in allowed
        if date.fromisoformat(each.until) < today or each.address not in drifting
    ]
