"""Key pairs that sign playback addresses: a private half lies in Secrets Manager and nowhere else.

CloudFront trusts two public halves of an environment. A new pair takes the place of the one that does not sign. Its
private half is stored first: playback signs with the newest key that CloudFront trusts, so it goes on with the one
before until the new public half is deployed. Whatever ends a run in between, the next one completes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ffp.aws import clients_of, code, refusals_in_short
from ffp.files import put_in_place
from ffp.project import BadInputError
from settings import Environment
from settings.names import prefix
from settings.playback_keys import FOLDER, SLOTS, fingerprint, public_half


@dataclass(frozen=True)
class Pair:
    """An RSA key of 2048 bits, which is what CloudFront reads, in PEM."""

    public: str
    private: str = field(repr=False)

    @classmethod
    def made(cls) -> "Pair":
        key = generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return cls(_public_half(key), private)


def secret_of(settings: Environment) -> str:
    """The name of the secret with the private halves; BadInputError where nothing is played."""
    if (secret := settings.application.playback_secret) is None:
        raise BadInputError("application.groups: none is bound by SignPlayback, so there is no key to make")
    return f"{prefix(settings.name)}{secret}"


@dataclass(frozen=True)
class Renewed:
    """What a run has led to: the file to review and deploy, and whether its pair is a new one."""

    file: Path
    is_new: bool


@dataclass(frozen=True)
class PlaybackKeys:
    """The keys of one environment: public halves in a folder, private ones in a secret of its account."""

    environment: str
    secret: str
    folder: Path
    client: Callable[[str], Any]  # of a service of that account

    @classmethod
    def on_aws(cls, settings: Environment) -> "PlaybackKeys":
        """By the credentials that the caller's surroundings give; BadInputError where they are another account's."""
        return cls(settings.name, secret_of(settings), FOLDER, clients_of(settings))

    def renew(self) -> Renewed:
        """Makes a pair in the place of the key that rests, or goes on with one that is not deployed yet.

        Raises BadInputError where the platform or its newest key is not known here, and ToolError where AWS refuses.
        """
        with refusals_in_short():
            self._require_secret()
            trusted = self._trusted()
            newest = self._stored("AWSCURRENT")
            signing = next(
                (each for each in (newest, self._stored("AWSPREVIOUS")) if each and fingerprint(each) in trusted), None
            )
            # A second new key would push the one that signs out of the secret's two stages.
            waiting = newest if newest != signing else None
            made = None if waiting else Pair.made()
            public = made.public if made else str(waiting)
            file = self._place_beside(signing, public)
            with put_in_place(file, public):
                if made:
                    self.store(made)
        return Renewed(file, is_new=made is not None)

    def store(self, pair: Pair) -> None:
        """Makes a private half the secret's current value."""
        self.client("secretsmanager").put_secret_value(SecretId=self.secret, SecretString=pair.private)

    def is_stored(self) -> bool:
        """Whether the secret holds a key."""
        return self._stored("AWSCURRENT") is not None

    def _require_secret(self) -> None:
        try:
            self.client("secretsmanager").describe_secret(SecretId=self.secret)
        except ClientError as refusal:
            if code(refusal) != "ResourceNotFoundException":
                raise
            raise BadInputError(f"{self.environment}: there is no {self.secret}; deploy the platform first") from None

    def _stored(self, stage: str) -> str | None:
        """The public half of the key at this stage of the secret; None where there is none that can be read."""
        try:
            value = self.client("secretsmanager").get_secret_value(SecretId=self.secret, VersionStage=stage)
            key = load_pem_private_key(value.get("SecretString", "").encode(), password=None)
        except ClientError as refusal:
            if code(refusal) != "ResourceNotFoundException":
                raise
            return None
        except (ValueError, TypeError, UnsupportedAlgorithm):  # as handlers that sign pass a value over
            return None
        return _public_half(key) if isinstance(key, RSAPrivateKey) else None

    def _trusted(self) -> set[str]:
        """The fingerprints of what is deployed. An account may have ten keys and groups: one page holds them."""
        cloudfront = self.client("cloudfront")
        groups = [each["KeyGroup"] for each in cloudfront.list_key_groups()["KeyGroupList"].get("Items", [])]
        name = f"{prefix(self.environment)}playback"
        ids = {id_ for group in groups if group["KeyGroupConfig"]["Name"] == name for id_ in _items(group)}
        keys = cloudfront.list_public_keys()["PublicKeyList"].get("Items", [])
        return {fingerprint(key["EncodedKey"]) for key in keys if key["Id"] in ids}

    def _place_beside(self, signing: str | None, public: str) -> Path:
        """The file of the key that does not sign; where this public half stands already, if it does."""
        files = [public_half(self.folder, self.environment, slot) for slot in SLOTS]
        here = {file: fingerprint(file.read_text(encoding="ascii")) for file in files}
        if signing and fingerprint(signing) not in here.values():
            raise BadInputError(
                f"{self.folder}: neither of {self.environment}'s keys is the one that signs now; "
                "update this checkout to what is deployed"
            )
        resting = [file for file in files if not (signing and here[file] == fingerprint(signing))]
        return next((file for file in resting if here[file] == fingerprint(public)), resting[0])


def _items(group: dict[str, Any]) -> list[str]:
    ids: list[str] = group["KeyGroupConfig"]["Items"]
    return ids


def _public_half(key: RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
