"""Bad input in event buses, in their rules, and in whoever hears them."""

from dataclasses import replace
from typing import Any

from settings import EmitTo, Environment, ToFunction, ToMail, ToQueue
from tests.settings.case import Case
from tests.settings.changed import PROD, area, function, group

(BUS,) = PROD.application.buses
FINISHED, MISSED = BUS.event_rules
FIELD = "application.buses[exercises]"
RULE = f"{FIELD}.event_rules[finished]"


def _bus(**changes: Any) -> Environment:
    return area("application", buses=(replace(BUS, **changes),))


def _rule(**changes: Any) -> Environment:
    return _bus(event_rules=(replace(FINISHED, **changes), MISSED))


def _pattern(text: str, limit: str = "must be a JSON object on account,", remedy: str = "write it like") -> Case:
    return Case(_rule(pattern=text), f"{RULE}.pattern", text[:20], limit, remedy)


def _emits(who: str, settings: Environment = PROD, /, *, types: tuple[str, ...] = (), source: str = "") -> Environment:
    """A group that may emit as well, to the bus that others emit to already."""
    return group(who, settings, bindings=(EmitTo("exercises", source=source or None, types=types),))


def _to_letters(pattern: str = FINISHED.pattern) -> Environment:
    return _rule(to=(ToQueue(queue="letters"),), pattern=pattern)


def _loop(settings: Environment, who: str, group_: str, binding: str) -> Case:
    return Case(
        settings,
        f"{RULE}.pattern",
        "ExerciseFinished",
        f"{who} hears these events, and its group {group_} has {binding}: each could cause the next, for ever",
        "name other `types` there or another pattern here",
    )


