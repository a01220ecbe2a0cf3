"""What roles promise: short sessions and known identity providers; and the rules for people's passwords."""

from functools import partial

from ffp.review.concern import Topic
from ffp.review.facts import deploying
from ffp.review.facts.fact import Amount, Finder, Protection, Truth
from ffp.review.facts.orders import Kept, Letting

_role = partial(Protection, type="aws_iam_role", topic=Topic.ACCESS)
_oidc = partial(Protection, type="aws_iam_openid_connect_provider", topic=Topic.ACCESS)
_passwords = partial(
    Protection,
    type="aws_iam_account_password_policy",
    topic=Topic.ACCESS,
    why="Passwords of people in this account are easier to guess, or stolen ones work for longer.",
)


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
    *(
        _passwords(path=path, says=says, order=Truth(demanded=False), absent=absent)
        for path, says, absent in (
            ("require_lowercase_characters", "Small letters in passwords", False),
            ("require_uppercase_characters", "Capital letters in passwords", False),
            ("require_numbers", "Digits in passwords", False),
            ("require_symbols", "Symbols in passwords", False),
        )
    ),
    _passwords(path="minimum_password_length", says="The length of passwords", order=Amount(), absent=6),
    _passwords(path="password_reuse_prevention", says="Former passwords that are refused", order=Amount(), absent=0),
    _passwords(
        path="max_password_age",
        says="The age of passwords",
        order=Amount("days", more_is_worse=True, endless=(None, 0)),
    ),
)


FINDERS: tuple[Finder, ...] = deploying.FINDERS
