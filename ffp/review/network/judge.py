"""What a change does to the reach of a network, as concerns."""

from collections.abc import Iterator
from typing import Any

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.network import areas, borders, exits, outages
from ffp.review.network.firewalls import IN
from ffp.review.network.holders import Holder
from ffp.review.network.model import Network, network_of
from ffp.review.network.openings import Opening, Openings
from ffp.review.network.stores import is_store
from ffp.review.side import Side

_INSIDE = "Only what needs the connection should have it; others can now try passwords and faults on these ports."
_NO_WAY_YET = "No route leads there from outside yet, so that this rule is all that still protects it once one does."
_OPEN = "Anybody at these addresses can open a connection."
_OUT = "A program that is taken over can send data there."


def concerns(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each connection that a change newly makes possible and that is not what its like have already.

    And for each that it cuts off although it is still meant to be possible.
    """
    old, new = network_of(before), network_of(after)
    yield from borders.bridges(before, after)
    yield from borders.guards(before, after)
    if not (old.is_used() or new.is_used()):
        return
    compared = Openings(old, new)
    found = list(compared.all())
    yield from _joined(found, new)
    yield from exits.routes(old, new)
    yield from exits.moved(old, new)
    grown = {each.holder.name for each in found if each.direction == IN and each.is_outside}
    yield from exits.reached(old, new, compared, grown)
    yield from borders.access_lists(old, new)
    yield from borders.endpoints(old, new)
    yield from outages.concerns(old, new)


def _joined(openings: list[Opening], network: Network) -> Iterator[Concern]:
    """One concern for each cause and number of ports, whoever holds the group and whoever is let in."""
    by_peer: dict[tuple[Any, ...], list[Opening]] = {}
    for each in openings:
        key = (each.cause, each.direction, each.is_outside, each.peer, each.before, each.after)
        by_peer.setdefault(key, []).append(each)
    together: dict[tuple[Any, ...], list[list[Opening]]] = {}
    for (cause, direction, is_outside, _, before, after), some in by_peer.items():
        names = tuple(each.holder.name for each in some)
        together.setdefault((cause, direction, is_outside, names, before, after), []).append(some)
    for (cause, direction, _, _, before, after), several in together.items():
        some = several[0]
        peers = exits.listed([each[0].peer for each in several])
        says = "can be reached from" if direction == IN else "can connect to"
        yield Concern(
            Grade.RED,
            Topic.EXPOSURE,
            cause,
            f"{_subject([each.holder for each in some])} {says} {peers}",
            areas.words_for_ports(before) if before else "not at all",
            areas.words_for_ports([*before, *after]),
            _why(some[0], network),
        )


def _subject(holders: list[Holder]) -> str:
    if all(each.is_group for each in holders):
        return f"Whatever will hold {exits.listed([each.name for each in holders])}"
    return exits.listed([each.name for each in holders if not each.is_group])


def _why(opening: Opening, network: Network) -> str:
    if opening.direction != IN:
        return _OUT
    if not opening.is_outside:
        return "It keeps data. " + _INSIDE if is_store(opening.holder.type) else _INSIDE
    return _OPEN if network.let_in(opening.holder) else _NO_WAY_YET
