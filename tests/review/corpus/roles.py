"""Changes of roles' attributes, of providers, and of the stack's own settings. What roles may do is in `access`."""

import copy
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, first, make, put

Change = Callable[[Document], None]
_ROLE, _OIDC = "aws_iam_role", "aws_iam_openid_connect_provider"
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
    Edit("a plan asks a web address", make("data.http", url="https://evil.example"), Topic.EXPOSURE),
    Edit("changes of a policy are overlooked", _ignores("policy"), Topic.EXPOSURE),
    Edit(
        "changes of the encryption are overlooked",
        _ignores("tags", "server_side_encryption_configuration"),
        Topic.EXPOSURE,
    ),
)
HARMLESS = (
    Edit("shorter sessions", put(_ROLE, "max_session_duration", 3600)),
    Edit("another description of a role", put(_ROLE, "description", "Does something")),
    Edit("a new role like the others", _new_role()),
    Edit("a newer provider", _required(version="6.26.0")),
    Edit("the provider's whole address", _required(source="registry.terraform.io/hashicorp/aws")),
    Edit("the backend as a list", _state_as_list),
    Edit("a later Terraform", lambda document: document["terraform"].update(required_version=">= 1.12, < 2")),
    Edit("one more tag of all resources", _another_tag),
    Edit("the account as a text", _provider(allowed_account_ids="333333333333")),
    Edit("more retries of AWS's calls", _provider(max_retries=10)),
    Edit("changes of tags are overlooked", _ignores("tags", "tags_all", 'tags["x"]')),
    Edit("two guards more", _unguarded),
    Edit("a locked state by a table", _backend(_by_table)),
)
