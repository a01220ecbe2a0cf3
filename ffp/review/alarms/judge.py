"""Which alarms a change removes, mutes, or makes fire later or less often.

An alarm is matched with another by what it watches, so that neither its name nor its address matters. A former alarm is
not missed if one of today's fires whenever it did and tells everybody whom it told.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb

from ffp.review.alarms.alarm import ABOVE, BELOW, Alarm, duration
from ffp.review.alarms.metric_math import Condition, misses
from ffp.review.alarms.reading import alarms
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.facts.common import name_of
from ffp.review.facts.fact import in_words
from ffp.review.facts.patterns import covers
from ffp.review.side import Side, once_a_pair

_FIXED = {"Minimum": 0.0, "IQM": 50.1, "Average": 50.5, "Maximum": 101.0, "Sum": 200.0}
_MOST_PLACES = 5000  # ways in which data points lie in a window; more are not tried one by one
_STOPPING = ("ec2:stop", "ec2:terminate", "ec2:reboot", "/StopInstance", "/TerminateInstance")


@dataclass(frozen=True)
class Lack:
    """One respect in which an alarm is weaker than another."""

    what: str
    before: str
    after: str
    why: str
    grade: Grade = Grade.RED
    topic: Topic = Topic.WATCHING


Told = Mapping[str, frozenset[str]]  # who reads each topic of a side


@once_a_pair
def concerns(before: Side, after: Side) -> list[Concern]:
    """A concern for each alarm that is missed, and for each respect in which one is weaker."""
    return list(_concerns(before, after))


def _concerns(before: Side, after: Side) -> Iterator[Concern]:
    old, new = alarms(before), alarms(after)
    remaining = {after.address(block) for block in after.stack.resources}
    told = readers(before), readers(after)
    today = {each.address: each for each in new}
    alike = by_key(new)
    for alarm in old:
        if alarm.watched and not alarm.watched & remaining:
            continue  # what it watched is gone
        found = counterpart(alarm, alike.get(alarm.key, ()), told)
        if found is not None:
            for lack in lacks(alarm, found, told):
                title = f"{lack.what} of the alarm {found.name}"
                yield Concern(lack.grade, lack.topic, found.address, title, lack.before, lack.after, lack.why)
        elif alarm.address in today:
            title = f"The alarm {alarm.name} watches something else"
            why = "Nothing watches any longer what it watched; a metric that nothing writes never raises an alarm."
            yield Concern(
                Grade.RED, Topic.WATCHING, alarm.address, title, alarm.subject, today[alarm.address].subject, why
            )
        else:
            why = "Nobody is told any longer."
            title = f"The alarm {alarm.name} is removed"
            yield Concern(
                Grade.RED, Topic.WATCHING, alarm.address, title, f"{alarm.subject}: {alarm.condition}", "nothing", why
            )


def by_key(some: Iterable[Alarm]) -> dict[tuple[object, ...], list[Alarm]]:
    """Alarms by what those on the same thing have in common."""
    found: dict[tuple[object, ...], list[Alarm]] = {}
    for alarm in some:
        found.setdefault(alarm.key, []).append(alarm)
    return found


def counterpart(alarm: Alarm, others: Iterable[Alarm], told: tuple[Told, Told]) -> Alarm | None:
    """The alarm that watches the same; of several that with the fewest lacks, and then that with the same address."""
    same = [each for each in others if each.key == alarm.key and _watches(alarm, each)]
    if len(same) < 2:
        return next(iter(same), None)
    ordered = sorted(same, key=lambda each: (len(list(lacks(alarm, each, told))), each.address != alarm.address))
    return ordered[0]


def _watches(old: Alarm, new: Alarm) -> bool:
    """Whether an alarm watches all that another does: of metrics made of lines, all lines."""
    if old.is_composite:
        return old.address == new.address or covers_rule(new.expression, old.expression)
    return all(
        all(
            any(
                one.log_group == other.log_group and one.value == other.value and covers(other.pattern, one.pattern)
                for other in theirs.sources
            )
            for one in mine.sources
        )
        for mine, theirs in zip(old.metrics, new.metrics, strict=True)
    )


def covers_rule(wide: str, narrow: str) -> bool:
    """Whether a composite alarm's rule holds whenever another one does."""
    if wide == narrow:
        return True
    parts = [{" ".join(part.split()) for part in rule.split(" OR ")} for rule in (wide, narrow)]
    is_plain = not any(sign in f"{wide} {narrow}" for sign in (" AND ", "NOT "))
    return is_plain and parts[1] <= parts[0]


