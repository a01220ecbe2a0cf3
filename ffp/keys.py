"""Key pairs that sign playback URLs. Only Secrets Manager stores a private key.

CloudFront trusts two public keys of each environment. A new pair replaces the one that does not sign. Its private key
is stored first: playback signs with the newest key that CloudFront trusts, which remains the previous one until the new
public key is deployed. If a run is interrupted, the next run completes its work.
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

from ffp.aws import as_tool_errors, clients_of, error_code
from ffp.files import put_in_place
from ffp.project import BadInputError
from settings import Environment
from settings.names import prefix
from settings.playback_keys import FOLDER, SLOTS, fingerprint, public_half


@dataclass(frozen=True)
class Pair:
    """An RSA key pair of 2048 bits, the size that CloudFront requires, in PEM."""

    public: str
    private: str = field(repr=False)

    @classmethod
    def generate(cls) -> "Pair":
        key = generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return cls(_public_key(key), private)


def secret_of(settings: Environment) -> str:
    """The name of the secret with the private key. Raises BadInputError if no group is bound by SignPlayback."""
    if (secret := settings.application.playback_secret) is None:
        raise BadInputError("application.groups: none is bound by SignPlayback, so no key is needed; bind one first")
    return f"{prefix(settings.name)}{secret}"


@dataclass(frozen=True)
class Renewed:
    """The result of a run: the public key's file, to review and deploy, and whether this run created the pair."""

    file: Path
    is_new: bool


@dataclass(frozen=True)
class PlaybackKeys:
    """The keys of one environment: public keys in a folder, private keys in a secret of its account."""

    environment: str
    secret: str
    folder: Path
    client: Callable[[str], Any]  # creates a client for a service of that account

    @classmethod
    def on_aws(cls, settings: Environment) -> "PlaybackKeys":
        """Uses the caller's own credentials. Raises BadInputError if they belong to another account."""
        return cls(settings.name, secret_of(settings), FOLDER, clients_of(settings))

    def renew(self) -> Renewed:
        """Creates a pair in place of the key that does not sign, or completes one that is not deployed yet.

        Raises BadInputError if the platform is not deployed or the signing key is not in the folder, and ToolError if
        AWS refuses a call.
        """
        with as_tool_errors():
            self._require_secret()
            trusted = self._trusted_fingerprints()
            newest = self._public_key_at("AWSCURRENT")
            signing = next(
                (
                    each
                    for each in (newest, self._public_key_at("AWSPREVIOUS"))
                    if each and fingerprint(each) in trusted
                ),
                None,
            )
            # The secret has two stages. A second new key would remove the signing key from both.
            undeployed = newest if newest != signing else None
            new_pair = None if undeployed else Pair.generate()
            public = new_pair.public if new_pair else str(undeployed)
            file = self._file_to_replace(signing, public)
            with put_in_place(file, public):
                if new_pair:
                    self.store(new_pair)
        return Renewed(file, is_new=new_pair is not None)

    def store(self, pair: Pair) -> None:
        """Stores a private key as the secret's current value."""
        self.client("secretsmanager").put_secret_value(SecretId=self.secret, SecretString=pair.private)

    def is_stored(self) -> bool:
        """Whether the secret's current value is a key."""
        return self._public_key_at("AWSCURRENT") is not None

    def _require_secret(self) -> None:
        try:
            self.client("secretsmanager").describe_secret(SecretId=self.secret)
        except ClientError as refusal:
            if error_code(refusal) != "ResourceNotFoundException":
                raise
            raise BadInputError(
                f"{self.environment}: the secret {self.secret} does not exist; deploy the platform first"
            ) from None

    def _public_key_at(self, stage: str) -> str | None:
        """The public key that belongs to the private key at this stage; None if the stage has no readable RSA key."""
        try:
            value = self.client("secretsmanager").get_secret_value(SecretId=self.secret, VersionStage=stage)
            key = load_pem_private_key(value.get("SecretString", "").encode(), password=None)
        except ClientError as refusal:
            if error_code(refusal) != "ResourceNotFoundException":
                raise
            return None
        except (ValueError, TypeError, UnsupportedAlgorithm):  # handlers that sign ignore such a value, too
            return None
        return _public_key(key) if isinstance(key, RSAPrivateKey) else None

    def _trusted_fingerprints(self) -> set[str]:
        """The fingerprints of the deployed keys.

        An account may have ten keys and ten groups, so one page has them all.
        """
        cloudfront = self.client("cloudfront")
        groups = [each["KeyGroup"] for each in cloudfront.list_key_groups()["KeyGroupList"].get("Items", [])]
        name = f"{prefix(self.environment)}playback"
        ids = {id_ for group in groups if group["KeyGroupConfig"]["Name"] == name for id_ in _items(group)}
        keys = cloudfront.list_public_keys()["PublicKeyList"].get("Items", [])
        return {fingerprint(key["EncodedKey"]) for key in keys if key["Id"] in ids}

    def _file_to_replace(self, signing: str | None, public: str) -> Path:
        """The file of a key that does not sign, preferably the one that already contains this public key."""
        files = [public_half(self.folder, self.environment, slot) for slot in SLOTS]
        fingerprints = {file: fingerprint(file.read_text(encoding="ascii")) for file in files}
        if signing and fingerprint(signing) not in fingerprints.values():
            raise BadInputError(
                f"{self.folder}: neither of {self.environment}'s keys is the one that signs now; "
                "update this checkout to the deployed commit"
            )
        replaceable = [file for file in files if not (signing and fingerprints[file] == fingerprint(signing))]
        return next((file for file in replaceable if fingerprints[file] == fingerprint(public)), replaceable[0])


def _items(group: dict[str, Any]) -> list[str]:
    ids: list[str] = group["KeyGroupConfig"]["Items"]
    return ids


def _public_key(key: RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
