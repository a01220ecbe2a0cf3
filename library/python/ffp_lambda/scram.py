"""SCRAM verifiers, so that no password reaches PostgreSQL's server or its log."""

import base64

from scramp import ScramMechanism


def scram_verifier(password: str) -> str:
    """The SCRAM-SHA-256 verifier of a password in PostgreSQL's form, with a new salt (RFC 5803, RFC 7677).

    It replaces the password in `create role` and `alter role`. Two verifiers of the same password differ.
    """
    *parts, iterations = ScramMechanism("SCRAM-SHA-256").make_auth_info(password)
    salt, stored_key, server_key = (base64.b64encode(part).decode() for part in parts)
    return f"SCRAM-SHA-256${iterations}:{salt}${stored_key}:{server_key}"
