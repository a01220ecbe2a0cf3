"""What roles promise: short sessions and known identity providers; and the rules for people's passwords."""

from collections.abc import Iterator
from functools import partial

from ffp.review.concern import Topic
from ffp.review.facts import deploying, tags
from ffp.review.facts.fact import STACK, Amount, Fact, Finder, Members, Protection, Truth, truth
from ffp.review.facts.orders import Kept, Letting
from ffp.review.side import Side

_role = partial(Protection, type="aws_iam_role", topic=Topic.ACCESS)
_oidc = partial(Protection, type="aws_iam_openid_connect_provider", topic=Topic.ACCESS)
_PASSWORDS = "aws_iam_account_password_policy"
_KINDS = {
    "small letters": "require_lowercase_characters",
    "capital letters": "require_uppercase_characters",
    "digits": "require_numbers",
    "symbols": "require_symbols",
}
_LONG = 14  # characters, from which the kinds of them no longer matter
# Who may vouch for those who sign in, with the attribute that says who it is.
_VOUCHING = {
    "aws_iam_openid_connect_provider": "url",
    "aws_iam_saml_provider": "saml_metadata_document",
    "aws_rolesanywhere_trust_anchor": "source",
    "aws_ssoadmin_trusted_token_issuer": "trusted_token_issuer_configuration",
}


PROTECTIONS: tuple[Protection, ...] = (
    _role(
        path="max_session_duration",
        says="The longest session",
        order=Amount("s", more_is_worse=True),
        absent=3600,
        why="Stolen credentials work for longer.",
    ),
    _role(
        path="path",
        says="The path",
        order=Kept(),
        why="Permissions and denials that are written for the path apply to it no longer.",
    ),
    _oidc(
        path="client_id_list",
        says="Clients whose tokens count",
        order=Letting(),
        absent=(),
        why="Tokens that were issued for others can be used to sign in.",
    ),
    _oidc(
        path="thumbprint_list",
        says="Certificates of the identity provider",
        order=Letting(),
        absent=(),
        why="Whoever has one of these certificates can pose as the identity provider.",
    ),
    _oidc(path="url", says="The identity provider", order=Kept(), why="Somebody else decides who signs in."),
    Protection(
        type="aws_iam_saml_provider",
        path="saml_metadata_document",
        says="The identity provider",
        topic=Topic.ACCESS,
        order=Kept(),
        why="Somebody else may decide who signs in.",
    ),
)


def _passwords(side: Side) -> Iterator[Fact]:
    """What passwords of the account's people need. Without a policy AWS's own counts: 8 characters of three kinds."""
    fact = partial(
        Fact,
        subject=STACK,
        topic=Topic.ACCESS,
        why="Passwords of people in this account are easier to guess, or stolen ones work for longer.",
    )
    for block in side.of_type(_PASSWORDS):
        given = partial(side.get, block)
        of = partial(fact, address=side.address(block))
        length, age = given("minimum_password_length") or 6, given("max_password_age") or 0
        kinds = [kind for kind, path in _KINDS.items() if truth(given(path)) is True]
        is_long = str(length).isdigit() and int(length) >= _LONG
        enough = max(len(kinds), 3) if is_long else len(kinds)
        orders = Amount(floor=8), Amount(floor=3), Amount(), Amount("days", more_is_worse=True, endless=(0, "0"))
        for says, order, value, absent in (
            ("The length of people's passwords", orders[0], length, 8),
            ("Kinds of characters that people's passwords need", orders[1], enough, 3),
            ("Former passwords that are refused", orders[2], given("password_reuse_prevention") or 0, 0),
            ("The age of people's passwords", orders[3], age, 0),
        ):
            yield of(question=says, says=says, order=order, value=value, absent=absent)
        says = "Characters that people's passwords need"
        yield of(question=says, says=says, order=Members("shrink"), value=kinds, absent=())


def _vouching(side: Side) -> Iterator[Fact]:
    """Who vouches for people and programs that sign in to the account, besides what the stack makes itself."""
    for type_, path in _VOUCHING.items():
        for block in side.of_type(type_):
            name = str(side.get(block, path)).removeprefix("https://").rstrip("/")
            own = [each for each in side.blocks_of(block.attributes.get(path)) if each.kind == "resource"]
            yield Fact(
                subject=STACK,
                question=f"vouching: {type_} {name}",
                says=f"Trust in {side.address(block)}",
                topic=Topic.ACCESS,
                order=Truth(wanted=False, demanded=False, words=("no", "yes")),
                value=not own,
                absent=False,
                address=side.address(block),
                why="Each role that trusts it is open to whomever it names.",
            )


FINDERS: tuple[Finder, ...] = (_passwords, _vouching, *deploying.FINDERS, *tags.FINDERS)
