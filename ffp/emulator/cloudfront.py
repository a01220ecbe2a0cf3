"""What CloudFront lets a signed address open, by its documented rules: the emulator's looks at no signature.

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
    """An address with the three parameters of a custom policy."""

    address: str
    policy: bytes
    signature: bytes
    key_id: str

    @classmethod
    def read(cls, url: str) -> "SignedAddress":
        """Raises KeyError where a parameter is missing."""
        parts = urlsplit(url)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        policy, signature = (_decoded(given[name]) for name in ("Policy", "Signature"))
        return cls(parts._replace(query="").geturl(), policy, signature, given["Key-Pair-Id"])

    @property
    def statement(self) -> Mapping[str, Any]:
        """A policy has one."""
        (statement,) = json.loads(self.policy)["Statement"]
        return dict(statement)

    @property
    def expires_at(self) -> datetime:
        return datetime.fromtimestamp(self.statement["Condition"]["DateLessThan"]["AWS:EpochTime"], UTC)


def judge(url: str, trusted: Mapping[str, str], at: datetime) -> str:
    """OPENS, or why CloudFront refuses this request at that time; it judges each one, for a part of a file too.

    `trusted` are the public keys of the behaviour's key groups in PEM, by their ids.
    """
    signed = SignedAddress.read(url)
    if signed.key_id not in trusted:
        return "a key that is not trusted"
    key = load_pem_public_key(trusted[signed.key_id].encode())
    assert isinstance(key, RSAPublicKey)  # noqa: S101 - the settings take no other
    try:
        key.verify(signed.signature, signed.policy, PKCS1v15(), SHA1())  # noqa: S303 - CloudFront's
    except InvalidSignature:
        return "a wrong signature"
    if unknown := signed.statement["Condition"].keys() - {"DateLessThan"}:
        return f"conditions that nobody here judges: {', '.join(sorted(unknown))}"
    if not _matches(signed.statement["Resource"], signed.address):
        return "another resource"
    return OPENS if at < signed.expires_at else "expired"


def _matches(resource: str, address: str) -> bool:
    """`*` stands for any characters, / among them, and `?` for one; all else for itself."""
    parts = ({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in resource)
    return re.fullmatch("".join(parts), address, re.DOTALL) is not None


def _decoded(text: str) -> bytes:
    """CloudFront's own base64, which can stand in an address."""
    return base64.b64decode(text.translate(str.maketrans("-_~", "+=/")), validate=True)
