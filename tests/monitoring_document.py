"""What docs/monitoring.md says of each kind of alarm, and what the alarms of a stack are, in words that compare."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.project import ROOT
from ffp.stacks import SynthesisedBlock, SynthesisedStack
from modules.common.runbook import DOCUMENT as DOCUMENT
from settings import DatabaseSettings, Environment, QueueSettings
from settings.names import prefix

FILE = ROOT / DOCUMENT
PARTS = ("Alarm", "Fires when", "Urgency", "Means", "Look at", "Do", "Setting", "False alarm")

_ALARM = re.compile(r"aws_cloudwatch_(metric|composite)_alarm")
_FUNCTION = "<function>"
_NAMED = re.compile("<(?:function|queue|topic|bus|rule|bucket)>")
_COMPARISONS = {
    "GreaterThanThreshold": "above",
    "LessThanThreshold": "below",
    "GreaterThanOrEqualToThreshold": "at least",
}
_UNITS = {"minute": 60, "hour": 3600, "day": 86_400}
_GIB = 1024**3


@dataclass(frozen=True)
class Section:
    """A section of the document, whose parts are points that begin with a bold name."""

    text: str

    @property
    def parts(self) -> dict[str, str]:
        """The text of each part by its name, in their order."""
        found = re.findall(r"^- \*\*([^*]+)\*\*(.*?)(?=^- \*\*|\Z)", self.text, re.DOTALL | re.MULTILINE)
        return {name: " ".join(text.split()) for name, text in found}

    @property
    def settings(self) -> set[str]:
        """The settings to which the part `Setting` links: `area.field`, or only the field of a function."""
        return set(re.findall(r"\[`([\w.]+)`\]\(settings\.md#\w+\)", self.parts.get("Setting", "")))

    def owner_of(self, name: str) -> str | None:
        """The function or queue in an alarm's name, empty for a kind of neither; None for another kind's name."""
        pattern = re.search(r"`([^`]+)`", self.parts["Alarm"])
        found = pattern and re.fullmatch(_NAMED.sub("(.+)", re.escape(pattern[1])), name)
        return "".join(found.groups()) if found else None


def sections(text: str, chapter: str | None = None) -> dict[str, Section]:
    """The chapters of a document, or the sections of one chapter, by the anchors of their headings."""
    if chapter is not None:
        return _below(sections(text)[chapter].text, "###")
    return _below(text, "##")


def _below(text: str, mark: str) -> dict[str, Section]:
    _, *found = re.split(rf"^{mark} (.+)$", text, flags=re.MULTILINE)
    anchors = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found[::2]]
    return dict(zip(anchors, map(Section, found[1::2]), strict=True))


def alarms(stack: SynthesisedStack) -> Iterator[SynthesisedBlock]:
    """All alarms of a stack, also those that are not made by `modules/monitoring/`."""
    return (block for block in stack.resources if _ALARM.fullmatch(block.type))


def kind(alarm: Mapping[str, Any]) -> str | None:
    """The anchor that an alarm's description names; None unless it names exactly one section of the document."""
    found = re.findall(rf"{re.escape(DOCUMENT)}#([\w-]+)", alarm.get("alarm_description", ""))
    return str(found[0]) if len(found) == 1 else None


