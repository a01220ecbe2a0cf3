"""QUAL-3 and QUAL-4: every resource says whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalogue import TYPES
from checks.block import Block
from checks.check import provider_check, resource_check
from settings.names import ENVIRONMENT, PROJECT

_TAGS = ("environment", "project", "cost-centre")

# Environment and project come first, or directly after a start that AWS dictates.
_PREFIXED = re.compile(rf"(alias/|aws-waf-logs-|(/aws)?(/[a-z-]+)*/)?{ENVIRONMENT}-{PROJECT}\b")

# Of the sign-in pages' domain, the settings choose all but the environment.
_DOMAIN = "aws_cognito_user_pool_domain"
_CHOSEN = re.compile(rf"(?!{PROJECT}-){ENVIRONMENT}-")

_NAMED_BY = {type_: known.name for type_, known in TYPES.items() if known.name is not None}


def _is_reference(text: str) -> bool:
    return "${" in text or text.startswith(("aws_", "data.aws_"))


@resource_check("FFP_QUAL_3_1", "Names begin with the environment", *_NAMED_BY)
def name_has_environment(resource: Block) -> Iterator[str]:
    """Take names from the context; without one AWS or Terraform would make it up."""
    attribute = _NAMED_BY[resource.kind]
    name = resource.value(attribute) or resource.value(f"{attribute}_prefix")
    if not name:
        yield f"{attribute} is missing"
    elif not _is_reference(str(name)) and not (_CHOSEN if resource.kind == _DOMAIN else _PREFIXED).match(str(name)):
        yield f"{attribute} {name} does not begin with the environment"


@resource_check("FFP_QUAL_3_2", "Name tags begin with the environment", "aws_*")
def name_tag_has_environment(resource: Block) -> Iterator[str]:
    """Network resources have no other name than this tag."""
    name = resource.entries("tags").get("Name")
    if isinstance(name, str) and not _is_reference(name) and not _PREFIXED.match(name):
        yield f"Name {name} does not begin with the environment"


def _missing(tags: dict[str, object]) -> Iterator[str]:
    for tag in _TAGS:
        if not tags.get(tag):
            yield f"{tag} is missing"


# A plan shows Checkov no nested blocks of a provider; there FFP_QUAL_4_3 sees what came of them.
@provider_check("FFP_QUAL_4_1", "Every provider configuration tags all that it makes", "aws", only="json")
def provider_tags(provider: Block) -> Iterator[str]:
    """Give each configuration, aliases too, default_tags with environment, project and cost-centre."""
    yield from _missing(provider.entries("default_tags.tags"))


@resource_check("FFP_QUAL_4_2", "What a launch template starts is tagged", "aws_launch_template")
def launch_template_tags(template: Block) -> Iterator[str]:
    """Default tags stop at the template: it needs tag_specifications for instance and volume."""
    specifications = {str(s.value("resource_type")): s for s in template.blocks("tag_specifications")}
    for kind in ("instance", "volume"):
        tags = specifications[kind].entries("tags") if kind in specifications else {}
        yield from (f"{kind}: {problem}" for problem in _missing(tags))


@resource_check("FFP_QUAL_4_3", "Every planned resource that can be tagged is", "aws_*", only="plan")
def planned_tags(resource: Block) -> Iterator[str]:
    """The plan shows what default and own tags come to; where an own tag is not yet known, neither are the others."""
    if resource.shows("tags") and (resource.shows("tags_all") or not resource.entries("tags")):
        yield from _missing(resource.entries("tags_all"))
