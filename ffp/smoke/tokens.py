"""Reads tokens, and forges them as an attacker could."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    RSAPublicNumbers,
    generate_private_key,
)

from ffp.smoke.sign_in import base64url


def header_of(token: str) -> dict[str, Any]:
    """The token's header, unverified."""
    return _decoded(token.split(".")[0])


def claims_of(token: str) -> dict[str, Any]:
    """The token's claims, unverified."""
    return _decoded(token.split(".")[1])


def public_key(published: Sequence[Mapping[str, Any]], token: str) -> RSAPublicKey | None:
    """The key with the id in the token, of those that the pool publishes; None if it is not one of them."""
    key_data = next((key for key in published if key["kid"] == header_of(token)["kid"]), None)
    return RSAPublicNumbers(_number(key_data["e"]), _number(key_data["n"])).public_key() if key_data else None


def is_signed_by(token: str, key: RSAPublicKey) -> bool:
    """Whether this key signed the token with RS256."""
    text, _, signature = token.rpartition(".")
    try:
        key.verify(_bytes(signature), text.encode(), PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def forged(token: str) -> str:
    """The same header and claims, signed with a new key."""
    return _encode(header_of(token), claims_of(token), _signer(generate_private_key(65537, 2048)))


def without_signature(token: str) -> str:
    """The same claims with `alg: none`."""
    return _encode(header_of(token) | {"alg": "none"}, claims_of(token), lambda _: b"")


def with_public_key(token: str, key: RSAPublicKey) -> str:
    """The same claims signed with HS256, with the pool's public key as the secret, which everybody knows."""
    secret = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return _encode(
        header_of(token) | {"alg": "HS256"}, claims_of(token), lambda text: hmac.digest(secret, text, hashlib.sha256)
    )


def rewritten(token: str, **claims: object) -> str:
    """The token with other claims, but its original signature."""
    text = _encode(header_of(token), claims_of(token) | claims, lambda _: b"")
    return text + token.rpartition(".")[2]


def signed_by(key: RSAPrivateKey, token: str, **claims: object) -> str:
    """The token with other claims, and a valid signature by this key."""
    return _encode(header_of(token), claims_of(token) | claims, _signer(key))


def _signer(key: RSAPrivateKey) -> Callable[[bytes], bytes]:
    return lambda text: key.sign(text, PKCS1v15(), hashes.SHA256())


def _encode(header: Mapping[str, Any], claims: Mapping[str, Any], sign: Callable[[bytes], bytes]) -> str:
    text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{base64url(sign(text.encode()))}"


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _decoded(part: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(_bytes(part))
    return content


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")
