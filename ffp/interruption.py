"""Starts a program that must not be cut off, and passes an interruption of this process on to it."""

import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

# Ctrl-C, what ends a job (GitHub sends both, the second 7.5 s later), and a terminal that is closed.
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def uncut(command: Sequence[str | Path], environment_variables: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Runs a program for the duration of the block, which reads its output.

    The first of these signals reaches the program as one SIGINT, and no other does: at the second one, Terraform gives
    up what it has not written yet. Raises KeyboardInterrupt after the program has ended, unless it succeeded all the
    same. Outside the main thread, which
    alone receives signals, the program is started and nothing is passed on.
    """
    if threading.current_thread() is not threading.main_thread():
        with _started(command, environment_variables, group=None) as left_alone:
            yield left_alone
        return
    process: subprocess.Popen[str] | None = None
    interrupted = False

    def pass_on(*_: object) -> None:
        nonlocal interrupted
        if not interrupted and process is not None:
            process.send_signal(signal.SIGINT)
        interrupted = True

    before = {each: signal.signal(each, pass_on) for each in _SIGNALS}
    try:
        # In a group of its own, because a terminal sends Ctrl-C to all of a group: it would arrive twice.
        with _started(command, environment_variables, group=0) as process:
            if interrupted:  # before it was known to whom to pass it on
                process.send_signal(signal.SIGINT)
            yield process
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        if interrupted and (process is None or process.returncode != 0):
            raise KeyboardInterrupt


def _started(
    command: Sequence[str | Path], environment_variables: Mapping[str, str], *, group: int | None
) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - the caller's program
        command,
        env=environment_variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=group,
    )
