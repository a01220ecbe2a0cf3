"""What ends within 60 days, has ended, or is late: by the settings and the code, by the account, and by HashiCorp."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from ffp import stacks
from ffp.deliver.expiring import account, declared, registry, restores, secrets
from ffp.deliver.nightly import Look, Seen, take
from ffp.deliver.place import Place
from ffp.project import OUTPUT
from settings import Environment


def find(settings: Environment, place: Place | None, today: date, report: Callable[[str], object]) -> list[Seen]:
    """Looks at everything that can end. Without a place, only at what needs neither an account nor a network."""
    output = place.output if place else OUTPUT
    names = (settings.name, f"bootstrap-{settings.name}")
    loaded = [each for each in stacks.load(output, with_assets=False) if each.name in names]
    looks: Sequence[Look] = [*declared.looks(settings, loaded, today), *(_online(place, today) if place else ())]
    return take(looks, report)


def _online(place: Place, today: date) -> Iterator[Look]:
    yield Look("secrets", lambda: secrets.find(place, today))
    yield Look("certificates", lambda: account.certificates(place, today))
    yield Look("database", lambda: account.database(place, today))
    yield Look("restores", lambda: restores.find(place, today))
    yield Look("provider", lambda: registry.find(place.settings.provider_release))
