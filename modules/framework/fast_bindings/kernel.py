"""Starts jsii's kernel in one process, with a small archive of the bindings, and tells it many things at once."""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsii
from jsii._kernel.providers.process import jdefault

from modules.framework.fast_bindings import archive, encoding
from modules.framework.fast_bindings.substitute import BINDINGS, package_folder

# Calls, and bytes of them, before the answers are read: so much fits into the pipes, and neither process blocks.
_CALLS_AT_ONCE, _BYTES_AT_ONCE = 100, 32_000
_USED = re.compile(rf"^from {BINDINGS}\.(\w+) import", re.MULTILINE)


@dataclass
class Loaded:
    """What the kernel has loaded of the bindings: its classes, if it is the small archive, and that in words."""

    elements: dict[str, archive.Element] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    in_words: str = "nothing yet"


def install(loaded: Loaded) -> None:
    """Makes this process start the kernel with `runtime.js`, and load the small archive, or else the whole one."""
    load = jsii.kernel.load

    def loading(name: str, version: str, tarball: str) -> None:
        if Path(tarball) == whole():
            try:
                copy = archive.small(whole(), used())
                tarball, loaded.in_words = str(copy.path), "the small archive"
                loaded.elements.update(copy.elements)
                loaded.homes.update(copy.homes)
            except (OSError, ValueError) as problem:
                loaded.in_words = f"the whole archive, slowly: {problem}"
        with _one_process():
            load(name, version, tarball)

    jsii.kernel.load = loading  # type: ignore[method-assign]


def tell(calls: Iterable[tuple[Any, str, list[Any]]], *, may_fail: bool = False) -> None:
    """Calls methods of objects that answer nothing, many before the first answer is read.

    So the two processes need not wait for each other at each. Raises RuntimeError for the first call that failed,
    unless calls `may_fail`.
    """
    node = jsii.kernel.provider._process._process  # type: ignore[attr-defined]
    for some in _portions(map(_message, calls)):
        node.stdin.write(b"".join(some))
        node.stdin.flush()
        answers = [json.loads(node.stdout.readline()) for _ in some]
        failed = [answer.get("error", answer) for answer in answers if "ok" not in answer]
        if failed and not may_fail:
            raise RuntimeError(failed[0])


def _message(call: tuple[Any, str, list[Any]]) -> bytes:
    element, method, arguments = call
    request = {
        "api": "invoke",
        "objref": {"$jsii.byref": element.__jsii_ref__.ref},
        "method": method,
        "args": encoding.native(jsii.kernel, arguments),
    }
    return json.dumps(request, default=jdefault).encode() + b"\n"


def _portions(messages: Iterable[bytes]) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    size = 0
    for message in messages:
        if some and (len(some) == _CALLS_AT_ONCE or size + len(message) > _BYTES_AT_ONCE):
            yield some
            some, size = [], 0
        some.append(message)
        size += len(message)
    if some:
        yield some


def whole() -> Path:
    """The archive that the bindings bring."""
    return next(Path(sys.modules[BINDINGS].__path__[0], "_jsii").glob("*.tgz"))


def used() -> frozenset[str]:
    """The names of the bindings' submodules that `modules.framework.aws` imports."""
    listed = Path(__file__).parents[1] / "aws.py"
    return frozenset(_USED.findall(listed.read_text(encoding="utf-8")))


@contextmanager
def _one_process() -> Iterator[None]:
    """Names `runtime.js` while the first library is loaded, for which jsii starts the kernel; only there."""
    program = package_folder("jsii") / "_embedded" / "jsii" / "lib__program.js"
    if os.name != "posix" or not program.exists() or "JSII_RUNTIME" in os.environ:
        yield
        return
    ours = {
        "JSII_RUNTIME": str(Path(__file__).with_name("runtime.js")),
        "FFP_JSII_KERNEL": str(program),
        # jsii's own start passes the first too: the kernel links libraries into a folder. The second gives young
        # objects more room, which spares a third of the time for collecting them.
        "NODE_OPTIONS": f"{os.environ.get('NODE_OPTIONS', '')} --preserve-symlinks --max-semi-space-size=16".strip(),
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
