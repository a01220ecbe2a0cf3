"""Rules between environments: they must not share networks, domains, keys or accounts."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from settings.base import Problem, each_of
from settings.environment import Environment


def environment_problems(settings: Mapping[str, Environment]) -> Iterator[Problem]:
    """What environments must not share, and what production must not relax."""
    return each_of(_of_production(settings), _between(settings), _oidc_provider_owners(settings))


def _of_production(settings: Mapping[str, Environment]) -> Iterator[Problem]:
    if "prod" in settings and not settings["prod"].holds_patient_data:
        yield Problem("prod.holds_patient_data", False, "production holds patients' data", "leave it out")


def _oidc_provider_owners(settings: Mapping[str, Environment]) -> Iterator[Problem]:
    for name, each in settings.items():
        owner = each.state.oidc_provider_owner
        sharing = [other for other, its in settings.items() if its.account_id == each.account_id and not its.emulated]
        if owner is not None and owner not in sharing:
            yield Problem(
                f"{name}.state.oidc_provider_owner",
                owner,
                f"must be one of {', '.join(sharing)}: account {each.account_id} is theirs",
                "name one of these, or leave it out where no other environment has the account",
            )


def _between(settings: Mapping[str, Environment]) -> Iterator[Problem]:
    return each_of(
        *(
            rule(one, first, other, second)
            for (one, first), (other, second) in combinations(settings.items(), 2)
            for rule in (_networks_apart, _domains_apart, _keys_apart, _one_oidc_provider)
        )
    )


def _networks_apart(one: str, first: Environment, other: str, second: Environment) -> Iterator[Problem]:
    if first.network.block.overlaps(second.network.block):
        yield Problem(
            f"{other}.network.cidr",
            second.network.cidr,
            f"overlaps {one}'s {first.network.cidr}",
            "choose another network, so that the two can be connected later",
        )


def _domains_apart(one: str, first: Environment, other: str, second: Environment) -> Iterator[Problem]:
    if first.domain and second.domain and first.domain.name == second.domain.name:
        yield Problem(
            f"{other}.domain.name",
            second.domain.name,
            f"is also {one}'s",
            "give each environment a domain of its own",
        )


def _keys_apart(one: str, first: Environment, other: str, second: Environment) -> Iterator[Problem]:
    if set(first.distribution.fingerprints) & set(second.distribution.fingerprints):
        yield Problem(
            f"{other}.distribution.playback_keys",
            "(a public key)",
            f"is also {one}'s",
            "make a key pair for each environment",
        )


def _one_oidc_provider(one: str, first: Environment, other: str, second: Environment) -> Iterator[Problem]:
    owners = {first.state.oidc_provider_owner, second.state.oidc_provider_owner}
    if first.account_id == second.account_id and (len(owners) > 1 or None in owners):
        yield Problem(
            f"{other}.state.oidc_provider_owner",
            second.state.oidc_provider_owner,
            f"shares {one}'s account, which can have one OIDC provider for GitHub",
            "give each an account of its own, or name the same owner in both",
        )
