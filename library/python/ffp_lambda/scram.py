"""Passwords as PostgreSQL keeps them: its server, and its log, never see more than this."""

import base64

from scramp import ScramMechanism


def scram_verifier(password: str) -> str:
    """PostgreSQL's SCRAM-SHA-256 verifier of a password, under a fresh salt (RFC 5803, RFC 7677).

    Takes the place of the password in `create role` and `alter role`; two verifiers of one password differ.
    """
    *parts, iterations = ScramMechanism("SCRAM-SHA-256").make_auth_info(password)
    salt, stored_key, server_key = (base64.b64encode(part).decode() for part in parts)
    return f"SCRAM-SHA-256${iterations}:{salt}${stored_key}:{server_key}"
