"""What schedules and rules of events promise: to call what they called, as often as they did."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.common import Receivers, existing, keyed, name_of, named, owner_of, promise
from ffp.review.facts.fact import STACK, Amount, Fact, Finder, Protection, Ranked, Truth, truth
from ffp.review.facts.orders import Kept
from ffp.review.facts.patterns import Filters
from ffp.review.side import Side, at, values_in
from ffp.stacks import SynthesisedBlock

_YEAR = 365 * 24 * 60  # minutes
_UNITS = {"minute": 1, "hour": 60, "day": 24 * 60}
_NAMES = {
    name: str(place)
    for names in ("SUN MON TUE WED THU FRI SAT", "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
    for place, name in enumerate(names.split(), 1)
}
_RATE = re.compile(r"rate\(\s*(\d{1,9})\s+(minute|hour|day)s?\s*\)")
_CRON = re.compile(r"cron\(([^)]*)\)")
_SLOWER = 2  # a schedule that runs at most so many times less often needs no look
_SCHEDULE, _RULE, _TARGET = "aws_scheduler_schedule", "aws_cloudwatch_event_rule", "aws_cloudwatch_event_target"
_KEPT = Kept()
_CALLED = Truth(demanded=False, words=("no longer", "yes"))
_TRIES = "A call that fails for a moment is given up earlier."

PROTECTIONS: tuple[Protection, ...] = (
    *(
        Protection(
            type=type_,
            path=f"{start}{path}",
            says=says,
            topic=Topic.RECOVERY,
            order=order,
            absent=absent,
            why=_TRIES,
        )
        for type_, start in ((_SCHEDULE, "target.retry_policy."), (_TARGET, "retry_policy."))
        for path, says, order, absent in (
            ("maximum_retry_attempts", "Retries of failed calls", Amount("times"), 185),
            ("maximum_event_age_in_seconds", "How long a call may wait", Amount("s"), 86400),
        )
    ),
    Protection(
        type=_SCHEDULE,
        path="start_date",
        says="The first day",
        topic=Topic.AVAILABILITY,
        order=Kept(first=True, removal=False),
        why="Until then nothing is called.",
    ),
    Protection(
        type="aws_cloudwatch_event_archive",
        path="retention_days",
        says="Keeping events",
        topic=Topic.RECOVERY,
        order=Amount("days", endless=(None, 0, "0")),
        why="Older events cannot be sent again.",
    ),
    Protection(
        type="aws_pipes_pipe",
        path="desired_state",
        says="The pipe's state",
        topic=Topic.AVAILABILITY,
        order=Ranked(("STOPPED", "RUNNING")),
        absent="RUNNING",
        why="Events wait in the source until they expire, and then are lost.",
    ),
)


@dataclass(frozen=True)
class Timer:
    """An expression, and how often in a year it fires."""

    runs: float
    text: str


def timer(expression: Any) -> Timer:
    """How often a `rate`, `cron` or `at` expression fires; one that cannot be read counts as firing once."""
    text = str(expression)
    if found := _RATE.fullmatch(text.strip()):
        return Timer(_YEAR / max(int(found[1]) * _UNITS[found[2]], 1), text)
    if found := _CRON.fullmatch(text.strip()):
        return Timer(_fired(found[1].split()), text)
    return Timer(1, text)


def _fired(fields: list[str]) -> float:
    if len(fields) < 5:
        return 1
    minutes, hours, days, months, weekdays = (each.upper() for each in fields[:5])
    share = _members(months, 12) / 12
    if weekdays in ("?", "*"):
        in_year = 365 if days in ("?", "*") else 12 * _members(days, 30.4)
    elif "#" in weekdays or weekdays.endswith("L"):
        in_year = 12 * len(weekdays.split(","))
    else:
        in_year = 52 * _members(weekdays, 7)
    return _members(minutes, 60) * _members(hours, 24) * in_year * share


def _members(field: str, whole: float) -> float:
    """How many of its values a field of a cron expression has."""
    total = 0.0
    for part in field.split(","):
        range_, _, step = part.partition("/")
        ends = [_NAMES.get(each, each) for each in range_.split("-")]
        if range_ in ("*", "?"):
            size = whole
        elif len(ends) == 2 and all(each.isdigit() for each in ends):
            size = max(int(ends[1]) - int(ends[0]) + 1, 1)
        else:
            size = whole if step else 1
        total += size / int(step) if step.isdigit() and int(step) else size
    return max(total, 1)


@dataclass(frozen=True)
class Frequencies:
    """The timers that call one thing. None must be missing, or run much less often."""

    def is_worse(self, before: Any, after: Any) -> bool:
        old, new = (sorted((each.runs for each in values_in(value)), reverse=True) for value in (before, after))
        return len(new) < len(old) or any(b * _SLOWER <= a for a, b in zip(old, new, strict=False))

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return ", ".join(sorted(each.text for each in values_in(value))) or "never"


def _timers(side: Side) -> Iterator[Fact]:
    """How often each thing is called by a timer."""
    found: dict[tuple[str, str], list[tuple[SynthesisedBlock, Timer]]] = {}
    for block, target, expression in _timed(side):
        name = name_of(side, target) or "nothing"
        subject = name if side.named(target) else STACK
        found.setdefault((subject, name), []).append((block, timer(expression)))
    for (subject, name), several in found.items():
        yield promise(
            side,
            several[0][0],
            f"called by timers: {name}",
            "The schedule",
            Topic.AVAILABILITY,
            Frequencies(),
            [each for _, each in several],
            "What it does on time, such as renewals, reminders and cleaning up, is done late or never.",
            absent=(),
            subject=subject,
        )


def _timed(side: Side) -> Iterator[tuple[SynthesisedBlock, Any, Any]]:
    """Each timer that is on, with what it calls and its expression."""
    for block in side.of_type(_SCHEDULE):
        if side.get(block, "state") != "DISABLED" and not side.get(block, "end_date"):
            yield block, at(block.attributes, "target.arn"), side.get(block, "schedule_expression")
    for block in side.of_type(_RULE):
        if (expression := side.get(block, "schedule_expression")) and _is_on(side, block):
            for target in _targets(side, block):
                yield block, target.attributes.get("arn"), expression


def _is_on(side: Side, rule: SynthesisedBlock) -> bool:
    return side.get(rule, "state") != "DISABLED" and truth(side.get(rule, "is_enabled")) is not False


def _targets(side: Side, rule: SynthesisedBlock) -> list[SynthesisedBlock]:
    return [each for each in side.of_type(_TARGET) if rule in side.owners(each.attributes.get("rule"), _RULE)]


def _rules(side: Side) -> Iterator[Fact]:
    """Which events each rule passes on, and to whom."""
    for block in side.of_type(_RULE):
        targets = _targets(side, block)
        receivers = [name for each in targets if (name := name_of(side, each.attributes.get("arn")))]
        pattern = side.get(block, "event_pattern")
        common = (Topic.AVAILABILITY, Receivers(may_join=True), receivers if _is_on(side, block) else ())
        why = "Events reach them no longer."
        yield promise(side, block, "targets", "What is called", *common, why, absent=())
        why = "Whoever owns the target reads all events."
        says, common = "What else is called", (Topic.EXPOSURE, Receivers(may_leave=True), receivers)
        yield promise(side, block, "other targets", says, *common, why, absent=())
        if pattern is not None:
            why = "Events that it does not match are not passed on, and nobody is told."
            yield promise(side, block, "pattern", "The pattern of events", Topic.AVAILABILITY, Filters(), pattern, why)
    for block in side.of_type(_TARGET):
        rule = owner_of(side, block.attributes.get("rule"), _RULE, block)
        why = "Events that could not be passed on are lost, or go to somebody else."
        value = name_of(side, at(block.attributes, "dead_letter_config.arn"))
        receiver = name_of(side, block.attributes.get("arn"))
        question = f"dead letters of {receiver}"
        yield promise(side, block, question, "Where failed events go", Topic.RECOVERY, _KEPT, value, why, subject=rule)


def _unscheduled(side: Side) -> Iterator[Fact]:
    """The rules of events whose targets must go on being called, although the rule may go."""
    for block in side.of_type(_RULE):
        if side.get(block, "schedule_expression") or not _is_on(side, block):
            continue
        for target in _targets(side, block):
            called = side.named(target.attributes.get("arn"))
            if called is not None:
                yield promise(
                    side,
                    block,
                    "called by events",
                    "The call by events",
                    Topic.AVAILABILITY,
                    _CALLED,
                    True,
                    "Events happen without being handled.",
                    absent=False,
                    subject=side.address(called),
                )


_LOST = "Calls that failed are lost, or go to somebody else."
_DIVERTED = "Whoever owns the other end gets the events, and what got them gets them no longer."

FINDERS: tuple[Finder, ...] = (
    _timers,
    _rules,
    _unscheduled,
    existing({"aws_cloudwatch_event_archive": "The archive of events"}, Topic.RECOVERY, "Events cannot be sent again."),
    keyed(_SCHEDULE, "kms_key_arn"),
    keyed("aws_cloudwatch_event_bus", "kms_key_identifier"),
    named(_SCHEDULE, "target.dead_letter_config.arn", "Where failed calls go", Topic.RECOVERY, _LOST),
    named("aws_cloudwatch_event_bus", "dead_letter_config.arn", "Where failed events go", Topic.RECOVERY, _LOST),
    named("aws_cloudwatch_event_api_destination", "invocation_endpoint", "The web address", Topic.EXPOSURE, _DIVERTED),
    *(
        named("aws_pipes_pipe", path, f"The {path}", Topic.EXPOSURE, _DIVERTED, first=path == "enrichment")
        for path in ("source", "target", "enrichment")
    ),
)
