"""The key that signs playback addresses: the newest one whose public half CloudFront trusts."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import boto3
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

SECRETS = boto3.client("secretsmanager")


@dataclass(frozen=True)
class SigningKey:
    """A private key, and CloudFront's id of its public half."""

    id: str
    key: RSAPrivateKey

    def sign(self, policy: bytes) -> bytes:
        """Signs a policy, in the form that CloudFrontSigner needs."""
        # CloudFront accepts only RSA signatures over SHA-1.
        return self.key.sign(policy, PKCS1v15(), SHA1())  # noqa: S303


@cache
def signing_key() -> SigningKey:
    """The newest key of the secret PLAYBACK_SECRET_ARN whose public half is among PLAYBACK_KEY_IDS.

    `SignPlayback` sets both. The key is read once for each execution environment; a changed list of trusted keys starts
    new environments. Raises LookupError if the secret holds no trusted key, and ClientError if it cannot be read.
    """
    trusted = json.loads(os.environ["PLAYBACK_KEY_IDS"])
    for key in _private_keys():
        if (fingerprint := fingerprint_of(key)) in trusted:
            return SigningKey(trusted[fingerprint], key)
    raise LookupError("the playback secret holds no key that CloudFront trusts")


def _private_keys() -> Iterator[RSAPrivateKey]:
    """The newest key and the previous one, since a new key is in the secret before its public half is deployed.

    Skips a version that is missing or holds no RSA key.
    """
    for stage in ("AWSCURRENT", "AWSPREVIOUS"):
        try:
            value = SECRETS.get_secret_value(SecretId=os.environ["PLAYBACK_SECRET_ARN"], VersionStage=stage)
            key = load_pem_private_key(value.get("SecretString", "").encode(), password=None)
        except (SECRETS.exceptions.ResourceNotFoundException, ValueError, TypeError, UnsupportedAlgorithm):
            continue  # the version is missing or holds no readable key: the other one may still work
        if isinstance(key, RSAPrivateKey):
            yield key


def fingerprint_of(key: RSAPrivateKey) -> str:
    """The name of the key's public half in PLAYBACK_KEY_IDS: the first 16 hexadecimal digits of its SHA-256."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(public).hexdigest()[:16]
