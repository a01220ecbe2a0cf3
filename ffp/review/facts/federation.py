"""Who else vouches for users, what risks stop, and who gets credentials of AWS by an identity pool."""

from collections.abc import Iterator

from ffp.review.concern import Topic
from ffp.review.facts.fact import Fact, Finder, Protection, Ranked, Truth, truth
from ffp.review.facts.orders import Kept, Letting, Unwanted
from ffp.review.facts.values import fact_of
from ffp.review.side import Side, blocks_in

PROTECTIONS: tuple[Protection, ...] = (
    *(
        Protection(
            type="aws_cognito_identity_pool",
            path=path,
            says=says,
            topic=Topic.EXPOSURE,
            order=order,
            absent=absent,
            why=why,
        )
        for path, says, order, absent, why in (
            (
                "allow_unauthenticated_identities",
                "AWS credentials for everybody",
                Truth(wanted=False),
                False,
                "Everybody on the internet gets credentials of a role, without signing in.",
            ),
            (
                "allow_classic_flow",
                "The flow in which callers choose the role",
                Truth(wanted=False),
                False,
                "Callers can ask for any role that trusts the pool, without the limits of AWS's own session.",
            ),
            ("openid_connect_provider_arns", "OpenID providers that vouch for users", Letting(), (), ""),
            ("saml_provider_arns", "SAML providers that vouch for users", Letting(), (), ""),
            (
                "developer_provider_name",
                "The program that vouches for users",
                Kept(first=True, removal=False),
                None,
                "",
            ),
            ("supported_login_providers", "Public providers that vouch for users", Unwanted(), None, ""),
        )
    ),
    *(
        Protection(
            type="aws_cognito_identity_pool_roles_attachment",
            path=path,
            says=says,
            topic=Topic.EXPOSURE,
            order=order,
            why="Whoever gets credentials of the pool has the rights of this role.",
        )
        for path, says, order in (
            ("roles.unauthenticated", "The role of those who have not signed in", Unwanted()),
            ("roles.authenticated", "The role of those who have signed in", Kept(removal=False)),
            ("role_mapping", "The rules that choose a role", Kept(first=True)),
        )
    ),
    *(
        Protection(
            type="aws_cognito_risk_configuration",
            path=path,
            says=says,
            topic=Topic.EXPOSURE,
            order=Ranked(("NO_ACTION", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "BLOCK")),
            absent="NO_ACTION",
        )
        for path, says in (
            ("compromised_credentials_risk_configuration.actions.event_action", "What happens at a stolen password"),
            ("account_takeover_risk_configuration.actions.high_action.event_action", "What happens at a high risk"),
            ("account_takeover_risk_configuration.actions.medium_action.event_action", "What happens at a medium risk"),
            ("account_takeover_risk_configuration.actions.low_action.event_action", "What happens at a low risk"),
        )
    ),
    Protection(
        type="aws_cognito_risk_configuration",
        path="risk_exception_configuration.skipped_ip_range_list",
        says="Addresses without threat protection",
        topic=Topic.EXPOSURE,
        order=Letting(),
        absent=(),
    ),
)


def _providers(side: Side) -> Iterator[Fact]:
    """Who else vouches for users, and which of a user's attributes they write."""
    for block in side.of_type("aws_cognito_identity_provider"):
        details = side.get(block, "provider_details")
        given = (
            {key: each for key, each in details.items() if key != "client_secret"} if isinstance(details, dict) else {}
        )
        yield fact_of(
            side,
            block,
            question="provider",
            says="Vouching for users",
            order=Unwanted(),
            value=[f"{key}: {each}" for key, each in {"provider": side.get(block, "provider_name"), **given}.items()],
            why="Whoever the provider vouches for signs in.",
        )
        mapping = side.get(block, "attribute_mapping")
        yield fact_of(
            side,
            block,
            question="mapping",
            says="Attributes that the provider writes",
            order=Letting(refused=lambda each: each.startswith("custom:")),
            value=[f"{key} from {each}" for key, each in mapping.items()] if isinstance(mapping, dict) else (),
            absent=(),
            why="The provider decides what they say, such as the tenant or the role of a user.",
        )


def _identity_pools(side: Side) -> Iterator[Fact]:
    """Which clients' users get AWS credentials."""
    for block in side.of_type("aws_cognito_identity_pool"):
        given = blocks_in(side.get(block, "cognito_identity_providers"))
        yield fact_of(
            side,
            block,
            question="clients",
            says="Clients whose users get AWS credentials",
            order=Letting(),
            value=[f"{each.get('client_id')} of {each.get('provider_name')}" for each in given],
            absent=(),
        )
        yield fact_of(
            side,
            block,
            question="token check",
            says="Refusing tokens of users who were signed out or removed",
            order=Truth(demanded=False),
            value=bool(given) and all(truth(each.get("server_side_token_check")) is True for each in given),
            absent=False,
        )


FINDERS: tuple[Finder, ...] = (_providers, _identity_pools)
