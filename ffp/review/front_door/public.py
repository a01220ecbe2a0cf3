"""Everything that anybody on the internet can call or read, in one list."""

from collections.abc import Iterator
from dataclasses import dataclass

from ffp.review.access.resources import ResourcePolicies
from ffp.review.facts import facts_of
from ffp.review.facts.attributes import INTERNET
from ffp.review.facts.fact import truth
from ffp.review.facts.identity import POOL
from ffp.review.facts.values import function_of
from ffp.review.front_door.behaviours import DEFAULT, Behaviours
from ffp.review.front_door.routes import Routes
from ffp.review.side import Side, blocks_in

_BUCKET = "aws_s3_bucket"
_LETTING = ("block_public_policy", "restrict_public_buckets")


@dataclass(frozen=True)
class Public:
    """One thing that is public: what somebody finds, by which way, and the block that makes it so."""

    what: str
    way: str
    address: str


def public(side: Side) -> list[Public]:
    """What needs no credentials at all on this side, without duplicates."""
    kinds = (_routes, _functions, _graphs, _paths, _pages, _identities, _policies, _services)
    return list(dict.fromkeys(each for kind in kinds for each in kind(side)))


def _routes(side: Side) -> Iterator[Public]:
    for route in Routes(side).all():
        if route.is_public:
            runs = f", which runs {route.target.function}" if route.target.function else ""
            yield Public(f"{route.key}{runs}", "a route without an authoriser", route.address)


def _functions(side: Side) -> Iterator[Public]:
    for block in side.of_type("aws_lambda_function_url"):
        if side.get(block, "authorization_type") != "AWS_IAM":
            function = function_of(side, block.attributes.get("function_name"))
            yield Public(function, "an address of its own, without a signature", side.address(block))


def _graphs(side: Side) -> Iterator[Public]:
    for block in side.of_type("aws_appsync_graphql_api"):
        more = blocks_in(side.get(block, "additional_authentication_provider"))
        kinds = [side.get(block, "authentication_type"), *(each.get("authentication_type") for each in more)]
        if "API_KEY" in kinds:
            yield Public("a GraphQL API", "an API key, which every app contains", side.address(block))


def _paths(side: Side) -> Iterator[Public]:
    for each in Behaviours(side).all():
        if each.is_open:
            place = "all other paths" if each.pattern == DEFAULT else each.pattern
            yield Public(f"{each.origin.target} at {place}", "a distribution without signatures", each.distribution)


def _pages(side: Side) -> Iterator[Public]:
    for block in side.of_type("aws_cognito_user_pool_domain"):
        yield Public(f"the sign-in pages at {side.get(block, 'domain')}", "a domain", side.address(block))
    for block in side.of_type(POOL):
        if truth(side.get(block, "admin_create_user_config.allow_admin_create_user_only")) is not True:
            yield Public("making an account", "the user pool's open sign-up", side.address(block))


def _identities(side: Side) -> Iterator[Public]:
    for block in side.of_type("aws_cognito_identity_pool"):
        if truth(side.get(block, "allow_unauthenticated_identities")) is True:
            yield Public("credentials of AWS", "an identity pool without sign-in", side.address(block))


def _policies(side: Side) -> Iterator[Public]:
    """Resources whose policy, or whose access control list, lets everybody in without a condition."""
    for subject, statement in _open_statements(side):
        type_ = subject.partition(".")[0]
        if type_ == "aws_vpc_endpoint" or (type_ == _BUCKET and subject in _closed(side)):
            continue
        actions = ", ".join(sorted(statement)[:3])
        yield Public(f"{actions} of {subject}", "a policy or a list that lets everybody in", subject)


def _services(side: Side) -> Iterator[Public]:
    """Resources of any other service with an address on the internet."""
    for fact in facts_of(side).values():
        if fact.why == INTERNET and fact.order.is_unfit(fact.value):
            yield Public(fact.subject, "an address on the internet", fact.address)


def _open_statements(side: Side) -> Iterator[tuple[str, frozenset[str]]]:
    for holder in ResourcePolicies(side).all():
        for each in holder.statements:
            if each.allows and "*" in each.principals.patterns and not each.principals.negated and not each.condition:
                yield holder.subject, each.actions.patterns


def _closed(side: Side) -> set[str]:
    """Buckets whose policy cannot make them public."""
    return {
        side.address(bucket)
        for block in side.of_type("aws_s3_bucket_public_access_block")
        if any(truth(side.get(block, each)) is True for each in _LETTING)
        for bucket in side.blocks_of(block.attributes.get("bucket"))
    }
