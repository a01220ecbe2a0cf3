"""The key that signs playback: the newest whose public half CloudFront trusts."""

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
    """A private key, and the id by which CloudFront knows its public half."""

    id: str
    key: RSAPrivateKey

    def sign(self, policy: bytes) -> bytes:
        """The signature of a policy, as CloudFrontSigner asks for it."""
        # CloudFront accepts RSA signatures over SHA-1 alone.
        return self.key.sign(policy, PKCS1v15(), SHA1())  # noqa: S303


@cache
def signing_key() -> SigningKey:
    """The newest key of the secret PLAYBACK_SECRET_ARN whose public half is among PLAYBACK_KEY_IDS.

    Both are given by `SignPlayback`. Read once per execution environment: another list of trusted keys starts new ones.
    Raises LookupError where the secret holds no trusted key, and ClientError where it may not be read.
    """
    trusted = json.loads(os.environ["PLAYBACK_KEY_IDS"])
    for key in _private_keys():
        if (fingerprint := fingerprint_of(key)) in trusted:
            return SigningKey(trusted[fingerprint], key)
    raise LookupError("the playback secret holds no key that CloudFront trusts")


def _private_keys() -> Iterator[RSAPrivateKey]:
    """The newest, and the one before: a new key is in the secret before its public half is deployed.

    A version that is missing or holds no RSA key is passed over.
    """
    for stage in ("AWSCURRENT", "AWSPREVIOUS"):
        try:
            value = SECRETS.get_secret_value(SecretId=os.environ["PLAYBACK_SECRET_ARN"], VersionStage=stage)
            key = load_pem_private_key(value.get("SecretString", "").encode(), password=None)
        except (SECRETS.exceptions.ResourceNotFoundException, ValueError, TypeError, UnsupportedAlgorithm):
            continue  # no such version, or no key that can be read: a slip with one must not stop the other
        if isinstance(key, RSAPrivateKey):
            yield key


def fingerprint_of(key: RSAPrivateKey) -> str:
    """What PLAYBACK_KEY_IDS calls the key's public half: 16 hexadecimal digits of its SHA-256."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(public).hexdigest()[:16]
