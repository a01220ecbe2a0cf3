"""Applies the settings' silences to a verdict: silenced, never hidden."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ffp.project import BadInputError
from ffp.review.concern import Concern
from ffp.review.report import Silenced
from settings import AllowedDrift, Silence

LONGEST = timedelta(days=90)  # a silence is for one deploy, and must not hide the next danger at its address


@dataclass(frozen=True)
class Heard:
    """A verdict after its silences. `remarks` names each silence that has no effect, and each that covers several."""

    concerns: tuple[Concern, ...]
    silenced: tuple[Silenced, ...]
    remarks: tuple[str, ...]


def apply(environment: str, concerns: Sequence[Concern], silences: Sequence[Silence], today: date) -> Heard:
    """Sets aside the concerns about silenced addresses. An expired silence has no effect.

    Raises BadInputError with each silence that ends more than 90 days from today.
    """
    require_near(f"{environment}.silenced", silences, today)
    valid = {each.address: each for each in silences if date.fromisoformat(each.until) >= today}
    remarks = [
        f"The silence of {each.address} ended on {each.until}: remove it from the settings"
        for each in silences
        if date.fromisoformat(each.until) < today
    ]
    named = {concern.address for concern in concerns}
    remarks += [f"The silence of {address} silences nothing: remove it" for address in valid if address not in named]
    remarks += [
        f"The silence of {address} covers {len(several)} lines; its reason must hold for all: {'; '.join(several)}"
        for address in valid
        if len(several := [each.title for each in concerns if each.address == address]) > 1
    ]
    silenced = tuple(
        Silenced(concern, valid[concern.address].because, valid[concern.address].until)
        for concern in concerns
        if concern.address in valid
    )
    return Heard(tuple(each for each in concerns if each.address not in valid), silenced, tuple(remarks))


def require_near(setting: str, accepted: Iterable[Silence | AllowedDrift], today: date) -> None:
    """Raises BadInputError with each entry of a setting that ends more than 90 days from today."""
    limit = today + LONGEST
    if late := [each for each in accepted if date.fromisoformat(each.until) > limit]:
        raise BadInputError(
            *(
                f"{setting}[{each.address}].until = {each.until!r}: must be at most {LONGEST.days} days ahead; write"
                f" {limit} or an earlier day"
                for each in late
            )
        )
