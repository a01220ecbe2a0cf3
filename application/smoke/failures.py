"""A handler that fails because of an event that the API never sends."""

from ffp.emulator.smoke import logs
from ffp.emulator.smoke.kit import Case
from ffp.emulator.smoke.walk import Walk

NOTE = "It hurts when I kneel, says Nora Quill"


def fail(walk: Walk) -> int:
    """Makes a function fail with an event that the API never sends. Returns the status that it must log."""
    walk.sent_texts.add(NOTE)
    walk.pass_on("create-note", walk.sign_in(walk.user("administrator")).access, body=[NOTE])
    return 500


def _leaves(walk: Walk) -> str:
    user = walk.user("administrator")
    return logs.lines_after(walk, "create-note", fail, user, level="ERROR", error="AttributeError")


def _nothing_personal(walk: Walk) -> str:
    fail(walk)
    return logs.nothing_personal(walk)


CASES: tuple[Case, ...] = (
    Case(logs.AREA, "a handler's code fails", "one line", _leaves),
    Case(logs.AREA, "what a handler failed over, looked for in all log groups", "nothing", _nothing_personal),
)
