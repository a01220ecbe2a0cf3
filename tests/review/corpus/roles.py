"""Changes of roles' attributes, of providers, and of the stack's own settings. What roles may do is in `access`."""

import copy
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, first, make, put

Change = Callable[[Document], None]
_ROLE, _OIDC = "aws_iam_role", "aws_iam_openid_connect_provider"
_PASSWORDS = "aws_iam_account_password_policy"
_STRICT: dict[str, Any] = {
    "minimum_password_length": 14,
    **{f"require_{each}": True for each in ("numbers", "symbols", "lowercase_characters", "uppercase_characters")},
}
_STRANGER = "999999999999"
_ROLE_OF_OTHERS = {"role_arn": f"arn:aws:iam::{_STRANGER}:role/x"}


def _backend(change: Callable[[dict[str, Any]], object]) -> Change:
    def edit(document: Document) -> None:
        backend = document["terraform"].get("backend", {}).get("s3")
        if backend is None:
            raise DoesNotApply("backend")
        change(backend)

    return edit


def _state(**changes: Any) -> Change:
    return _backend(lambda backend: backend.update(changes))


def _state_as_list(document: Document) -> None:
    backend = document["terraform"]["backend"]
    document["terraform"]["backend"] = {kind: [each] for kind, each in backend.items()}


def _required(**changes: Any) -> Change:
    return lambda document: document["terraform"]["required_providers"]["aws"].update(changes)


def _any_version(document: Document) -> None:
    del document["terraform"]["required_providers"]["aws"]["version"]


def _one_more_provider(document: Document) -> None:
    document["terraform"]["required_providers"]["x"] = {"source": "somebody/x", "version": "1.0.0"}


def _provider(**changes: Any) -> Change:
    return lambda document: document["provider"]["aws"][0].update(changes)


def _provider_without(name: str) -> Change:
    return lambda document: document["provider"]["aws"][0].pop(name)


def _another_tag(document: Document) -> None:
    document["provider"]["aws"][0]["default_tags"][0]["tags"]["owner"] = "platform"


def _environment_tag(value: str | None) -> Change:
    """Another value of the tag by which roles know what belongs to the environment; None removes it."""

    def change(document: Document) -> None:
        tags = document["provider"]["aws"][0]["default_tags"][0]["tags"]
        tags.update(environment=value) if value else tags.pop("environment")

    return change


def _tag_of_a_role(key: str, value: str) -> Change:
    return lambda document: first(document, _ROLE).setdefault("tags", {}).update({key: value})


def _tag_as_it_is(document: Document) -> None:
    tags = document["provider"]["aws"][0]["default_tags"][0]["tags"]
    first(document, _ROLE).setdefault("tags", {}).update(tags)


def _new_role(**changes: Any) -> Change:
    def change(document: Document) -> None:
        role = copy.deepcopy(first(document, _ROLE)) | {"name": "planted"} | changes
        blocks(document, _ROLE)["planted"] = {key: value for key, value in role.items() if value is not None}

    return change


def _module(document: Document) -> None:
    document["module"] = {"x": {"source": "somebody/x/aws"}}


def _ignores(*names: str) -> Change:
    def change(document: Document) -> None:
        block = first(document, "aws_s3_bucket")
        block["lifecycle"] = {**block.get("lifecycle", {}), "ignore_changes": list(names)}

    return change


def _unguarded(document: Document) -> None:
    """A guard against destruction that somebody set on something that holds no data by its type."""
    for type_ in ("aws_sns_topic", "aws_sqs_queue"):
        for block in blocks(document, type_).values():
            block.setdefault("lifecycle", {})["prevent_destroy"] = True


def _by_table(backend: dict[str, Any]) -> None:
    backend.pop("use_lockfile")
    backend["dynamodb_table"] = "locks"


def _own_cluster(document: Document) -> None:
    """The issuer of a cluster of the stack, by which its programs get roles."""
    blocks(document, "aws_eks_cluster")["planted"] = {
        "name": "planted",
        "vpc_config": [{"endpoint_public_access": False}],
    }
    blocks(document, _OIDC)["planted"] = {"url": "${aws_eks_cluster.planted.identity[0].oidc[0].issuer}"}


