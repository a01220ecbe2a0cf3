"""Checks signed URLs by CloudFront's documented rules, because the emulator's CloudFront checks no signature.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_public_key

OPENS = "opens"


@dataclass(frozen=True)
class SignedAddress:
    """A URL with the three parameters of a custom policy."""

    address: str
    policy: bytes
    signature: bytes
    key_id: str

    @classmethod
    def read(cls, url: str) -> "SignedAddress":
        """Parses a signed URL. Raises KeyError if a parameter is missing."""
        parts = urlsplit(url)
        parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
        policy, signature = (_decoded(parameters[name]) for name in ("Policy", "Signature"))
        return cls(parts._replace(query="").geturl(), policy, signature, parameters["Key-Pair-Id"])

    @property
    def statement(self) -> Mapping[str, Any]:
        """The policy's only statement."""
        (statement,) = json.loads(self.policy)["Statement"]
        return dict(statement)

    @property
    def expires_at(self) -> datetime:
        return datetime.fromtimestamp(self.statement["Condition"]["DateLessThan"]["AWS:EpochTime"], UTC)


def judge(url: str, trusted: Mapping[str, str], at: datetime) -> str:
    """OPENS, or the reason why CloudFront refuses a request at this time. It checks every request, also for a range.

    `trusted` has the public keys (PEM) of the behaviour's key groups, by id.
    """
    signed = SignedAddress.read(url)
    if signed.key_id not in trusted:
        return "a key that is not trusted"
    key = load_pem_public_key(trusted[signed.key_id].encode())
    assert isinstance(key, RSAPublicKey)  # noqa: S101 - the settings permit no other kind of key
    try:
        key.verify(signed.signature, signed.policy, PKCS1v15(), SHA1())  # noqa: S303 - CloudFront's
    except InvalidSignature:
        return "a wrong signature"
    if unknown := signed.statement["Condition"].keys() - {"DateLessThan"}:
        return f"conditions that this check does not support: {', '.join(sorted(unknown))}"
    if not _matches(signed.statement["Resource"], signed.address):
        return "another resource"
    return OPENS if at < signed.expires_at else "expired"


def _matches(resource: str, address: str) -> bool:
    """`*` matches any characters, including /, and `?` matches one. Every other character matches itself."""
    parts = ({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in resource)
    return re.fullmatch("".join(parts), address, re.DOTALL) is not None


def _decoded(text: str) -> bytes:
    """Decodes CloudFront's variant of base64, which is safe in URLs."""
    return base64.b64decode(text.translate(str.maketrans("-_~", "+=/")), validate=True)