def readers(side: Side) -> Told:
    """Who receives what is published on each topic of the stack."""
    found: dict[str, set[str]] = {}
    for block in side.of_type("aws_sns_topic_subscription"):
        topic, reader = (name_of(side, block.attributes.get(path)) for path in ("topic_arn", "endpoint"))
        if topic and reader:
            found.setdefault(topic, set()).add(reader)
    return {topic: frozenset(several) for topic, several in found.items()}


def lacks(old: Alarm, new: Alarm, told: tuple[Told, Told]) -> Iterator[Lack]:
    """Each respect in which the second alarm is weaker than the first, which watches the same."""
    if old.is_enabled and not new.is_enabled:
        yield Lack("Telling anybody", "on", "off", "The alarm changes its state, and nobody is told.")
    for what, mine, theirs, grade in (
        ("Who is told", old.tells, new.tells, Grade.RED),
        ("Who is told of the end", old.tells_end, new.tells_end, Grade.AMBER),
        ("Who is told that data are missing", old.tells_silence, new.tells_silence, Grade.RED),
    ):
        if _is_untold(mine, theirs, told):
            yield Lack(what, in_words(mine), in_words(theirs), "They are told no longer, or nobody is.", grade)
    if dangers := [each for each in new.tells | new.tells_end if each not in old.tells and _stops(each)]:
        why = "The alarm then stops what it watches."
        yield Lack("What is done", in_words(old.tells), in_words(dangers), why, topic=Topic.AVAILABILITY)
    if new.suppressor and new.suppressor != old.suppressor:
        why = "While that alarm is on, nobody is told."
        yield Lack("What mutes it", old.suppressor or "nothing", new.suppressor, why)
    if old.is_composite:
        if not covers_rule(new.expression, old.expression):
            yield Lack("The rule", old.expression, new.expression, "It may hold less often.")
        return
    yield from _limits(old, new)
    yield from _times(old, new)
    if _missing(old) > _missing(new):
        why = "If what is watched stops reporting, nobody is told."
        yield Lack("Missing data", old.missing, new.missing, why)
    if new.ignores_few_samples and not old.ignores_few_samples:
        yield Lack("Percentiles of few samples", "evaluated", "ignored", "With little traffic it never fires.")


def _stops(action: str) -> bool:
    return any(part in action for part in _STOPPING)


def _is_untold(mine: frozenset[str], theirs: frozenset[str], told: tuple[Told, Told]) -> bool:
    """Whether a reader is no longer told. Another topic with the same readers tells them all the same."""
    for target in mine - theirs:
        reading = told[0].get(target, frozenset())
        if not reading or not reading <= frozenset().union(*(told[1].get(each, frozenset()) for each in theirs)):
            return True
    return False


def _missing(alarm: Alarm) -> int:
    if alarm.missing == "breaching":
        return 2
    return 1 if alarm.missing == "missing" and alarm.tells_silence else 0


def _limits(old: Alarm, new: Alarm) -> Iterator[Lack]:
    """Whether values exist at which the first fires and the second does not."""
    before, after = f"{old.subject}: {old.condition}", f"{new.subject}: {new.condition}"
    for mine, theirs in zip(old.metrics, new.metrics, strict=True):
        if _strength(mine.statistic, old.direction) > _strength(theirs.statistic, old.direction) or (
            mine.statistic != theirs.statistic and "SampleCount" in (mine.statistic, theirs.statistic)
        ):
            yield Lack("The statistic", mine.statistic, theirs.statistic, "Peaks disappear in it, and it fires later.")
        if theirs.unit not in ("", mine.unit):
            why = "Values in another unit do not count, so that it never fires."
            yield Lack("The unit", mine.unit or "any", theirs.unit, why)
    if old.expression != new.expression:
        if None in (old.limit, new.limit) or old.band or new.band:
            yield Lack("The expression", before, after, "It may fire less often.")
            return
        conditions = [Condition(each.expression, each.is_met, each.limit[0]) for each in (old, new) if each.limit]
        if misses(conditions[0], conditions[1], len(old.metrics)) is not False:
            yield Lack("The expression", before, after, "For some values it fires no longer, or later.")
    elif _is_looser(old, new):
        yield Lack("The threshold", old.condition, new.condition, "It fires later, or never.")


