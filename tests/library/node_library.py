"""The library in TypeScript, in a Node of its own: bundled as a function is, and asked line by line."""

import contextlib
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from typing import IO, Any

from ffp_lambda.errors import FailedCallError
from pg8000.exceptions import DatabaseError, InterfaceError

from ffp import node
from ffp.project import BUILD
from modules.functions.bundling import bundles
from modules.functions.files import write
from settings import Folder, FunctionSettings
from settings.base import InvalidSettings
from tests.support import require

_DRIVER = FunctionSettings(
    name="driver",
    description="Calls what a test names",
    handler="driver.main",
    code=Folder(path="tests/library/typescript"),
    runtime="nodejs22.x",
)
_CALL = """
import { createInterface } from 'node:readline';
const { handler } = await import(process.argv[1]);
for await (const line of createInterface({ input: process.stdin })) {
  const reply = {};
  try { reply.answer = await handler(JSON.parse(line).event, { awsRequestId: 'request-1' }); }
  catch (error) { reply.error = { kind: error.constructor.name, message: error.message, cause: error.cause }; }
  console.log(JSON.stringify({ reply }));
}
"""
_PARAMETER = re.compile(r"(?<!:):(\w+)")


@cache
def _program() -> tuple[str, ...] | None:
    """The command of the driver."""
    return _bundled(_DRIVER, "--enable-source-maps")


def calling(function: FunctionSettings) -> tuple[str, ...] | None:
    """The command of a program that calls one function, as it is deployed, with each event that it is asked."""
    return _bundled(function, "--enable-source-maps", "--input-type=module", "-e", _CALL)


def _bundled(function: FunctionSettings, *options: str) -> tuple[str, ...] | None:
    """None where npm's registry is out of reach and its archives are not kept."""
    program = node.program()
    try:
        (bundle,) = bundles((function,)).values()
    except InvalidSettings as failure:
        if not all(problem.value == "npm ci" or problem.field in ("npm", "runtime") for problem in failure.problems):
            raise  # a mistake in the sources, for which no test may be left out
        return None
    for name, content in bundle.items():
        write(BUILD / "tests" / name, content)
    return (str(program), *options, str(BUILD / "tests" / min(bundle))) if program else None


class FailedThereError(Exception):
    """An error of a type that has no counterpart in Python; its message is the type's name."""


class Node:
    """One process, as one execution environment."""

    def __init__(self, variables: Mapping[str, str], function: FunctionSettings | None = None) -> None:
        found = calling(function) if function else _program()
        command = require(found, "Node, or a registry of npm that has the library's packages")
        self.lines: list[dict[str, Any]] = []
        self.strays: list[str] = []  # what is no JSON
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # where Lambda puts them: together
            text=True,
            encoding="utf-8",
            env={"PATH": os.environ["PATH"], "AWS_REGION": "eu-west-2", "AWS_MAX_ATTEMPTS": "1", **variables},
        )

    def ask(self, **asked: object) -> Any:
        """What a request is answered. Raises the error's counterpart in Python."""
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(asked), file=_pipe(self._process.stdin), flush=True)
        for line in _pipe(self._process.stdout):
            try:
                read = json.loads(line)
            except ValueError:
                self.strays.append(line)
                continue
            if "reply" not in read:
                self.lines.append(read)
            elif "error" in read["reply"]:
                raise _error(read["reply"]["error"])
            else:
                return read["reply"]["answer"]
        raise AssertionError(f"Node has ended: {self.strays}")

    def close(self) -> None:
        self._process.terminate()  # an open connection keeps it alive, as Lambda does
        self._process.communicate()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def _error(told: dict[str, Any]) -> Exception:
    assert told.get("cause") is None, "Lambda would log the cause"
    if told["kind"] == "FailedCallError":
        return FailedCallError(told["message"])
    if told["kind"] == "DatabaseError":
        refused: Exception = DatabaseError({"C": told["code"]})
        return refused
    if told["kind"] == "Error":
        broken: Exception = InterfaceError(told["message"])
        return broken
    return FailedThereError(told["kind"])


class NodeSession:
    """The part of a session that tests use."""

    def __init__(self, process: Node) -> None:
        self.process = process

    def run(self, sql: str, stream: object = None, **parameters: object) -> list[list[Any]]:
        """Runs one statement, whose text is a template's: `:name` in it stands for a value."""
        pieces = _PARAMETER.split(sql) if parameters else [sql]
        values = [parameters[name] for name in pieces[1::2]]
        return [list(row.values()) for row in self.process.ask(parts=pieces[::2], values=values)]


class NodeConnection:
    """The connection of one process, with the interface of the one in Python."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.process = Node(variables)

    @contextlib.contextmanager
    def tenant_session(self, tenant_id: str) -> Iterator[NodeSession]:
        """A transaction; an error within it is thrown in Node, too."""
        assert self.process.ask(session=tenant_id) == "begun"
        try:
            yield NodeSession(self.process)
        except BaseException:
            with contextlib.suppress(FailedThereError):
                self.process.ask(end="badly")
            raise
        self.process.ask(end="well")

    def tenants(self) -> list[str]:
        found: list[str] = self.process.ask(tenants=True)
        return found

    def close(self) -> None:
        self.process.close()
