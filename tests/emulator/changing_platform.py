"""A platform to change: deployed as `local` is, with an application of its own, and without what nobody uses.

Each function has a public route and needs nothing to answer, so that whatever a change breaks shows at once.
"""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from catalogue import TYPES, NotInUse
from ffp.emulator import servers
from ffp.emulator.account import ADMINISTRATOR
from ffp.emulator.platform import Platform
from ffp.stack_folder import BOOTSTRAP_OVERRIDE, bootstrap_override
from ffp.versions import releasing
from modules.common import BOUNDARY
from modules.stacks import synthesise
from settings import (
    Environment,
    Folder,
    FunctionGroupSettings,
    FunctionSettings,
    PrepareDatabase,
    Public,
    PublishTo,
    Route,
    ToMail,
    TopicSettings,
    environments,
    problems_of,
)
from tests.emulator.small_platform import SmallPlatform

_NOT_IN_USE = {name for name, type_ in TYPES.items() if isinstance(type_.replaced, NotInUse)}
# Without these, no call and no message arrives.
_NEEDED = {
    "aws_apigatewayv2_stage",
    "aws_cognito_user_pool_domain",
    "aws_lambda_event_source_mapping",
    "aws_sns_topic_policy",
    "aws_sns_topic_subscription",
    "aws_sqs_queue_policy",
}
ANSWERS = Public(because="It answers the tests, reads no data, and takes none.")
_LOCAL = environments.load()["local"]
_SECRETS = tuple(each for each in _LOCAL.application.secrets if each.name == _LOCAL.application.playback_secret)


def function(name: str, route: str = "") -> FunctionSettings:
    """A function that answers at once, on a route of this name."""
    return FunctionSettings(
        name=name,
        description="A function of the tests",
        handler="work.handler",
        code=Folder(path="tests/sample/functions/work"),
        timeout_seconds=5,
        routes=(Route(key=f"GET /api/{route}", public=ANSWERS, requests_per_second=99, burst=99),) if route else (),
        reserved_concurrency=2,
    )


TO_THE_TEAM = ToMail(address="team@ffp.example")


def settings(*groups: FunctionGroupSettings, trigger: str = "token", **areas: Mapping[str, Any]) -> Environment:
    """The local environment with these groups, what every application must have, and fields of areas changed."""
    made = (
        FunctionGroupSettings(name="tokens", functions=(function(trigger),)),
        FunctionGroupSettings(
            name="database-preparation", functions=(function("prepare"),), bindings=(PrepareDatabase(),)
        ),
        *groups,
    )
    topics = {binding.topic for group in made for binding in group.bindings if isinstance(binding, PublishTo)}
    always: dict[str, Mapping[str, Any]] = {
        "application": {
            "groups": made,
            "queues": (),
            "topics": tuple(TopicSettings(name=each, subscribers=(TO_THE_TEAM,)) for each in sorted(topics)),
            "token_group": "tokens",
            "public_routes": tuple(route.key for each in made for f in each.functions for route in f.routes),
            "secrets": _SECRETS,
        },
        "database": {"authentication": "iam", "instance_class": "db.t4g.small"},
    }
    changed = replace(_LOCAL, leaves_out=tuple({*_LOCAL.leaves_out, *_NOT_IN_USE} - _NEEDED))
    for name in always.keys() | areas.keys():
        fields = {**always.get(name, {}), **areas.get(name, {})}
        changed = replace(changed, **{name: replace(getattr(changed, name), **fields)})
    assert (problems := problems_of(changed)) == [], "\n".join(map(str, problems))
    return changed


@dataclass(frozen=True)
class ChangingPlatform(SmallPlatform):
    """Deployed anew with other settings, under calls."""

    def begin(self, first: Environment) -> None:
        """Deploys the settings to begin with; of the bootstrap stack only the boundary is there, and bounds nothing."""
        everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        self.account.client(self.account.root, "iam").create_policy(
            PolicyName=self.account.name(BOUNDARY), PolicyDocument=json.dumps(everything)
        )
        self.put(first)
        self.init()
        self.apply()

    def put(self, changed: Environment) -> None:
        """Writes the platform's stack, to be applied by the account's root with a local state."""
        synthesise({changed.name: changed}, [folder.name for folder in self.folders], self.output)
        self.point_at_emulator()
        self._write_override(self.folder, ADMINISTRATOR, role=None)
        local = bootstrap_override(self.account.home.folder / "terraform.tfstate")
        (self.folder / BOOTSTRAP_OVERRIDE).write_text(local, encoding="utf-8")

    def apply(self) -> str:
        """Applies once, and returns what Terraform said; AssertionError when it fails or does not come to an end.

        Meanwhile somebody releases old versions, as the documents say.
        """
        lines: list[str] = []
        with self.start("apply", "-auto-approve", "-no-color") as process:
            for line in process.stdout or ():
                lines.append(line)
                if re.match(r"aws_(security_group|subnet)\..*: Still destroying", line):
                    releasing.release(self.name, lambda service: self.account.client(self.account.root, service))
        said = "".join(lines)
        assert process.returncode == 0, said[-6000:]
        return said

    def outputs(self) -> dict[str, str]:
        """All of them: nothing of this platform was cut off."""
        return Platform.outputs(self)

    def call(self, route: str) -> int:
        """The status of a call of the API."""
        address = f"{self.account.address}/api/{route}"
        return servers.browser(self.account.home).get(address, headers={"Host": self.host}, timeout=10).status_code

    @contextmanager
    def called(self, *routes: str) -> Iterator[Counter[tuple[str, int]]]:
        """Calls these routes all the time; gives how often each answered with which status."""
        seen: Counter[tuple[str, int]] = Counter()
        over = threading.Event()

        def call() -> None:
            while not over.is_set():
                for route in routes:
                    seen[route, self.call(route)] += 1
                time.sleep(0.1)

        caller = threading.Thread(target=call)
        caller.start()
        try:
            yield seen
        finally:
            over.set()
            caller.join()

    @property
    def host(self) -> str:
        """The API's host name, by which the emulator finds it."""
        client = self.account.client(self.account.root, "apigatewayv2")
        (api,) = client.get_apis()["Items"]
        return self.account.api_address({"api-address": api["ApiId"]}).removeprefix("https://")
