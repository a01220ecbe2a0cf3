"""What database proxies promise: TLS, sign-in without passwords, sessions that do not mix."""

from collections.abc import Iterator
from functools import partial

from ffp.review.concern import Topic
from ffp.review.facts.common import name_of
from ffp.review.facts.fact import Fact, Finder, Members, Protection, Ranked, Truth
from ffp.review.facts.orders import Letting
from ffp.review.side import Side, blocks_in

_PROXY = "aws_db_proxy"
_PASSWORDS = (
    "POSTGRES_MD5",
    "MYSQL_NATIVE_PASSWORD",
    "MYSQL_CACHING_SHA2_PASSWORD",
    "SQL_SERVER_AUTHENTICATION",
    "POSTGRES_SCRAM_SHA_256",
)

PROTECTIONS: tuple[Protection, ...] = (
    Protection(
        type=_PROXY,
        path="require_tls",
        says="TLS to the proxy",
        topic=Topic.EXPOSURE,
        order=Truth(),
        absent=False,
        why="Clients may send passwords and rows in clear.",
    ),
    Protection(
        type=_PROXY,
        path="debug_logging",
        says="Logging of statements by the proxy",
        topic=Topic.EXPOSURE,
        order=Truth(wanted=False),
        absent=False,
        why="Statements with patients' data are written to a log.",
    ),
    Protection(
        type="aws_db_proxy_default_target_group",
        path="connection_pool_config.session_pinning_filters",
        says="Statements after which a connection may serve others",
        topic=Topic.EXPOSURE,
        order=Members("grow", allowed=()),
        absent=(),
        why="What one client sets for its session, such as its tenant, then applies to the next one.",
    ),
)


def _access(side: Side) -> Iterator[Fact]:
    """How clients sign in to each proxy, and with which secrets it signs in to the database."""
    for block in side.of_type(_PROXY):
        ways = blocks_in(block.attributes.get("auth"))
        of_proxy = partial(Fact, subject=side.address(block), address=side.address(block), topic=Topic.EXPOSURE)
        yield of_proxy(
            question="iam_auth",
            says="Sign-in with IAM at the proxy",
            order=Truth(demanded=False),
            value=bool(ways) and all(each.get("iam_auth") == "REQUIRED" for each in ways),
            absent=False,
            why="A password is enough to open the database.",
        )
        kinds = [str(kind) for each in ways if (kind := each.get("client_password_auth_type"))]
        yield of_proxy(
            question="passwords",
            says="How the proxy checks passwords",
            order=Ranked(_PASSWORDS),
            value=min(
                kinds, key=lambda kind: _PASSWORDS.index(kind) if kind in _PASSWORDS else -1, default=_PASSWORDS[-1]
            ),
            absent=_PASSWORDS[-1],
            why="Whoever records a sign-in can find the password.",
        )
        yield of_proxy(
            question="users",
            says="Secrets of the users that the proxy admits",
            order=Letting(),
            value=[name_of(side, each.get("secret_arn")) or "" for each in ways],
            absent=(),
            why="Each of them is one more user of the database.",
        )


FINDERS: tuple[Finder, ...] = (_access,)
