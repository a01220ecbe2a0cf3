"""Passwords as PostgreSQL keeps them: its server, and its log, never see more than this."""

import base64
import hashlib
import hmac
import secrets

_ITERATIONS = 4096


def scram_verifier(password: str) -> str:
    """PostgreSQL's SCRAM-SHA-256 verifier of an ASCII password, under a fresh salt (RFC 5803, RFC 7677)."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ITERATIONS)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, stored_text, server_text = (base64.b64encode(part).decode() for part in (salt, stored_key, server_key))
    return f"SCRAM-SHA-256${_ITERATIONS}:{salt_text}${stored_text}:{server_text}"