DANGEROUS = (
    Edit("CI's sessions last half a day", put(_ROLE, "max_session_duration", 43200), Topic.ACCESS, "bootstrap"),
    Edit("sessions last half a day", put(_ROLE, "max_session_duration", "43200"), Topic.ACCESS),
    Edit("a role leaves its path", put(_ROLE, "path", None), Topic.ACCESS),
    Edit(
        "tokens for others count", put(_OIDC, "client_id_list", ["sts.amazonaws.com", "x"]), Topic.ACCESS, "bootstrap"
    ),
    Edit("another certificate counts", put(_OIDC, "thumbprint_list", ["0" * 40]), Topic.ACCESS, "bootstrap"),
    Edit("another identity provider", put(_OIDC, "url", "https://token.evil.example"), Topic.ACCESS, "bootstrap"),
    Edit("the state is read elsewhere", _state(region="us-west-2"), Topic.EXPOSURE),
    Edit(
        "the state is read by a role",
        _state(assume_role=_ROLE_OF_OTHERS),
        Topic.EXPOSURE,
    ),
    Edit("the state's service is elsewhere", _state(endpoints={"s3": "https://s3.evil.example"}), Topic.EXPOSURE),
    Edit("the state's backend does not check who asks", _state(skip_credentials_validation=True), Topic.EXPOSURE),
    Edit("any later provider", _required(version=">= 6.25.0"), Topic.EXPOSURE),
    Edit(
        "any provider",
        lambda document: document["terraform"]["required_providers"]["aws"].pop("version"),
        Topic.EXPOSURE,
    ),
    Edit("one more provider", _one_more_provider, Topic.EXPOSURE),
    Edit("a module from elsewhere", _module, Topic.EXPOSURE),
    Edit("resources have no tags", _provider_without("default_tags"), Topic.WATCHING),
    Edit("everything belongs to another environment", _environment_tag("dev"), Topic.ACCESS),
    Edit(
        "everything belongs to another environment, as roles see it", _environment_tag("x"), Topic.ACCESS, "bootstrap"
    ),
    Edit("nothing belongs to an environment", _environment_tag(None), Topic.ACCESS),
    Edit("one resource belongs to another environment", _tag_of_a_role("environment", "dev"), Topic.ACCESS),
    Edit("the environment's tag is overlooked", _provider(ignore_tags=[{"keys": ["environment"]}]), Topic.ACCESS),
    Edit("tags that begin like it are overlooked", _provider(ignore_tags={"key_prefixes": ["env"]}), Topic.ACCESS),
    Edit("a plan asks a web address", make("data.http", url="https://evil.example"), Topic.EXPOSURE),
    Edit("changes of a policy are overlooked", _ignores("policy"), Topic.EXPOSURE),
    Edit(
        "changes of the encryption are overlooked",
        _ignores("tags", "server_side_encryption_configuration"),
        Topic.EXPOSURE,
    ),
    *(
        Edit(f"people's passwords need less: {name}", make(_PASSWORDS, **{**_STRICT, **less}), Topic.ACCESS)
        for name, less in (
            ("length", {"minimum_password_length": 7}),
            ("kinds", {"minimum_password_length": 12, "require_symbols": False, "require_numbers": False}),
        )
    ),
    Edit("another provider vouches", make(_OIDC, url="https://ci.example", client_id_list=["x"]), Topic.ACCESS),
    Edit(
        "a SAML provider vouches", make("aws_iam_saml_provider", name="x", saml_metadata_document="<x/>"), Topic.ACCESS
    ),
    Edit("certificates vouch", make("aws_rolesanywhere_trust_anchor", source=[{"source_type": "x"}]), Topic.ACCESS),
)
HARMLESS = (
    Edit("people's passwords need more", make(_PASSWORDS, **_STRICT)),
    Edit("people's passwords are long", make(_PASSWORDS, minimum_password_length=20)),
    Edit("an own cluster vouches", _own_cluster),
    Edit("shorter sessions", put(_ROLE, "max_session_duration", 3600)),
    Edit("another description of a role", put(_ROLE, "description", "Does something")),
    Edit("a new role like the others", _new_role()),
    Edit("a newer provider", _required(version="6.26.0")),
    Edit("the provider's whole address", _required(source="registry.terraform.io/hashicorp/aws")),
    Edit("the backend as a list", _state_as_list),
    Edit("a later Terraform", lambda document: document["terraform"].update(required_version=">= 1.12, < 2")),
    Edit("one more tag of all resources", _another_tag),
    Edit("tags of others are overlooked", _provider(ignore_tags=[{"keys": ["x"], "key_prefixes": ["aws-backup"]}])),
    Edit("a role has the tags that it has by default", _tag_as_it_is),
    Edit("a role has one more tag", _tag_of_a_role("team", "x")),
    Edit("the account as a text", _provider(allowed_account_ids="333333333333")),
    Edit("more retries of AWS's calls", _provider(max_retries=10)),
    Edit("changes of tags are overlooked", _ignores("tags", "tags_all", 'tags["x"]')),
    Edit("two guards more", _unguarded),
    Edit("a locked state by a table", _backend(_by_table)),
)