def _is_looser(old: Alarm, new: Alarm) -> bool:
    if old.threshold == new.threshold and old.limit == new.limit and old.period == new.period:
        return False
    if old.limit is None or new.limit is None:
        return old.threshold != new.threshold
    if old.band:
        return new.limit[0] > old.limit[0]
    shares = [_share(old, new, old), _share(old, new, new)]
    if not _exceeds(old, old.limit, new.limit) and not _by_period(old, new):
        return False
    if old.capacity != new.capacity and None not in shares:
        return _exceeds(old, (shares[0] or 0, old.limit[1]), (shares[1] or 0, new.limit[1]))
    return not _has_other_class(old, new)


def _exceeds(alarm: Alarm, old: tuple[float, bool], new: tuple[float, bool]) -> bool:
    """Whether the second limit is harder to breach than the first."""
    if old[0] == new[0]:
        return old[1] and not new[1]
    return new[0] > old[0] if alarm.direction == ABOVE else new[0] < old[0]


def _by_period(old: Alarm, new: Alarm) -> bool:
    """Whether a sum over another period makes the same threshold harder to breach."""
    if not old.is_simple or {metric.statistic for metric in (*old.metrics, *new.metrics)} != {"Sum"}:
        return False
    if old.limit is None or new.limit is None:
        return False
    if old.direction == ABOVE and max(old.limit[0], new.limit[0]) <= 1:
        return False  # a single event is enough
    rates = old.limit[0] / max(old.period, 1), new.limit[0] / max(new.period, 1)
    return rates[1] > rates[0] * 1.001 if old.direction == ABOVE else rates[1] < rates[0] * 0.999


def _share(old: Alarm, new: Alarm, alarm: Alarm) -> float | None:
    """The threshold as a share of what there is, if both sides know how much that is."""
    known = [each.capacity for each in (old, new)]
    if not known[0] or set(known[0]) != set(known[1]) or alarm.limit is None:
        return None
    (size,) = alarm.capacity.values()
    return alarm.limit[0] / size if isinstance(size, int | float) and size > 0 else None


def _has_other_class(old: Alarm, new: Alarm) -> bool:
    """Whether the threshold follows from the class of an instance that is another one now."""
    return old.capacity.get("class") != new.capacity.get("class")


def _strength(statistic: str, direction: str) -> float:
    """How early an alarm fires with a statistic, others being equal."""
    found = _FIXED.get(statistic)
    if found is None and statistic[:1].lower() == "p" and statistic[1:].replace(".", "", 1).isdigit():
        found = float(statistic[1:])
    if found is None:
        found = -1.0 if direction != BELOW else 1000.0
    return -found if direction == BELOW else found


def _times(old: Alarm, new: Alarm) -> Iterator[Lack]:
    """Whether the second alarm needs more data points, or a longer time, or sees fewer of them."""
    before, after = (f"{each.datapoints} of {each.periods} × {duration(each.period)}" for each in (old, new))
    is_slower = new.datapoints * new.period > old.datapoints * old.period
    if is_slower or new.datapoints > old.datapoints or not _sees(old, new):
        yield Lack("The time until it fires", before, after, "It fires later, and not at all for what is over by then.")


def _sees(old: Alarm, new: Alarm) -> bool:
    """Whether the second's window contains enough data points wherever the first's lie in its own window."""
    if new.datapoints <= 1 or new.periods >= old.periods or new.period != old.period:
        return True
    if comb(max(old.periods, 0), min(max(old.datapoints, 0), max(old.periods, 0))) > _MOST_PLACES:
        return False
    windows = [range(start, start + new.periods) for start in range(old.periods)]
    return all(
        any(sum(place in window for place in places) >= new.datapoints for window in windows)
        for places in combinations(range(old.periods), old.datapoints)
    )
