"""QUAL-3 and QUAL-4: names and tags show the environment and the project of every resource."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalogue import TYPES
from checks.block import Block
from checks.check import provider_check, resource_check
from settings.names import ENVIRONMENT, PROJECT

_TAGS = ("environment", "project", "cost-centre")

# A name begins with environment and project, or with a prefix that AWS requires and then these.
_PREFIXED = re.compile(rf"(alias/|aws-waf-logs-|(/aws)?(/[a-z-]+)*/)?{ENVIRONMENT}-{PROJECT}\b")

# The domain of the sign-in pages, which the settings choose except for the environment.
_DOMAIN = "aws_cognito_user_pool_domain"
_DOMAIN_PREFIXED = re.compile(rf"(?!{PROJECT}-){ENVIRONMENT}-")

_NAMED_BY = {type_: known.name for type_, known in TYPES.items() if known.name is not None}


def _is_reference(text: str) -> bool:
    return "${" in text or text.startswith(("aws_", "data.aws_"))


@resource_check("FFP_QUAL_3_1", "Names begin with the environment", *_NAMED_BY)
def name_has_environment(resource: Block) -> Iterator[str]:
    """Take names from the context. Without a name, AWS or Terraform generates one."""
    attribute = _NAMED_BY[resource.kind]
    name = resource.value(attribute) or resource.value(f"{attribute}_prefix")
    pattern = _DOMAIN_PREFIXED if resource.kind == _DOMAIN else _PREFIXED
    if not name:
        yield f"{attribute} is missing"
    elif not _is_reference(str(name)) and not pattern.match(str(name)):
        yield f"{attribute} {name} does not begin with the environment"


@resource_check("FFP_QUAL_3_2", "Name tags begin with the environment", "aws_*")
def name_tag_has_environment(resource: Block) -> Iterator[str]:
    """Take the tag from the context: it is the only name of network resources."""
    name = resource.entries("tags").get("Name")
    if isinstance(name, str) and not _is_reference(name) and not _PREFIXED.match(name):
        yield f"Name {name} does not begin with the environment"


def _missing(tags: dict[str, object]) -> Iterator[str]:
    for tag in _TAGS:
        if not tags.get(tag):
            yield f"{tag} is missing"


# A plan shows Checkov no nested blocks of a provider. There FFP_QUAL_4_3 checks the resulting tags.
@provider_check("FFP_QUAL_4_1", "Every provider configuration tags its resources", "aws", only="json")
def provider_tags(provider: Block) -> Iterator[str]:
    """Set default_tags with environment, project and cost-centre in each configuration, aliases included."""
    yield from _missing(provider.entries("default_tags.tags"))


@resource_check("FFP_QUAL_4_2", "Launch templates tag what they start", "aws_launch_template")
def launch_template_tags(template: Block) -> Iterator[str]:
    """Set tag_specifications for instance and volume, which do not get the provider's default tags."""
    specifications = {str(s.value("resource_type")): s for s in template.blocks("tag_specifications")}
    for kind in ("instance", "volume"):
        tags = specifications[kind].entries("tags") if kind in specifications else {}
        yield from (f"{kind}: {problem}" for problem in _missing(tags))


@resource_check("FFP_QUAL_4_3", "Every planned resource that supports tags has them", "aws_*", only="plan")
def planned_tags(resource: Block) -> Iterator[str]:
    """Add the missing tag. The plan shows default and own tags together, but none while an own tag is unknown."""
    if resource.has("tags") and (resource.has("tags_all") or not resource.entries("tags")):
        yield from _missing(resource.entries("tags_all"))
