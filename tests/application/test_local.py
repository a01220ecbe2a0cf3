"""What is proved on the emulator holds for dev: `local` differs from it in nothing but what is listed here."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from ffp import stacks
from ffp.stacks import SynthesisedStack
from modules.stacks import synthesise
from settings import TakeFromQuota, environments

LOCAL = environments.load()["local"]
DOMAIN = "no domain: the distribution answers under its own name, with CloudFront's certificate"
ORIGIN = "the web application is served on this machine"
PACKAGES = "packages are made for Lambda's processors; the emulator has its own"
QUOTAS = "the same few users try it again and again in one day"
# Attributes by type, without the names and numbers on the way to them.
DIFFERENT = {
    "aws_apigatewayv2_api.cors_configuration.allow_origins": ORIGIN,
    "aws_cloudfront_distribution.aliases": DOMAIN,
    "aws_cloudfront_distribution.viewer_certificate.acm_certificate_arn": DOMAIN,
    "aws_cloudfront_distribution.viewer_certificate.cloudfront_default_certificate": DOMAIN,
    "aws_cloudfront_distribution.viewer_certificate.minimum_protocol_version": DOMAIN,
    "aws_cloudfront_distribution.viewer_certificate.ssl_support_method": DOMAIN,
    "aws_cloudfront_public_key.encoded_key": "a key pair for each environment",
    "aws_cloudfront_public_key.name": "ends in a digest of the key",
    "aws_cognito_user_pool_client.callback_urls": ORIGIN,
    "aws_cognito_user_pool_client.logout_urls": ORIGIN,
    "aws_lambda_function.environment.variables.PLAYBACK_KEY_IDS": "a key pair for each environment",
    "aws_lambda_function.environment.variables.PUBLIC_ADDRESS": DOMAIN,
    **{
        f"aws_lambda_function.environment.variables.{variable}": QUOTAS
        for group in LOCAL.application.groups
        for binding in group.bindings
        if isinstance(binding, TakeFromQuota)
        for variable in binding.variables(LOCAL.database)
    },
    "aws_lambda_function.filename": PACKAGES,
    "aws_lambda_function.source_code_hash": PACKAGES,
    "aws_s3_bucket_cors_configuration.cors_rule.allowed_origins": ORIGIN,
    "aws_subnet.cidr_block": "environments do not overlap",
    "aws_vpc.cidr_block": "environments do not overlap",
}
SETTINGS = {
    "account_id",
    "api",
    "quota_factor",
    "distribution",
    "domain",
    "emulated",
    "identity",
    "leaves_out",
    "name",
    "network",
    "provider_release",
    "web_origin",
}


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> SynthesisedStack:
    """Dev in the provider's release that `local` uses."""
    settings = environments.load()
    folder = tmp_path_factory.mktemp("dev")
    synthesise({"dev": replace(settings["dev"], provider_release=settings["local"].provider_release)}, ["dev"], folder)
    (stack,) = stacks.load(folder)
    return stack


@pytest.fixture
def local(all_stacks: dict[str, SynthesisedStack]) -> SynthesisedStack:
    return all_stacks["local"]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, path)
    else:
        yield path, value


def _named_alike(stack: SynthesisedStack) -> dict[str, list[tuple[str, Any]]]:
    """The attributes of each block, with the names and the account of `local`."""
    found = {}
    for block in stack.blocks:
        text = json.dumps(dict(block.attributes))
        for own, common in (("dev-ffp", "local-ffp"), ("111111111111", "000000000000"), (" of dev", " of local")):
            text = text.replace(own, common)
        attributes = json.loads(
            text.replace('environment": "dev"', 'environment": "local"').replace('"dev"', '"local"')
        )
        found[block.address] = list(_leaves(attributes, block.type))
    return found


def test_settings_differ_from_devs_in_the_listed_areas_alone() -> None:
    both = environments.load()
    dev, local = both["dev"], both["local"]
    assert {each.name for each in fields(dev) if getattr(dev, each.name) != getattr(local, each.name)} == SETTINGS


def test_local_has_what_dev_has_but_what_the_emulator_lacks(dev: SynthesisedStack, local: SynthesisedStack) -> None:
    missing = {address.split(".")[0] for address in dev.by_address.keys() - local.by_address.keys()}
    assert missing == set(LOCAL.leaves_out)
    assert local.by_address.keys() <= dev.by_address.keys()
    assert not {block.type for block in local.blocks} & set(LOCAL.leaves_out)
    text = local.path.read_text(encoding="utf-8")
    assert not [type_ for type_ in LOCAL.leaves_out if f"{type_}." in text]  # nor does anything refer to one


def test_attributes_differ_from_devs_in_the_listed_ones_alone(dev: SynthesisedStack, local: SynthesisedStack) -> None:
    expected, found = _named_alike(dev), _named_alike(local)
    different = {
        path
        for address, attributes in found.items()
        for path, value in (*attributes, *expected[address])
        if (path, value) not in attributes or (path, value) not in expected[address]
    }
    assert different == set(DIFFERENT)
