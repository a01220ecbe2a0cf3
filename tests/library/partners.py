"""A partner who signs with a secret, and what either language's library receives of them."""

import base64
import contextlib
import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ffp_lambda import webhook
from ffp_lambda.http import Response, response
from ffp_lambda.signatures import Form
from ffp_lambda.webhook import GITHUB, STANDARD, STRIPE, Delivery, receiver

from tests.library.fakes import CONTEXT
from tests.library.languages import LANGUAGES, PYTHON, Library, NodeLibrary, PythonLibrary
from tests.library.node_library import Node
from tests.library.secret_store import SecretStore, StoredSecret
from tests.library.secrets_server import SecretsServer, Values, secrets_server
from tests.library.signing import ARN, NOW, SECRET

_FORMS = {"standard": STANDARD, "svix": webhook.standard("svix"), "stripe": STRIPE, "github": GITHUB}
_numbers = itertools.count()
Receive = Callable[[dict[str, Any]], Response]


class Partner:
    """The partner's secret, and receivers that read it."""

    def __init__(self, library: Library, store: SecretStore, server: SecretsServer) -> None:
        self.library = library
        self.language = library.language
        self._store, self._server = store, server
        self._asked_of_python: list[None] = []
        server.asked.clear()
        self.holds(SECRET)

    def holds(self, *values: str) -> StoredSecret:
        """The secret anew, as if it had had these values one after the other; without one it is missing."""
        secret = StoredSecret()
        for value in values:
            secret.put(value)
        self._store.secrets = {ARN: secret} if values else {}
        return secret

    @property
    def secret(self) -> StoredSecret:
        return self._store.secrets[ARN]

    def refuse(self, code: str | None) -> None:
        """Lets Secrets Manager answer every call with an error of this code, or none any more."""
        self._store.refusal = self._server.refusal = code

    def receiver(self, form: str = "standard", does: str = "takes", maximum_bytes: int | None = None) -> Receive:
        """A new one; `does` says what its handler does: it `takes` a delivery, `reads` its body, or `fails`."""
        if isinstance(self.library, NodeLibrary):
            described = {"number": next(_numbers), "form": form, "does": does}
            described |= {} if maximum_bytes is None else {"maximumBytes": maximum_bytes}
            process = self.library.process
            return lambda request: process.ask(receiver=described, event=request)
        handler = _receiver(_FORMS[form], does, {} if maximum_bytes is None else {"maximum_bytes": maximum_bytes})
        return lambda request: handler(request, CONTEXT)

    def status(self, request: dict[str, Any], form: str = "standard", maximum_bytes: int | None = None) -> int:
        """What a new receiver answers."""
        return int(self.receiver(form, maximum_bytes=maximum_bytes)(request)["statusCode"])

    def stop_clocks(self, now: float = NOW, monotonic: float | None = None) -> None:
        """Lets the library see these times from now on, in seconds."""
        if isinstance(self.library, NodeLibrary):
            clock = {"now": now} | ({} if monotonic is None else {"monotonic": monotonic})
            self.library.process.ask(clock=clock)
            return
        self._patch.setattr(time, "time", lambda: float(now))
        if monotonic is not None:
            self._patch.setattr(time, "monotonic", lambda: monotonic)

    def times_asked(self) -> int:
        """How often the library asked for the secret."""
        return len(self._server.asked) + len(self._asked_of_python)

    @contextlib.contextmanager
    def within(self) -> Iterator["Partner"]:
        """Both languages' clients find the secret, and the time is NOW, for as long as this lasts."""
        events = webhook.SECRETS.meta.events
        events.register_first(
            "before-call.secretsmanager", lambda **_: self._asked_of_python.append(None), unique_id="asked"
        )
        self._store.serve(webhook.SECRETS)
        with pytest.MonkeyPatch.context() as self._patch:
            self.stop_clocks()
            try:
                yield self
            finally:
                self.refuse(None)
                self._store.leave(webhook.SECRETS)
                events.unregister("before-call.secretsmanager", unique_id="asked")
                if isinstance(self.library, NodeLibrary):
                    self.library.process.ask(clock={})


def _receiver(form: Form, does: str, limit: dict[str, int]) -> Callable[..., Response]:
    digests: list[bytes] = []

    def write(digest: bytes) -> bytes:
        digests.append(digest)
        return form.write(digest)

    @receiver("hear-partner", signed_with="partner", form=Form(form.claim, form.key, write), **limit)
    def handler(delivery: Delivery) -> Response:
        if does == "fails":
            raise ValueError(delivery.content.decode())
        if does == "reads":
            return response(200, delivery.body().fields)
        content = base64.b64encode(delivery.content).decode()
        return response(202, {"id": delivery.id, "content": content, "digests": len(digests)})

    return handler


@pytest.fixture(scope="session")
def partners_secrets() -> Iterator[tuple[SecretStore, SecretsServer]]:
    """The secrets of all partners, over HTTP too."""
    store = SecretStore()

    def values() -> Values:
        return {
            (arn, label): secret.values[token] or ""
            for arn, secret in store.secrets.items()
            for label, token in secret.labels.items()
        }

    with secrets_server(values) as server:
        yield store, server


@pytest.fixture(params=LANGUAGES)
def partner(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    log_lines: Callable[[], list[dict[str, Any]]],
    node_processes: dict[str, Node],
    partners_secrets: tuple[SecretStore, SecretsServer],
) -> Iterator[Partner]:
    """A partner whose secret each language's library reads in turn, at a time that stands still."""
    store, server = partners_secrets
    for name, value in {**server.variables, "PARTNER_SECRET_ARN": ARN}.items():
        monkeypatch.setenv(name, value)
    library = PythonLibrary(log_lines) if request.param == PYTHON else NodeLibrary(node_processes)
    with Partner(library, store, server).within() as partner:
        yield partner