@dataclass(frozen=True)
class Facts:
    """When an alarm fires, apart from its threshold."""

    metrics: frozenset[str]
    statistics: frozenset[str]
    comparisons: frozenset[str]
    periods: frozenset[tuple[int, int]]  # how many, and the seconds of one
    least_calls: frozenset[int]

    def __or__(self, other: "Facts") -> "Facts":
        return Facts(*(getattr(self, each) | getattr(other, each) for each in self.__dataclass_fields__))

    @classmethod
    def said(cls, text: str) -> "Facts":
        """The facts in a sentence of the document."""
        metrics = re.findall(r"(?:sum|maximum|average|minimum|\(`p\d+`\)) of `([^`]+)`", text)
        (namespace,) = re.findall(r"\(`((?:AWS/|<env>-)[^`]*)`\)", text) or ("no namespace",)
        statistics = re.findall(r"(sum|maximum|average|minimum|p\d+)(?:`\))? of `", text)
        periods = re.findall(r"(\d+)(?: consecutive)? periods? of (\d+) (minute|hour|day)s?", text)
        return cls(
            frozenset(f"{namespace} {metric}" for metric in metrics),
            frozenset(statistics),
            frozenset(re.findall(r" is (above|below|at least) ", text)),
            frozenset((int(count), int(length) * _UNITS[unit]) for count, length, unit in periods),
            frozenset(int(calls) for calls in re.findall(r"with at least (\d+) calls?\b", text)),
        )

    @classmethod
    def of(cls, alarm: Mapping[str, Any], *, owner: str, environment: str) -> "Facts":
        """The facts of an alarm as the document writes them, of any function or queue and any environment.

        A composite alarm has none: its section says in its own words when it fires.
        """
        if "comparison_operator" not in alarm:
            return cls(*(frozenset() for _ in cls.__dataclass_fields__))
        queries = alarm.get("metric_query", ())
        reads = [each["metric"] for each in queries if "metric" in each] or [alarm]
        spaces = [re.sub(rf"^{environment}-", "<env>-", each["namespace"]) for each in reads]
        names = [each["metric_name"] for each in reads]
        names = [re.sub(rf"^{owner}-", f"{_FUNCTION}-", each) if owner else each for each in names]
        statistics = [each.get("stat") or each.get("statistic") or each["extended_statistic"] for each in reads]
        return cls(
            frozenset(map(" ".join, zip(spaces, names, strict=True))),
            frozenset(each.lower() for each in statistics),
            frozenset({_COMPARISONS[alarm["comparison_operator"]]}),
            frozenset((alarm["evaluation_periods"], each["period"]) for each in reads),
            frozenset(
                int(least) for each in queries for least in re.findall(r"whole >= (\d+)", each.get("expression", ""))
            ),
        )


# How the document writes a threshold, and what it is for the number in these words, a function or queue, and an
# environment.
Threshold = Callable[[float, str, Environment], float]


def _function(environment: Environment, name: str) -> Any:
    return next(each for each in environment.deployed.functions if each.name == name)


def _oldest_minutes(environment: Environment, name: str) -> int:
    return next(each.oldest_minutes for each in environment.application.queues if each.name == name)


def _of_class(micro: float, environment: Environment, of: Callable[[DatabaseSettings], float]) -> float:
    """What follows from the instance class; infinite where the document has another number for the smallest class."""
    return of(environment.database) if of(DatabaseSettings(instance_class="db.t4g.micro")) == micro else float("inf")


THRESHOLDS: dict[str, Threshold] = {
    r"above ([\d.]+) % of the sum of `\w+`": lambda number, _, __: number,
    r"above ([\d.]+) % of the function's timeout": lambda number, name, settings: (
        number * 10 * _function(settings, name).timeout_seconds
    ),
    r"above ([\d.]+) % of the function's memory": lambda number, name, settings: (
        number / 100 * _function(settings, name).memory_mb
    ),
    r"above the queue's `oldest_minutes` \((\d+) by default\)": lambda number, name, settings: (
        60 * _oldest_minutes(settings, name) if number == QueueSettings(name=name).oldest_minutes else math.inf
    ),
    r"above ([\d.]+) % of `limits.concurrent_executions`": lambda number, _, settings: (
        number / 100 * settings.limits.concurrent_executions
    ),
    r"above ([\d.]+) % of `max_connections`": lambda number, _, settings: (
        number / 100 * settings.database.max_connections
    ),
    r"below (\d+) for each database and bucket": lambda number, _, settings: (
        number * (settings.deployed.uses_database + len(settings.deployed.buckets))
    ),
    r"below ([\d.]+) % of `database.storage_gb`": lambda number, _, settings: (
        number / 100 * settings.database.storage_gb * _GIB
    ),
    r"above half of the credits that the instance class earns in a day \((\d+) for db.t4g.micro\)": (
        lambda number, _, settings: _of_class(number, settings, lambda database: database.credits_a_day / 2)
    ),
    r"below a sixteenth of the memory of the instance class \((\d+) MiB for db.t4g.micro\)": (
        lambda number, _, settings: _of_class(number, settings, lambda database: database.memory_gib * 64) * 1024**2
    ),
    r"above ([\d.]+) % in": lambda number, _, __: number,
    r"above ([\d.]+)(?: ms)? in": lambda number, _, __: number,
    r"at least (\d+) in": lambda number, _, __: number,
}


