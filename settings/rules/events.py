"""Rules about event buses: somebody emits what a rule matches, and whoever hears it exists and suits it."""

import json
from collections.abc import Iterator

from settings.application import Application
from settings.base import Problem, repeated
from settings.bindings import source_of
from settings.event_bindings import EmitTo
from settings.events import EventRule, accepted
from settings.functions import FunctionSettings
from settings.rules.topics import unknown
from settings.topics import ToFunction, ToQueue


def event_problems(application: Application) -> Iterator[Problem]:
    """Buses that nobody emits to, rules that match nothing, and targets that do not exist or would lose failures."""
    for group in application.groups:
        emitted = (each.bus for each in group.bindings if isinstance(each, EmitTo))
        yield from repeated(f"application.groups[{group.name}].bindings", emitted)
    for bus in application.buses:
        field = f"application.buses[{bus.name}]"
        emitting = [
            each
            for group in application.groups
            for each in group.bindings
            if isinstance(each, EmitTo) and each.bus == bus.name
        ]
        if not emitting:
            yield Problem(f"{field}.name", bus.name, "nobody emits to it", f"bind a group with EmitTo({bus.name!r})")
        for rule in bus.event_rules:
            inner = f"{field}.event_rules[{rule.name}]"
            yield from _pattern_problems(inner, rule, emitting)
            yield from _target_problems(application, inner, rule)
            yield from _loops(application, inner, bus.name, rule)


def _pattern_problems(field: str, rule: EventRule, emitting: list[EmitTo]) -> Iterator[Problem]:
    """A rule for events that none of those who emit may emit."""
    may_be: dict[str, list[tuple[str, ...]]] = {
        "source": [(each.source,) if each.source else () for each in emitting],
        "detail-type": [each.types for each in emitting],
    }
    for name, of_each in may_be.items():
        wanted = accepted(rule.pattern, name)
        if wanted and of_each and all(of_each) and not any({*wanted} & {*each} for each in of_each):
            emitted = ", ".join(sorted({one for each in of_each for one in each}))
            yield Problem(
                f"{field}.pattern",
                rule.pattern,
                f"matches nothing: events on the bus have the {name} {emitted}",
                "correct it",
            )


def _target_problems(application: Application, field: str, rule: EventRule) -> Iterator[Problem]:
    functions = {each.name: each for each in application.functions}
    queues = {each.name for each in application.queues}
    for index, target in enumerate(rule.to):
        if not isinstance(target, ToFunction):
            if target.queue not in queues:
                yield unknown(f"{field}.to[{index}].queue", target.queue, queues)
            continue
        function = functions.get(target.function)
        if function is None:
            yield unknown(f"{field}.to[{index}].function", target.function, functions)
        elif not function.asynchronous:
            yield Problem(
                f"application.functions[{function.name}].asynchronous",
                False,
                f"the rule {rule.name} calls it, and nobody waits for the answer",
                "set asynchronous=True, which keeps what it cannot handle",
            )


def _loops(application: Application, field: str, bus: str, rule: EventRule) -> Iterator[Problem]:
    """Functions whose role may emit the events that they are called for. Lambda ends no loop over EventBridge."""
    called = {each.function for each in rule.to if isinstance(each, ToFunction)}
    queues = {each.queue for each in rule.to if isinstance(each, ToQueue)}
    for group in application.groups:
        emitting = [each for each in group.bindings if isinstance(each, EmitTo) and each.bus == bus]
        for binding in (each for each in emitting if _matches_surely(rule.pattern, each)):
            for function in group.functions:
                if function.name in called or _consumes_all(function, queues):
                    yield Problem(
                        f"{field}.pattern",
                        rule.pattern,
                        f"{function.name} hears these events, and its group {group.name} has {source_of(binding)}: "
                        "each could cause the next, for ever",
                        "name other `types` there or another pattern here, or move the function or the binding to "
                        "another group",
                    )


def _matches_surely(pattern: str, binding: EmitTo) -> bool:
    """Whether a rule matches events that a binding allows; in doubt, as where it compares their detail, it does not."""
    compared = json.loads(pattern)
    may_be = {"source": {binding.source} if binding.source else set(), "detail-type": {*binding.types}}
    return compared.keys() <= may_be.keys() and all(
        (wanted := {*accepted(pattern, name)}) and (not may_be[name] or wanted & may_be[name]) for name in compared
    )


def _consumes_all(function: FunctionSettings, queues: set[str]) -> bool:
    """Whether a function receives every message of one of these queues."""
    consumes = function.consumes
    return consumes is not None and consumes.queue in queues and not consumes.only
