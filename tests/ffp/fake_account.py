"""A fake account with one platform's playback keys in Secrets Manager and CloudFront."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from ffp.keys import PlaybackKeys
from settings.playback_keys import SLOTS, public_half


def refused(operation: str, code: str) -> ClientError:
    """The error that boto3 raises for a refused call."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


@dataclass
class FakeAccount:
    """The operations of three services that the keys use. `on_put` runs before a value is stored."""

    folder: Path
    environment: str = "dev"
    exists: bool = True
    stages: dict[str, Any] = field(default_factory=dict, repr=False)  # bytes are a binary secret
    trusted: dict[str, str] = field(default_factory=dict)
    on_put: Callable[[], None] = lambda: None

    @property
    def keys(self) -> PlaybackKeys:
        return PlaybackKeys(
            self.environment, f"{self.environment}-ffp-playback-signing-key", self.folder, lambda _: self
        )

    def files(self) -> dict[str, str]:
        """The public keys of the checkout, by slot."""
        return {slot: public_half(self.folder, self.environment, slot).read_text() for slot in SLOTS}

    def check_out(self, halves: dict[str, str]) -> None:
        """Writes these public keys to the checkout."""
        for slot, pem in halves.items():
            public_half(self.folder, self.environment, slot).write_text(pem)

    def deploy(self) -> None:
        """Makes CloudFront trust the checkout's keys. A changed key gets another id."""
        self.trusted = {f"K{hash(pem)}": pem for pem in self.files().values()}

    def describe_secret(self, **_: str) -> dict[str, Any]:
        if not self.exists:
            raise refused("DescribeSecret", "ResourceNotFoundException")
        return {}

    def get_secret_value(self, **asked: str) -> dict[str, Any]:
        if (stage := asked["VersionStage"]) not in self.stages:
            raise refused("GetSecretValue", "ResourceNotFoundException")
        value = self.stages[stage]
        return {"SecretBinary" if isinstance(value, bytes) else "SecretString": value}

    def put_secret_value(self, **given: str) -> None:
        """Stores a value; the current one becomes the previous one, as in Secrets Manager."""
        self.on_put()
        assert given["SecretId"] == f"{self.environment}-ffp-playback-signing-key"
        if "AWSCURRENT" in self.stages:
            self.stages["AWSPREVIOUS"] = self.stages["AWSCURRENT"]
        self.stages["AWSCURRENT"] = given["SecretString"]

    def list_key_groups(self) -> dict[str, Any]:
        def group(name: str, ids: list[str]) -> dict[str, Any]:
            return {"KeyGroup": {"KeyGroupConfig": {"Name": name, "Items": ids}}}

        own = group(f"{self.environment}-ffp-playback", [*self.trusted])
        return {"KeyGroupList": {"Items": [own, group("other", ["KX"])]}}

    def list_public_keys(self) -> dict[str, Any]:
        keys = [{"Id": id_, "EncodedKey": pem} for id_, pem in self.trusted.items()]
        return {"PublicKeyList": {"Items": keys}}