def wrong_thresholds(text: str, stack: SynthesisedStack, environment: Environment) -> Iterator[str]:
    """Each alarm of a described kind whose threshold is not the one that its section says."""
    known = sections(text, "alarms")
    for block in alarms(stack):
        anchor, alarm = kind(block.attributes) or "", block.attributes
        if anchor not in known:
            continue
        name = known[anchor].owner_of(alarm["alarm_name"].removeprefix(prefix(environment.name))) or ""
        sentence = known[anchor].parts["Fires when"]
        found = [(match[1], of) for words, of in THRESHOLDS.items() if (match := re.search(f"is {words}", sentence))]
        if len(found) != 1:
            yield f"{DOCUMENT}#{anchor}: THRESHOLDS in tests/monitoring_document.py has no words like: {sentence}"
            continue
        ((number, of),) = found
        if not math.isclose(of(float(number), name, environment), alarm["threshold"]):
            yield f"{DOCUMENT}#{anchor}: 'Fires when' says another threshold than {block.address}: {alarm['threshold']}"


def problems(text: str, stacks: Iterable[SynthesisedStack]) -> Iterator[str]:
    """What the document lacks of the alarms in these stacks, or says in other words: each with what to write."""
    known, seen = sections(text, "alarms"), dict[str, Facts]()
    for anchor, section in known.items():
        if tuple(section.parts) != PARTS:
            yield f"{DOCUMENT}#{anchor}: write its parts in this order: {', '.join(PARTS)}"
    for stack in stacks:
        for block in alarms(stack):
            alarm, environment = block.attributes, stack.name.removeprefix("bootstrap-")
            anchor = kind(alarm) or ""
            if anchor not in known:
                yield (
                    f"{stack.name}: {block.address} is of the kind '{anchor}', which has no section: describe the "
                    f"alarm by `with_runbook(context, purpose, kind)`, and write a section of that name into the "
                    f"chapter Alarms of {DOCUMENT}, with: {', '.join(PARTS)}"
                )
                continue
            name = alarm["alarm_name"].removeprefix(prefix(environment))
            owner = known[anchor].owner_of(name)
            if owner is None:
                yield f"{stack.name}: {block.address}: {DOCUMENT}#{anchor} does not have its name {name} after 'Alarm'"
                continue
            facts = Facts.of(alarm, owner=owner, environment=environment)
            seen[anchor] = seen.get(anchor, facts) | facts
            mails = any("aws_sns_topic" in each for each in alarm.get("alarm_actions", ()))
            if mails is ("sends no mail" in known[anchor].parts["Alarm"]):
                yield f"{DOCUMENT}#{anchor}: say after 'Alarm' that it 'sends no mail', if and only if it sends none"
    for anchor in known.keys() - seen.keys():
        yield f"{DOCUMENT}#{anchor}: no stack has such an alarm: remove the section"
    for anchor, facts in seen.items():
        said = Facts.said(known[anchor].parts.get("Fires when", ""))
        for name in facts.__dataclass_fields__:
            if getattr(said, name) != getattr(facts, name):
                yield (
                    f"{DOCUMENT}#{anchor}: 'Fires when' says {name} {sorted(getattr(said, name))}, "
                    f"but the alarms have {sorted(getattr(facts, name))}"
                )
