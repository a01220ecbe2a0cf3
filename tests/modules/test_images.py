"""Functions that run a container image: all that other functions have, and nothing that only packages have."""

from dataclasses import replace
from pathlib import Path

from ffp.stacks import SynthesisedStack
from modules.encryption import OTHER_ACCOUNTS
from settings import Application, Image
from tests.modules.granted import changed, document, statements
from tests.modules.template import Template, synthesised
from tests.settings.changed import PROD, function, function_of

NAME = "print-letter"
PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
STRANGER = "444455556666"


def _image() -> Image:
    code = function_of(NAME).code
    assert isinstance(code, Image)
    return code


def test_an_image_is_named_by_its_digest_in_the_environments_own_account_and_region(prod: Template) -> None:
    made = prod.function(NAME)
    assert made["package_type"] == "Image"
    assert made["image_uri"] == (
        f"{PROD.account_id}.dkr.ecr.{PROD.region}.amazonaws.com/{_image().repository}@{_image().digest}"
    )
    assert made["image_config"] == {"command": list(_image().command)}
    assert made["architectures"] == ["arm64"]
    of_packages = {"filename", "handler", "layers", "runtime", "s3_key", "source_code_hash", "source_kms_key_arn"}
    assert not of_packages & made.keys()


def test_an_image_has_the_keys_logs_and_rights_of_any_other_function(prod: Template) -> None:
    made, other = prod.function(NAME), prod.function("hear-reminders")
    for name in ("kms_key_arn", "tracing_config", "publish"):
        assert made[name] == other[name]
    assert made["logging_config"]["log_group"] == f"/aws/lambda/prod-ffp-{NAME}"
    assert prod.one("aws_lambda_alias", f"function-{NAME}_alias")
    (reading,) = (each for each in prod.grants("printing").values() if each["actions"] == ["s3:GetObject"])
    assert [arn.endswith("/printing/*") for arn in reading["resources"]] == [True]


def _waivers(template: Template, name: str = NAME) -> dict[str, str]:
    waivers = template.stack.by_address[f"aws_lambda_function.function-{name}_function"].waivers
    return {check: str(waiver) for check, waiver in waivers.items()}


def test_that_nothing_in_it_is_read_is_waived_with_the_settings_reason(prod: Template) -> None:
    assert _image().because in _waivers(prod)["FFP_SHAPE_4_4"]
    assert "images" in _waivers(prod)["CKV_AWS_272"]
    assert OTHER_ACCOUNTS not in _waivers(prod)
    assert "FFP_SHAPE_4_4" not in _waivers(prod, "hear-reminders")


def test_an_image_of_another_account_is_waived_with_the_reason() -> None:
    made = synthesised(function(NAME, PROD, code=replace(_image(), account_id=STRANGER)))
    assert made.function(NAME)["image_uri"].startswith(f"{STRANGER}.dkr.ecr.{PROD.region}.amazonaws.com/")
    assert _image().because in _waivers(made)[OTHER_ACCOUNTS]


def _without_images() -> Application:
    groups = tuple(each for each in PROD.application.groups if each.name != "printing")
    return replace(PROD.application, groups=groups)


def _taking(bootstrap: SynthesisedStack) -> list[tuple[list[str], list[str]]]:
    said = statements(bootstrap, "deploy")
    return [
        (each["actions"], each["resources"])
        for each in said
        if any(action.startswith("ecr:") for action in each["actions"])
    ]


def _bounded(bootstrap: SynthesisedStack) -> list[str]:
    allowed = document(bootstrap, "delivery-boundary_access")[0]["actions"]
    return [action for action in allowed if action.startswith("ecr:")]


def test_deploy_role_reads_the_repositories_of_the_settings_and_changes_none(
    tmp_path: Path, sample_stacks: dict[str, SynthesisedStack]
) -> None:
    own = sample_stacks["bootstrap-prod"]
    repository = f"arn:aws:ecr:{PROD.region}:{PROD.account_id}:repository/{_image().repository}"
    assert _taking(own) == [(PULL, [repository])]
    assert _bounded(own) == PULL
    foreign = function(NAME, PROD, code=replace(_image(), account_id=STRANGER)).application
    stack = changed(tmp_path, "prod", application=foreign)
    assert _taking(stack) == [(PULL, [repository.replace(PROD.account_id, STRANGER)])]


def test_without_an_image_nobody_may_anything_in_ecr(tmp_path: Path) -> None:
    stack = changed(tmp_path, "prod", application=_without_images())
    assert _taking(stack) == []
    assert _bounded(stack) == []
