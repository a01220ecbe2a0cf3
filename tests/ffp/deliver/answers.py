"""An account that answers in order: botocore's models judge both the questions and the answers."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import boto3
from botocore.stub import ANY, Stubber

from ffp.deliver.place import Place
from settings import Environment
from tests.sample.environments import ALL as SAMPLE

__all__ = ["ANY", "Answers"]


@dataclass
class Answers:
    """What each service in each region answers next."""

    stubbers: dict[tuple[str, str], tuple[Any, Stubber]] = field(default_factory=dict)

    def client(self, service: str, region_name: str = "eu-west-2") -> Any:
        return self._of(service, region_name)[0]

    def add(
        self, service: str, operation: str, answer: dict[str, Any], region: str = "eu-west-2", **asked: Any
    ) -> "Answers":
        """Adds an answer, to exactly this question."""
        self._of(service, region)[1].add_response(operation, answer, asked)
        return self

    def refuse(
        self, service: str, operation: str, code: str, region: str = "eu-west-2", message: str = ""
    ) -> "Answers":
        self._of(service, region)[1].add_client_error(operation, code, message)
        return self

    def require_used(self) -> None:
        """Raises an AssertionError if something was not asked."""
        for _, stubber in self.stubbers.values():
            stubber.assert_no_pending_responses()

    def place(self, folder: Path = Path(), **changes: Any) -> Place:
        """Production of the sample, changed, in this account."""
        settings: Environment = replace(SAMPLE["prod"], **changes)
        return Place(settings, self.client, {}, Path("terraform"), folder, folder)

    def _of(self, service: str, region: str) -> tuple[Any, Stubber]:
        if (service, region) not in self.stubbers:
            session = boto3.Session("key", "secret", region_name=region)
            client = session.client(service)  # type: ignore[call-overload]
            stubber = Stubber(client)
            stubber.activate()
            self.stubbers[service, region] = client, stubber
        return self.stubbers[service, region]
