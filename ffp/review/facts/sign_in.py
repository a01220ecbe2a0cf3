"""What clients of a user pool promise: flows, addresses, the life of tokens, what users may write."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ffp.review.concern import Topic
from ffp.review.facts.fact import Amount, Fact, Finder, Protection, Ranked, Truth
from ffp.review.facts.identity import POOL
from ffp.review.facts.orders import Letting
from ffp.review.facts.values import fact_of, first_of, names
from ffp.review.side import Side, blocks_in, values_in
from ffp.stacks import SynthesisedBlock

CLIENTS = ("aws_cognito_user_pool_client", "aws_cognito_managed_user_pool_client")
_FLOWS = {"ADMIN_NO_SRP_AUTH": "ADMIN_USER_PASSWORD_AUTH", "CUSTOM_AUTH_FLOW_ONLY": "CUSTOM_AUTH"}
_DEFAULT_FLOWS = ("CUSTOM_AUTH", "REFRESH_TOKEN_AUTH", "USER_SRP_AUTH")
_UNITS: Mapping[str, int] = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
_ALL = "every attribute"
_LOCAL = ("localhost", "127.0.0.1", "[::1]")
# The tokens of a client: attribute, unit, name, seconds by default, and the most that a new client may have.
_TOKENS: tuple[tuple[str, str, str, int, int], ...] = (
    ("access_token", "hours", "The life of access tokens", 3600, 86_400),
    ("id_token", "hours", "The life of ID tokens", 3600, 86_400),
    ("refresh_token", "days", "The life of sessions", 30 * 86_400, 30 * 86_400),
)


def _flow(name: Any) -> str:
    text = str(name).removeprefix("ALLOW_")
    return _FLOWS.get(text, text)


def _of_clients(**given: Any) -> Iterator[Protection]:
    for type_ in CLIENTS:
        yield Protection(**{"type": type_, "topic": Topic.EXPOSURE, **given})


PROTECTIONS: tuple[Protection, ...] = (
    *_of_clients(
        path="allowed_oauth_flows",
        says="Ways to get tokens from the sign-in pages",
        order=Letting(refused=lambda each: each in ("implicit", "client_credentials")),
        absent=(),
        why="The implicit flow puts tokens into addresses, and client credentials need no user.",
    ),
    *_of_clients(
        path="explicit_auth_flows",
        says="Ways to sign in by the API",
        order=Letting(frozenset({"REFRESH_TOKEN_AUTH"}), refused=lambda each: each.endswith("PASSWORD_AUTH")),
        absent=_DEFAULT_FLOWS,
        read=lambda value: [_flow(each) for each in values_in(value)] or _DEFAULT_FLOWS,
        why="Programs can try passwords, or see them, without the sign-in pages.",
    ),
    *_of_clients(
        path="generate_secret",
        says="Demanding a secret of the client",
        order=Truth(demanded=False),
        absent=False,
        why="Whoever knows the client id can act as the client.",
    ),
    *_of_clients(
        path="enable_token_revocation",
        says="Revocation of sessions",
        order=Truth(),
        absent=True,
        why="A stolen session cannot be ended before it expires.",
    ),
    *_of_clients(
        path="prevent_user_existence_errors",
        says="Hiding whether an account exists",
        order=Ranked(("LEGACY", "ENABLED"), floor="ENABLED"),
        absent="LEGACY",
        why="Anybody can find out which addresses have an account.",
    ),
    *_of_clients(
        path="supported_identity_providers",
        says="Who may vouch for users",
        order=Letting(),
        absent=("COGNITO",),
        why="Whoever the provider vouches for signs in.",
    ),
    *_of_clients(
        path="refresh_token_rotation.feature",
        says="A new refresh token at each use",
        order=Ranked(("DISABLED", "ENABLED")),
        absent="DISABLED",
        why="A stolen refresh token works beside the real one, and nobody notices.",
    ),
    *_of_clients(
        path="refresh_token_rotation.retry_grace_period_seconds",
        says="How long a used refresh token still works",
        order=Amount("seconds", more_is_worse=True),
        absent=0,
    ),
    *_of_clients(
        path="auth_session_validity",
        says="How long a sign-in may take",
        order=Amount("minutes", more_is_worse=True),
        absent=3,
    ),
)


def _clients(side: Side) -> Iterator[SynthesisedBlock]:
    yield from side.of_type(*CLIENTS)


def _tokens(side: Side) -> Iterator[Fact]:
    """How long tokens are valid, in seconds whatever their units."""
    for block in _clients(side):
        (units, *_) = blocks_in(side.get(block, "token_validity_units")) or [{}]
        for name, unit, says, default, most in _TOKENS:
            found = side.get(block, f"{name}_validity")
            factor = _UNITS.get(str(units.get(name) or unit), 1)
            try:
                seconds: Any = float(found or 0) * factor or default
            except (TypeError, ValueError):
                seconds = found
            yield fact_of(
                side,
                block,
                question=name,
                says=says,
                order=Amount("s", more_is_worse=True, floor=most),
                value=seconds,
                absent=default,
                why="Whoever steals it can use it for so long, whatever happens to the user's rights meanwhile.",
            )


def _addresses(side: Side) -> Iterator[Fact]:
    """Where the sign-in pages send people, and with them the code for their tokens."""
    for block in _clients(side):
        for attribute, says in (
            ("callback_urls", "Sites that get the code for a user's tokens"),
            ("logout_urls", "Sites to which users are sent after signing out"),
        ):
            yield fact_of(
                side,
                block,
                question=attribute,
                says=says,
                order=Letting(refused=_is_open),
                value=sorted({_site(each) for each in names(side.get(block, attribute))}),
                absent=(),
                why="Whoever controls the site, or reads what passes on the way, can act as the user.",
            )


def _site(address: str) -> str:
    """The origin of a web address, with which its paths share everything; the whole of any other address."""
    parts = urlsplit(address) if re.match(r"https?://", address) else None
    if parts is None or "*" in address:
        return address
    return f"{parts.scheme}://{parts.netloc}".lower()


def _is_open(site: str) -> bool:
    is_clear = site.startswith("http://") and not any(site.startswith(f"http://{each}") for each in _LOCAL)
    return is_clear or "*" in site


def _attributes(side: Side) -> Iterator[Fact]:
    """What users may write about themselves, and what the client's tokens tell of them."""
    for block in _clients(side):
        pool = first_of(side, block.attributes.get("user_pool_id"), POOL)
        schema = blocks_in(side.get(pool, "schema")) if pool else []
        own = {f"custom:{each.get('name')}" for each in schema}
        for attribute, says, why in (
            ("write_attributes", "Attributes that users can write", "A user can take another tenant, role or address."),
            ("read_attributes", "Attributes that the client can read", "The client learns more of its users."),
        ):
            found = side.get(block, attribute)
            is_all = found in (None, [])
            value = sorted({*own, "*"}) if is_all else names(found)
            refused = attribute == "write_attributes" and (bool(own) or pool is None)
            yield fact_of(
                side,
                block,
                question=attribute,
                says=says,
                order=_Attributes(refused=_is_own if refused else _none),
                value=value,
                absent=("*",),
                why=why,
            )


def _none(_: str) -> bool:
    return False


def _is_own(name: str) -> bool:
    return name == "*" or name.startswith("custom:")


class _Attributes(Letting):
    def shown(self, value: Any) -> str:
        return _ALL if "*" in self.of(value) else super().shown(value)


FINDERS: tuple[Finder, ...] = (_tokens, _addresses, _attributes)