CASES = {
    "a function that may emit what it hears": _loop(
        _emits("hearing", types=("ExerciseFinished",), source="ffp.letters"),
        "hear-reminders",
        "hearing",
        "EmitTo('exercises', 'ffp.letters', ('ExerciseFinished',))",
    ),
    "a function that may emit anything it hears": _loop(
        _emits("hearing"), "hear-reminders", "hearing", "EmitTo('exercises', None, ())"
    ),
    "a consumer that may emit what its queue hears": _loop(
        _emits("letters", _to_letters()), "send-letter", "letters", "EmitTo('exercises', None, ())"
    ),
    "a bus twice": Case(
        area("application", buses=(BUS, BUS)), "application.buses", "'exercises'", "is listed twice", "remove one"
    ),
    "a bus without rules": Case(
        _bus(event_rules=()), f"{FIELD}.event_rules", "()", "nobody hears what is emitted", "add a rule"
    ),
    "a bus that nobody emits to": Case(
        _bus(name="lessons"),
        "application.buses[lessons].name",
        "'lessons'",
        "nobody emits to it",
        "bind a group with EmitTo('lessons')",
    ),
    "an unknown bus": Case(
        group("letters", bindings=(EmitTo("exercise"),)),
        "application.groups[letters].bindings",
        "EmitTo('exercise', None, ())",
        "must name one of exercises",
        "bind to one",
    ),
    "a bus in two bindings of a group": Case(
        group("letters", bindings=(EmitTo("exercises"), EmitTo("exercises", source="letters"))),
        "application.groups[letters].bindings",
        "'exercises'",
        "is listed twice",
        "remove one",
    ),
    "a source of AWS's": Case(
        group("letters", bindings=(EmitTo("exercises", source="aws.s3"),)),
        "application.groups[letters].bindings",
        "'aws.s3'",
        "without wildcards, not AWS's",
        "write it in full",
    ),
    "a rule twice": Case(
        _bus(event_rules=(FINISHED, FINISHED)), f"{FIELD}.event_rules", "'finished'", "is listed twice", "remove one"
    ),
    "a pattern that is no JSON": _pattern("detail-type=Finished"),
    "a pattern that is a dict": Case(
        _rule(pattern={"detail-type": ["Finished"]}),
        f"{RULE}.pattern",
        "'detail-type'",
        "must be a text of JSON, and is a dict",
        """write it as a text, by json.dumps(…) or as '{"detail-type": ["Finished"]}'""",
    ),
    "a pattern on nothing": _pattern("{}"),
    "a pattern on what events do not have": _pattern('{"type": ["ExerciseFinished"]}'),
    "a pattern without a list": _pattern('{"detail-type": "ExerciseFinished"}'),
    "a pattern with an empty list": _pattern('{"detail-type": []}'),
    "a pattern of an unknown comparison": _pattern('{"detail-type": [{"begins": "Exercise"}]}'),
    "a pattern inside of a text": _pattern('{"source": {"name": ["ffp"]}}'),
    "a pattern of one alternative": _pattern('{"$or": [{"source": ["ffp.playback"]}]}'),
    "a pattern that is too long": _pattern(
        '{"detail-type": ["' + "x" * 2048 + '"]}', "must be at most 2048 characters", "shorten it"
    ),
    "a pattern for AWS's events": _pattern(
        '{"source": ["aws.s3"]}', "matches nothing: AWS's own services", "compare a source that your functions give"
    ),
    "a pattern for events that nobody may emit": Case(
        _rule(pattern='{"detail-type": ["ExerciseBegun"]}'),
        f"{RULE}.pattern",
        "ExerciseBegun",
        "matches nothing: events on the bus have the detail-type ExerciseFinished, ExerciseMissed",
        "correct it",
    ),
    "a pattern for a source that nobody may give": Case(
        _rule(pattern='{"source": ["ffp.lessons"]}'),
        f"{RULE}.pattern",
        "ffp.lessons",
        "matches nothing: events on the bus have the source ffp.playback",
        "correct it",
    ),
    "a rule that nobody hears": Case(_rule(to=()), f"{RULE}.to", "()", "nobody receives what it matches", "name a"),
    "more than five targets": Case(
        _rule(to=tuple(ToQueue(queue=f"queue-{each}") for each in "abcdef")),
        f"{RULE}.to",
        "ToQueue(queue='queue-a'",
        "AWS allows 5 targets",
        "divide it",
    ),
    "a target twice": Case(
        _rule(to=(ToQueue(queue="letters"), ToQueue(queue="letters"))),
        f"{RULE}.to",
        "'queue letters'",
        "is listed twice",
        "remove one",
    ),
    "a target of another kind": Case(
        _rule(to=(ToMail(address="support@ffp.example"),)),
        f"{RULE}.to[0]",
        "ToMail(",
        "must be ToFunction or ToQueue",
        "give one of that type",
    ),
    "a target with a filter": Case(
        _rule(to=(ToQueue(queue="letters", only='{"body": {"a": ["b"]}}'),)),
        f"{RULE}.to[0].only",
        "body",
        "the rule's pattern says which events",
        "remove it",
    ),
    "an unknown function as target": Case(
        _rule(to=(ToFunction(function="hear-nothing"),)),
        f"{RULE}.to[0].function",
        "'hear-nothing'",
        "must name one of add-claims,",
        "add what is missing",
    ),
    "an unknown queue as target": Case(
        _rule(to=(ToQueue(queue="leters"),)),
        f"{RULE}.to[0].queue",
        "'leters'",
        "must name one of entries, letters",
        "add what is missing",
    ),
    "a target whose failures would be lost": Case(
        function("hear-reminders", asynchronous=False),
        "application.functions[hear-reminders].asynchronous",
        "False",
        "the rule finished calls it, and nobody waits",
        "set asynchronous=True",
    ),
    "no time to deliver": Case(
        _rule(tries_hours=0), f"{RULE}.tries_hours", "0", "must be 1 to 24 hours", "choose a value from"
    ),
    "a bus whose name is too long": Case(
        group("letters", _bus(name="e" * 80), bindings=(EmitTo("e" * 80),)),
        f"application.buses[{'e' * 80}].name",
        "prod-ffp-eee",
        "AWS allows 80 characters in the name of a queue",
        "shorten it",
    ),
    "a rule whose name is too long": Case(
        _rule(name="r" * 60),
        f"{FIELD}.event_rules[{'r' * 60}].name",
        "prod-ffp-rrr",
        "AWS allows 64 characters in the name of a rule",
        "shorten it",
    ),
    "a network without a path to the bus": Case(
        area(
            "network",
            egress="none",
            endpoints=("secretsmanager", "sns", "sqs"),
            endpoint_zones=2,
        ),
        "network.endpoints",
        "('secretsmanager', 'sns', 'sqs')",
        "egress none leaves group media-playback without a path to events",
        'add "events" or choose another egress',
    ),
}
_OF_ITS_SOURCE = '{"source": ["ffp.playback"], "detail-type": ["ExerciseFinished"]}'
SOUND = {
    "a function that emits what comes next": _emits("hearing", types=("ReminderHeard",)),
    "a function that emits with another source": _emits(
        "hearing", _rule(pattern=_OF_ITS_SOURCE), types=("ExerciseFinished",), source="ffp.letters"
    ),
    "a rule that compares the detail": _emits(
        "hearing", _rule(pattern='{"detail-type": ["ExerciseFinished"], "detail": {"first": [true]}}')
    ),
    "a rule that compares in another way": _emits(
        "hearing", _rule(pattern='{"detail-type": [{"suffix": "Finished"}]}')
    ),
    "a consumer that emits what comes next": _emits("letters", _to_letters(), types=("LetterSent",)),
    "a consumer that receives only some of them": _emits("entries"),
}
