"""Both libraries behind one interface: the same calls are made of each, and the same is expected."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from ffp_lambda import database, log
from ffp_lambda.database import Connection

from tests.library.fakes import CONTEXT
from tests.library.handlers import HANDLERS
from tests.library.node_library import Node, NodeConnection
from tests.library.postgres import FakeSecret, Server
from tests.library.sample import declaration
from tests.library.secrets_server import secrets_server
from tests.library.variables import variables

PYTHON, TYPESCRIPT = "python", "typescript"
LANGUAGES = (PYTHON, TYPESCRIPT)
# What the library in TypeScript calls a detail of a log line that has another name in Python's.
_NAMES = {"request_id": "requestId", "tenant_id": "tenantId", "user_id": "userId"}
_SECRET_ARN = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:database"
# Variables that the library reads; a test that changes one gets another process.
_READ = (
    *(
        "AWS_ACCESS_KEY_ID",
        "AWS_ENDPOINT_URL",
        "AWS_SECRET_ACCESS_KEY",
        "ENVIRONMENT",
        "MEDIA_KINDS",
        "PLAYBACK_KEY_IDS",
    ),
    *("PARTNER_SECRET_ARN", "PLAYBACK_SECRET_ARN", "PUBLIC_ADDRESS", "QUOTA_ENTRIES", "QUOTA_ENTRY_BYTES", "TENANCY"),
)


class Library(Protocol):
    """One language's library."""

    language: str

    def call(self, handler: str, event: object) -> Any:
        """What one of the handlers of `handlers.py` answers. Raises FailedCallError as the handler does."""

    def write(self, action: str, **details: object) -> None:
        """Writes a log line."""

    def lines(self) -> list[dict[str, Any]]:
        """What was logged so far, each line parsed."""


class PythonLibrary:
    """The library in this process."""

    language = PYTHON

    def __init__(self, lines: Callable[[], list[dict[str, Any]]]) -> None:
        self.lines = lines

    def call(self, handler: str, event: object) -> Any:
        return HANDLERS[handler](event, CONTEXT)

    def write(self, action: str, **details: Any) -> None:
        log.write(action, **details)


class NodeLibrary:
    """The library in TypeScript, in a process with this one's variables, which may have served others before."""

    language = TYPESCRIPT

    def __init__(self, processes: dict[str, Node]) -> None:
        given = {name: os.environ[name] for name in _READ if name in os.environ}
        self.process = processes.get(repr(given)) or Node(given)
        processes[repr(given)] = self.process
        self.process.lines.clear()

    def call(self, handler: str, event: object) -> Any:
        return self.process.ask(call=handler, event=event)

    def write(self, action: str, **details: Any) -> None:
        self.process.ask(write=action, details={_NAMES.get(name, name): value for name, value in details.items()})

    def lines(self) -> list[dict[str, Any]]:
        assert self.process.strays == []
        return self.process.lines


class Application(Protocol):
    """A connection of either language, as handlers use it."""

    def tenant_session(self, tenant_id: str) -> contextlib.AbstractContextManager[Any]: ...

    def tenants(self) -> list[str]: ...


@contextlib.contextmanager
def connected(language: str, server: Server, secret: FakeSecret) -> Iterator[Any]:
    """A connection as the application's user: Python's, or that of a process that reads the secret itself."""
    if language == PYTHON:
        connection = Connection(lambda: secret.connect(server))
        yield connection
        connection._discard()
        return
    with node_variables(server, secret) as given, contextlib.closing(NodeConnection(given)) as there:
        yield there


@contextlib.contextmanager
def node_variables(
    server: Server, secret: FakeSecret, others: Mapping[str, str] | None = None
) -> Iterator[Mapping[str, str]]:
    """What a process needs to connect, and to read other secrets of these ARNs."""
    texts = {(arn, "AWSCURRENT"): text for arn, text in (others or {}).items()}
    with secrets_server(lambda: {**texts, (_SECRET_ARN, "AWSCURRENT"): secret.text}) as secrets:
        yield {
            **variables(declaration.TENANCY, declaration.QUOTAS, declaration.MEDIA),
            **{name: os.environ[name] for name in _READ if name in os.environ},
            **server.variables,
            **secrets.variables,
            "DATABASE_SECRET_ARN": _SECRET_ARN,
        }


@contextlib.contextmanager
def with_database(
    library: Library, server: Server, secret: FakeSecret, others: Mapping[str, str] | None = None
) -> Iterator[Library]:
    """The library whose handlers work on this database; those in TypeScript also read other secrets of these ARNs."""
    if isinstance(library, NodeLibrary):
        with node_variables(server, secret, others) as given, contextlib.closing(Node(given)) as library.process:
            yield library
        return
    environment = database._OF_THIS_ENVIRONMENT
    opened, environment._open = environment._open, lambda: secret.connect(server)
    environment._discard()
    yield library
    environment._discard()
    environment._open = opened
